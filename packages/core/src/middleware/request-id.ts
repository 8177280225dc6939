/** Assigns an id to each request, for the logs. */
import { withCode } from '../error-code.ts'
import { callApplication } from '../driver.ts'
import { environKey } from '../environ.ts'
import type { Middleware } from '../types.ts'
import { onHeaders } from './on-headers.ts'

/** Options of `requestId`. */
export interface RequestIdOptions {
  /** The header that carries the id in the request and in the response. Default `X-Request-ID`. */
  readonly header?: string
}

/** Ids that are safe to write to a log. */
const SAFE = /^[\w.:+/=@-]{1,200}$/

/**
 * Middleware that assigns an id to each request: the one in the request header if a proxy has set it, otherwise a random
 * UUID. The application finds it in `environ['phial.request_id']` and in the request header, the client in the
 * response header.
 *
 * An id that is not safe to write to a log is replaced. Do not use the id for authentication: a client can send any.
 *
 * ```ts
 * app.wsgiApp = requestId()(app.wsgiApp)
 * ```
 *
 * @throws TypeError if the name of the header contains `_`, because servers drop such headers
 */
export function requestId({ header = 'X-Request-ID' }: RequestIdOptions = {}): Middleware {
  const key = environKey(header)
  if (key === undefined) {
    throw withCode(
      'ERR_PHIAL_HEADER_NAME',
      new TypeError(
        `requestId: expected a header name that servers pass on, received ${JSON.stringify(header)}. Write the name with hyphens instead of underscores. The name Proxy is not allowed.`,
      ),
    )
  }
  return (app) => (environ, startResponse) => {
    const given = environ[key]
    const id = typeof given === 'string' && SAFE.test(given) ? given : crypto.randomUUID()
    environ[key] = id
    environ['phial.request_id'] = id
    const add = onHeaders(startResponse, (headers) => void headers.setDefault(header, id))
    return callApplication(app, environ, add)
  }
}
