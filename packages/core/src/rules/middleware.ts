/** The rules for middleware, which acts as a server to the inner application and as an application to the outer server. PEP 3333, “Middleware: Components that Play Both Sides”. */
import type { Rule } from './rule.ts'
import { seenFromOutside } from './server.ts'

const rule = (id: number, text: string, remedy: string): Rule =>
  seenFromOutside(`MID-${id}`, text, remedy)

export const middlewareRules: readonly Rule[] = [
  rule(
    1,
    'Middleware must call the inner application as a server does: with two arguments, an environ that complies with the ENV rules, and a `startResponse` that returns `write`.',
    'Pass both arguments on, or create your own with the same interface.',
  ),
  rule(
    2,
    'Middleware must comply with every APP rule, even if the inner application does not.',
    'Wrap the middleware in `validator` to check it.',
  ),
  rule(
    3,
    'Middleware must pass `excInfo` on, so that an inner error page can still replace the response.',
    'Pass all three arguments to startResponse.',
  ),
  rule(
    4,
    'Middleware must yield a chunk for each inner chunk before it waits for the next one; if it has no output yet, it must yield an empty chunk.',
    'Yield once for each inner chunk.',
  ),
  rule(
    5,
    'Middleware must close the inner body exactly once, even if its own body is closed before the end.',
    'Close it in a `finally` block, or return the inner body unchanged.',
  ),
  rule(
    6,
    'Chunks that the inner application passes to `write` must be sent before its body.',
    'Wrap `write` in the same way as the body.',
  ),
  rule(
    7,
    'An inner error must reach the server, or the middleware must respond to it with an error page and `excInfo`.',
    'Rethrow errors that you do not handle.',
  ),
]
