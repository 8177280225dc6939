/** Cross-origin resource sharing: the CORS protocol of the Fetch standard. */
import { withCode } from '../error-code.ts'
import { callApplication } from '../driver.ts'
import type { Headers } from '../headers.ts'
import type { Environ, HeaderList, Middleware } from '../types.ts'
import { parseUrl } from '../url.ts'
import { addVary, onHeaders } from './on-headers.ts'

/** Options of `cors`. */
export interface CorsOptions {
  /** The allowed origins, such as `['https://app.example.com']`, or `'*'` for all. */
  readonly origins: '*' | readonly string[]
  /** The allowed methods. Default `GET`, `HEAD`, `POST`, `PUT`, `PATCH` and `DELETE`. */
  readonly methods?: readonly string[]
  /** The allowed request headers. Default: the headers that the preflight request asks for. */
  readonly allowHeaders?: readonly string[]
  /** The response headers that a script may read, in addition to the safelisted ones. Default none. */
  readonly exposeHeaders?: readonly string[]
  /** Whether requests may carry cookies. Default false. */
  readonly credentials?: boolean
  /** How long a browser may cache the result of a preflight request, in seconds. Default 600. */
  readonly maxAge?: number
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']

/**
 * Returns middleware that lets scripts from the allowed origins read responses, and that answers preflight requests.
 * Scripts from other origins cannot read the response, but their request still reaches the application.
 *
 * ```ts
 * const app = cors({ origins: ['https://app.example.com'], credentials: true })(api)
 * ```
 *
 * @throws TypeError if `origins` is `'*'` and `credentials` is true, which browsers reject, or if an origin is invalid
 */
export function cors(options: CorsOptions): Middleware {
  const isAllowed = checked(options)
  return (app) => (environ, startResponse) => {
    const { HTTP_ORIGIN: origin } = environ
    const allowed = typeof origin === 'string' && isAllowed(origin) ? origin : undefined
    if (allowed !== undefined && isPreflight(environ)) {
      startResponse('204 No Content', preflight(options, allowed, environ))
      return []
    }
    const add = onHeaders(startResponse, (headers) => allow(headers, options, allowed))
    return callApplication(app, environ, add)
  }
}

/** Reports whether a request is a preflight request. */
function isPreflight(environ: Environ): boolean {
  return (
    environ.REQUEST_METHOD === 'OPTIONS' &&
    environ['HTTP_ACCESS_CONTROL_REQUEST_METHOD'] !== undefined
  )
}

/** Returns the headers of the response to a preflight request. */
function preflight(options: CorsOptions, origin: string, environ: Environ): HeaderList {
  const { HTTP_ACCESS_CONTROL_REQUEST_HEADERS: requested } = environ
  const { methods = METHODS, allowHeaders, maxAge = 600 } = options
  const headers: HeaderList = [
    ...allowing(options, origin),
    ['Access-Control-Allow-Methods', methods.join(', ')],
    ['Access-Control-Max-Age', String(maxAge)],
    ['Vary', 'Origin, Access-Control-Request-Headers'],
  ]
  const names = allowHeaders?.join(', ') ?? (typeof requested === 'string' ? requested : '')
  return names === '' ? headers : [...headers, ['Access-Control-Allow-Headers', names]]
}

/**
 * Adds the CORS headers to a response that is not a preflight response. `origin` is undefined if the request's origin is
 * missing or not allowed.
 */
function allow(headers: Headers, options: CorsOptions, origin: string | undefined): void {
  if (options.origins !== '*') addVary(headers, 'Origin')
  if (origin === undefined) return
  for (const [name, value] of allowing(options, origin)) headers.set(name, value)
  const { exposeHeaders = [] } = options
  if (exposeHeaders.length > 0) {
    headers.set('Access-Control-Expose-Headers', exposeHeaders.join(', '))
  }
}

/** Returns the headers that preflight responses and other responses have in common. */
function allowing({ origins, credentials }: CorsOptions, origin: string): HeaderList {
  return [
    ['Access-Control-Allow-Origin', origins === '*' ? '*' : origin],
    ...(credentials === true
      ? [['Access-Control-Allow-Credentials', 'true'] as [string, string]]
      : []),
  ]
}

/** Validates the options. Returns a function that reports whether an origin is allowed. */
function checked({ origins, credentials }: CorsOptions): (origin: string) => boolean {
  if (origins === '*') {
    if (credentials !== true) return () => true
    throw withCode(
      'ERR_PHIAL_CORS_ORIGINS',
      new TypeError(
        'cors: expected a list of origins, because credentials is true. Received "*". Browsers reject this combination, because it would give any site access to user data. List the allowed origins.',
      ),
    )
  }
  const wrong = origins.find((origin) => parseUrl(origin)?.origin !== origin)
  if (wrong === undefined) return (origin) => origins.includes(origin)
  throw withCode(
    'ERR_PHIAL_CORS_ORIGINS',
    new TypeError(
      `cors: expected an origin such as https://app.example.com, received ${JSON.stringify(wrong)}. Write the scheme and the host, and add the port unless it is the default port. Do not add a path or a trailing slash.`,
    ),
  )
}
