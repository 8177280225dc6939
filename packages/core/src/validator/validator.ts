/**
 * The validator: middleware between a server and an application that checks the rules for both. Corresponds to
 * wsgiref.validate.
 */
import { callApplication } from '../driver.ts'
import { isPromise } from '../chunks.ts'
import { enforce } from '../rules/index.ts'
import type { Application, ApplicationLike } from '../types.ts'
import { watchBody } from './body.ts'
import { watchErrors, watchInput } from './streams.ts'
import { Watch } from './watch.ts'

/**
 * Checks every rule of SPEC.md that is visible between a server and an application. Throws a `GatewayError` whose message
 * begins with the id of the rule. Passes everything else unchanged.
 *
 * ```ts
 * import { call, validator } from '@phial/core'
 *
 * await call(validator(app), { path: '/' })
 * ```
 *
 * Use it in tests and in development. It costs some time, and it cannot check what only a client sees. For that, use
 * `@phial/core/conformance`.
 *
 * @throws GatewayError in the code that broke a rule: in the calling server, or in the application
 */
export function validator(app: ApplicationLike): Application {
  return function validated(...args) {
    enforce('call', { args })
    const [environ, startResponse] = args
    enforce('environ', environ)
    environ['wsgi.input'] = watchInput(environ['wsgi.input'])
    environ['wsgi.errors'] = watchErrors(environ['wsgi.errors'])
    const watch = new Watch(environ)
    const body = callApplication(app, environ, watch.startResponse(startResponse))
    return isPromise(body) ? body.then((later) => watchBody(later, watch)) : watchBody(body, watch)
  }
}
