/** Checks a middleware: the cases of middleware.ts, and a verdict for each MID rule. */
import { callApplication } from '../application.ts'
import { errorStream } from '../error-stream.ts'
import type { Application, ApplicationLike, Middleware } from '../types.ts'
import { runCase } from './case.ts'
import { middlewareCases } from './middleware.ts'
import { rulesOf, verdictOn, type Check } from './verdict.ts'

/**
 * Puts a middleware around applications that start late, wait, fail or are never read to their end, and says of each
 * MID rule whether it was kept. Rules about the application within are not seen of a middleware that answers by
 * itself and never calls it.
 *
 * ```ts
 * const { verdicts } = await checkMiddleware(proxyFix({ for: 1 }))
 * ```
 *
 * @param within how long a case may take, in milliseconds
 */
export async function checkMiddleware(middleware: Middleware, within?: number): Promise<Check> {
  const findings: { rule: string; found: string | undefined; calls: number }[] = []
  for (const one of middlewareCases) {
    let calls = 0
    const counted: Middleware = (app) => quiet(middleware(counting(app, () => calls++)))
    const { name, found } = await runCase(one, counted, within)
    const told = found === undefined ? undefined : `${name}: no, ${found}`
    findings.push({ rule: one.rule, found: told, calls: one.rule === 'MID-2' ? 1 : calls })
  }
  const verdicts = rulesOf('MID').map((rule) => {
    const seen = findings.filter((finding) => finding.rule === rule.id && finding.calls > 0)
    const missing = seen.length > 0 ? undefined : 'the application within was never called'
    return verdictOn(rule, seen.find(({ found }) => found !== undefined)?.found, missing)
  })
  return { verdicts, faults: [] }
}

/** The application, with a count of its calls. What it is called with passes as it came. */
function counting(app: ApplicationLike, onCall: () => void): Application {
  return (...request) => {
    onCall()
    return callApplication(app, ...request)
  }
}

/** An application whose log nobody reads: the errors in it are ours, made to see what becomes of them. */
function quiet(app: Application): Application {
  return (environ, startResponse) => {
    environ['wsgi.errors'] = errorStream(() => undefined)
    return app(environ, startResponse)
  }
}
