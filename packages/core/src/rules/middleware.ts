/** What stands between: a server to its inside, an application to its outside. PEP 3333, “Middleware: Components that Play Both Sides”. */
import type { Rule } from './rule.ts'
import { seenFromOutside } from './server.ts'

const rule = (id: number, text: string, remedy: string): Rule =>
  seenFromOutside(`MID-${id}`, text, remedy)

export const middlewareRules: readonly Rule[] = [
  rule(
    1,
    'Middleware calls the application within as a server does: two arguments, an environ that keeps the ENV rules, a `startResponse` that returns `write`.',
    'Pass on both, or make your own of the same shape.',
  ),
  rule(
    2,
    'Middleware answers as an application does: it keeps every APP rule, whatever the application within does.',
    'Put `validator` on its outside.',
  ),
  rule(
    3,
    'Middleware passes `excInfo` on, so that an error page within can still replace the answer.',
    'Give startResponse all three arguments.',
  ),
  rule(
    4,
    'Middleware does not wait for a second chunk before it gives something for the first; what it holds back, it answers with an empty chunk.',
    'Yield once for each chunk that comes.',
  ),
  rule(
    5,
    'Middleware closes the body within exactly once, also when its own is closed before the end.',
    'Close it in a `finally`, or hand the body on as it is.',
  ),
  rule(
    6,
    'What an application within sends by `write` comes ahead of its body.',
    'Wrap `write` as you wrap the body.',
  ),
  rule(
    7,
    'An error within is not swallowed: it reaches the server, or an error page answers it with `excInfo`.',
    'Rethrow what you cannot answer.',
  ),
]
