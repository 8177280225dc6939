/** Pages of other origins that may read the answers: the CORS protocol of the Fetch standard. */
import { withCode } from '../error-code.ts'
import { callApplication } from '../application.ts'
import type { Headers } from '../headers.ts'
import type { Environ, HeaderList, Middleware } from '../types.ts'
import { parseUrl } from '../url.ts'
import { addVary, onHeaders } from './on-headers.ts'

/** Who may ask, and for what. */
export interface CorsOptions {
  /** `['https://app.example.com']`, or `'*'` for all. */
  readonly origins: '*' | readonly string[]
  /** `GET`, `HEAD`, `POST`, `PUT`, `PATCH` and `DELETE` if not given. */
  readonly methods?: readonly string[]
  /** The request's headers that are allowed. Those that are asked for, if not given. */
  readonly allowHeaders?: readonly string[]
  /** The answer's headers that a script may read, beside the harmless ones. None if not given. */
  readonly exposeHeaders?: readonly string[]
  /** Whether cookies may come along. False if not given. */
  readonly credentials?: boolean
  /** How long, in seconds, a browser need not ask again before it sends. 600 if not given. */
  readonly maxAge?: number
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']

/**
 * Middleware that lets scripts in pages of other origins read the answers, and answers the question
 * that browsers ask before (the preflight). For other origins nothing changes: their scripts get no
 * answer to read, but the request is made. It does not keep such requests out.
 *
 * ```ts
 * const app = cors({ origins: ['https://app.example.com'], credentials: true })(api)
 * ```
 *
 * @throws TypeError for `'*'` with credentials, which browsers refuse, and for what is no origin
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

/** A browser's question whether it may send what a script wants to send. */
function isPreflight(environ: Environ): boolean {
  return (
    environ.REQUEST_METHOD === 'OPTIONS' &&
    environ['HTTP_ACCESS_CONTROL_REQUEST_METHOD'] !== undefined
  )
}

function preflight(options: CorsOptions, origin: string, environ: Environ): HeaderList {
  const { HTTP_ACCESS_CONTROL_REQUEST_HEADERS: asked } = environ
  const { methods = METHODS, allowHeaders, maxAge = 600 } = options
  const headers: HeaderList = [
    ...allowing(options, origin),
    ['Access-Control-Allow-Methods', methods.join(', ')],
    ['Access-Control-Max-Age', String(maxAge)],
    ['Vary', 'Origin, Access-Control-Request-Headers'],
  ]
  const names = allowHeaders?.join(', ') ?? (typeof asked === 'string' ? asked : '')
  return names === '' ? headers : [...headers, ['Access-Control-Allow-Headers', names]]
}

function allow(headers: Headers, options: CorsOptions, origin: string | undefined): void {
  if (options.origins !== '*') addVary(headers, 'Origin')
  if (origin === undefined) return
  for (const [name, value] of allowing(options, origin)) headers.set(name, value)
  const { exposeHeaders = [] } = options
  if (exposeHeaders.length > 0) {
    headers.set('Access-Control-Expose-Headers', exposeHeaders.join(', '))
  }
}

function allowing({ origins, credentials }: CorsOptions, origin: string): HeaderList {
  return [
    ['Access-Control-Allow-Origin', origins === '*' ? '*' : origin],
    ...(credentials === true
      ? [['Access-Control-Allow-Credentials', 'true'] as [string, string]]
      : []),
  ]
}

function checked({ origins, credentials }: CorsOptions): (origin: string) => boolean {
  if (origins === '*') {
    if (credentials !== true) return () => true
    throw withCode(
      'ERR_PHIAL_CORS_ORIGINS',
      new TypeError(
        'cors: origins "*" cannot go with credentials: any site could read what belongs to the visitor, and browsers refuse it. Name the origins.',
      ),
    )
  }
  const wrong = origins.find((origin) => parseUrl(origin)?.origin !== origin)
  if (wrong === undefined) return (origin) => origins.includes(origin)
  throw withCode(
    'ERR_PHIAL_CORS_ORIGINS',
    new TypeError(
      `cors: ${JSON.stringify(wrong)} is no origin. Write scheme and host, and the port if it is not the usual one, without a slash at the end: https://app.example.com`,
    ),
  )
}
