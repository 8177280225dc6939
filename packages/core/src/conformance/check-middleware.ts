/** Checks a middleware: runs the cases of middleware.ts and returns a verdict on each MID rule. */
import { callApplication } from '../driver.ts'
import { errorStream } from '../error-stream.ts'
import type { Application, ApplicationLike, Middleware } from '../types.ts'
import { runCase } from './case.ts'
import { middlewareCases } from './middleware.ts'
import { rulesOf, verdictOn, type Check } from './verdict.ts'

/**
 * Checks a middleware against each MID rule. Wraps it around applications that call `startResponse` late, wait, fail, or
 * are not read to the end. If the middleware responds itself and never calls the inner application, the verdict on the
 * rules about the inner application is `unseen`.
 *
 * ```ts
 * const { verdicts } = await checkMiddleware(proxyFix({ for: 1 }))
 * ```
 *
 * @param within time limit for a case, in milliseconds; 5000 by default
 */
export async function checkMiddleware(middleware: Middleware, within?: number): Promise<Check> {
  const findings: { rule: string; found: string | undefined; calls: number }[] = []
  for (const one of middlewareCases) {
    let calls = 0
    const counted: Middleware = (app) => quiet(middleware(counting(app, () => calls++)))
    const { name, found } = await runCase(one, counted, within)
    const failure = found === undefined ? undefined : `"${name}" failed: ${found}`
    findings.push({ rule: one.rule, found: failure, calls: one.rule === 'MID-2' ? 1 : calls })
  }
  const verdicts = rulesOf('MID').map((rule) => {
    const seen = findings.filter((finding) => finding.rule === rule.id && finding.calls > 0)
    const missing = seen.length > 0 ? undefined : 'the inner application was never called'
    return verdictOn(rule, seen.find(({ found }) => found !== undefined)?.found, missing)
  })
  return { verdicts, faults: [] }
}

/** Returns the application with a counter of its calls. Arguments are passed on unchanged. */
function counting(app: ApplicationLike, onCall: () => void): Application {
  return (...request) => {
    onCall()
    return callApplication(app, ...request)
  }
}

/** Returns the application without its log, because the errors in it are caused by the cases. */
function quiet(app: Application): Application {
  return (environ, startResponse) => {
    environ['wsgi.errors'] = errorStream(() => undefined)
    return app(environ, startResponse)
  }
}
