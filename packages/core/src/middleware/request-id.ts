/** One name for a request, in every log on its way. */
import { withCode } from '../error-code.ts'
import { callApplication } from '../application.ts'
import { environKey } from '../environ.ts'
import type { Middleware } from '../types.ts'
import { onHeaders } from './on-headers.ts'

/** How the name travels. */
export interface RequestIdOptions {
  /** The header that has it, in the request and in the answer. `X-Request-ID` if not given. */
  readonly header?: string
}

/** What may stand in a log as it is. */
const SAFE = /^[\w.:+/=@-]{1,200}$/

/**
 * Middleware that gives each request an id: that of the header, if a proxy has set one, else a random
 * UUID. The application finds it in `environ['phial.request_id']` and in the header, the client in the
 * answer's header.
 *
 * An id that could not stand in a log as it is gives way to a new one. It says which request this is,
 * not who sent it: a client may send any.
 *
 * ```ts
 * app.wsgiApp = requestId()(app.wsgiApp)
 * ```
 *
 * @throws TypeError for a header whose name has a `_`, which servers drop
 */
export function requestId({ header = 'X-Request-ID' }: RequestIdOptions = {}): Middleware {
  const key = environKey(header)
  if (key === undefined) {
    throw withCode(
      'ERR_PHIAL_HEADER_NAME',
      new TypeError(
        `requestId: servers drop the header ${JSON.stringify(header)}. Write it with dashes.`,
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
