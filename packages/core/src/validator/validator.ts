/**
 * The validator: middleware that stands between a server and an application and holds both to the
 * rules. wsgiref.validate.
 */
import { callApplication } from '../application.ts'
import { isPromise } from '../chunks.ts'
import { enforce } from '../rules/index.ts'
import type { Application, ApplicationLike } from '../types.ts'
import { watchBody } from './body.ts'
import { watchErrors, watchInput } from './streams.ts'
import { Watch } from './watch.ts'

/**
 * Checks every rule of SPEC.md that can be seen from between a server and an application, and raises
 * a `GatewayError` whose message begins with the rule’s id. What keeps the rules passes unchanged.
 *
 * ```ts
 * import { call, validator } from '@phial/core'
 *
 * await call(validator(app), { path: '/' })
 * ```
 *
 * It is for tests and development: it costs a little, and it says nothing about what only a client
 * can see. For that there is `@phial/core/conformance`.
 *
 * @throws GatewayError in whoever broke a rule: in the server that called, or in the application
 */
export function validator(app: ApplicationLike): Application {
  return function validated(...args) {
    enforce('call', { args })
    const [environ, startResponse] = args
    enforce('environ', environ)
    environ['wsgi.input'] = watchInput(environ['wsgi.input'])
    environ['wsgi.errors'] = watchErrors(environ['wsgi.errors'])
    const watch = new Watch(environ.REQUEST_METHOD)
    const body = callApplication(app, environ, watch.startResponse(startResponse))
    return isPromise(body) ? body.then((later) => watchBody(later, watch)) : watchBody(body, watch)
  }
}
