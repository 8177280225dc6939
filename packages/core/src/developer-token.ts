/**
 * The token in the address that `phial run` and `phial-server --xray` print. A proxy on this machine may leave no
 * trace in a request, so development pages are shown only to a browser that has opened that address. It then has
 * the token as a cookie.
 *
 *     http://127.0.0.1:8000/?token=3f…  ──► 303, Set-Cookie ──► http://127.0.0.1:8000/
 */
import { whyRemote } from './locality.ts'
import { onHeaders } from './middleware/on-headers.ts'
import type { Application, Environ, StartResponse } from './types.ts'
import { rawPath } from './url.ts'

/** The token of this process; `undefined` if none is required. */
let expected: string | undefined

/**
 * Makes development pages in this process require a token from now on, and returns the token for the address to
 * print. The default is 32 random hexadecimal digits. A worker gets the token of the process that prints the address.
 *
 * ```ts
 * console.log(`Running on http://127.0.0.1:8000/?token=${requireDeveloperToken()}`)
 * ```
 */
export function requireDeveloperToken(
  token: string = crypto.randomUUID().replaceAll('-', ''),
): string {
  expected = token
  return token
}

/**
 * Returns the reason why a request may not see development pages, or `undefined` if it may. The request must come
 * from this machine, as far as `whyRemote` can tell, and must carry the token if one is required.
 *
 * ```ts
 * if (whyNotDeveloper(environ) !== undefined) throw error
 * ```
 */
export function whyNotDeveloper(environ: Environ): string | undefined {
  return whyRemote(environ) ?? (hasToken(environ) ? undefined : NO_TOKEN)
}

const NO_TOKEN =
  'the request has no token: open the address that the terminal printed, which carries it'

function hasToken(environ: Environ): boolean {
  const cookie = cookieOf(environ)
  if (cookie === undefined || environ[ADMITTED] === true) return true
  const pairs = String(environ['HTTP_COOKIE'] ?? '').split(';')
  return pairs.some((pair) => isSame(pair.trim(), cookie))
}

/** Set by `admitDeveloper` for the layers inside; no header can. */
const ADMITTED = 'phial.developer'

/** The cookie that carries the token. Its name contains the port, because cookies are shared between the ports of a host. */
function cookieOf({ SERVER_PORT: port }: Environ): string | undefined {
  return expected === undefined ? undefined : `phial-developer-${port}=${expected}`
}

/** Compares in constant time. */
function isSame(one: string, other: string): boolean {
  let difference = one.length ^ other.length
  for (let at = 0; at < other.length; at++) difference |= one.charCodeAt(at) ^ other.charCodeAt(at)
  return difference === 0
}

/**
 * Middleware that admits a browser whose address carries the token: it sets the cookie and redirects to the same
 * address without the token. A client that is not navigating gets its response directly. The application never
 * sees the token. If no token is required, nothing changes.
 *
 * ```ts
 * const pages = admitDeveloper((environ, startResponse) => site(environ, startResponse))
 * ```
 */
export function admitDeveloper(app: Application): Application {
  return (environ, startResponse) => {
    const pair = cookieOf(environ)
    if (pair === undefined || !takeToken(environ)) return app(environ, startResponse)
    const cookie = `${pair}; Path=/; HttpOnly; SameSite=Strict`
    if (environ['HTTP_SEC_FETCH_MODE'] === 'navigate' && environ.REQUEST_METHOD === 'GET')
      return redirect(environ, startResponse, cookie)
    environ[ADMITTED] = true
    const add = onHeaders(startResponse, (headers) => headers.append('Set-Cookie', cookie))
    return app(environ, add)
  }
}

/** Removes the token from the query of a request from this machine. Returns whether there was one. */
function takeToken(environ: Environ): boolean {
  if (expected === undefined || !environ.QUERY_STRING.includes('token=')) return false
  if (whyRemote(environ) !== undefined) return false
  const wanted = `token=${expected}`
  const { QUERY_STRING: query, RAW_URI: raw } = environ
  const pairs = query.split('&')
  const rest = pairs.filter((pair) => !isSame(pair, wanted))
  if (rest.length === pairs.length) return false
  environ.QUERY_STRING = rest.join('&')
  if (raw?.endsWith(`?${query}`) === true)
    environ.RAW_URI = raw.slice(0, -query.length - 1) + queryOf(environ)
  return true
}

const queryOf = ({ QUERY_STRING: query }: Environ): string => (query === '' ? '' : `?${query}`)

function redirect(environ: Environ, startResponse: StartResponse, cookie: string): Uint8Array[] {
  startResponse('303 See Other', [
    ['Location', localPath(environ) + queryOf(environ)],
    ['Set-Cookie', cookie],
    ['Cache-Control', 'no-store'],
    ['Referrer-Policy', 'no-referrer'],
    ['Content-Type', 'text/plain; charset=utf-8'],
    ['Content-Length', '0'],
  ])
  return []
}

/** Keeps one slash at the beginning, because `//host/path` would redirect to another host. */
const localPath = (environ: Environ): string => rawPath(environ).replace(/^[\\/]+/, '/')
