/** Calls applications: functions, and objects with a `wsgiApp`. */
import { withCode } from './error-code.ts'
import { needsTracing, markReporting, traced, watched } from './trace.ts'
import type {
  Application,
  ApplicationLike,
  Body,
  Environ,
  StartResponse,
  WsgiApp,
} from './types.ts'

/**
 * Returns a value as an application: the function itself, or a function that calls the object's `wsgiApp`. It looks
 * `wsgiApp` up at each request, so servers that are already running see it when it is wrapped later.
 *
 * ```ts
 * app.wsgiApp = proxyFix()(app.wsgiApp)
 * ```
 *
 * @throws TypeError if the value is neither
 */
export function asApplication(app: ApplicationLike): Application {
  if (isWsgiApp(app))
    return markReporting((environ, startResponse) => callApplication(app, environ, startResponse))
  if (typeof app === 'function') return watched(app)
  throw withCode(
    'ERR_PHIAL_NOT_AN_APPLICATION',
    new TypeError(
      `Expected an application, which is a function (environ, startResponse) or an object with such a function as its wsgiApp property. Received ${app === null ? 'null' : typeof app}. Pass the application itself`,
    ),
  )
}

/**
 * Calls an application, or the `wsgiApp` of an object as its method.
 *
 * ```ts
 * const logged: Application = (environ, startResponse) => {
 *   environ['wsgi.errors'].write(`${environ.PATH_INFO}\n`)
 *   return callApplication(app, environ, startResponse)
 * }
 * ```
 */
export function callApplication(
  app: ApplicationLike,
  environ: Environ,
  startResponse: StartResponse,
): Body | Promise<Body> {
  if (environ['phial.trace'] !== undefined) return callTraced(app, environ, startResponse)
  return isWsgiApp(app) ? app.wsgiApp(environ, startResponse) : app(environ, startResponse)
}

/** Calls an application and reports the call to the trace. */
function callTraced(
  app: ApplicationLike,
  environ: Environ,
  startResponse: StartResponse,
): Body | Promise<Body> {
  const reported = isWsgiApp(app)
    ? traced(app.wsgiApp.bind(app), app.constructor.name)
    : needsTracing(app)
      ? traced(app)
      : app
  return reported(environ, startResponse)
}

function isWsgiApp(app: unknown): app is WsgiApp {
  return (
    (typeof app === 'object' || typeof app === 'function') &&
    app !== null &&
    'wsgiApp' in app &&
    typeof app.wsgiApp === 'function'
  )
}
