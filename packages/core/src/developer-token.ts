/**
 * The token of the address that a terminal prints. A proxy on this machine may leave no trace in a
 * request, so pages for development, which show source and requests, are for a browser that has been
 * at that address: once there, it has the token as a cookie.
 *
 *     http://127.0.0.1:8000/?token=3f…  ──► 303, Set-Cookie ──► http://127.0.0.1:8000/
 */
import { whyRemote } from './locality.ts'
import { onHeaders } from './middleware/on-headers.ts'
import type { Application, Environ, StartResponse } from './types.ts'
import { rawPath } from './url.ts'

/** The token of this process; none as long as no program has printed one. */
let expected: string | undefined

/**
 * From now on, pages for development ask for a token in this process. Returns it, for the address
 * that is printed: 32 hexadecimal digits if none is given. A process that serves for another one, which
 * prints the address, is given the token of that one.
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
 * Why a request may not see pages for development; `undefined` if it may. It has to come from this
 * machine, as far as `whyRemote` can tell, and with the token, if one is asked for.
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

/** The cookie that a browser with the token has. Other servers on this machine have theirs, and cookies do not know ports. */
function cookieOf({ SERVER_PORT: port }: Environ): string | undefined {
  return expected === undefined ? undefined : `phial-developer-${port}=${expected}`
}

/** Takes as long for a wrong token as for the right one. */
function isSame(one: string, other: string): boolean {
  let difference = one.length ^ other.length
  for (let at = 0; at < other.length; at++) difference |= one.charCodeAt(at) ^ other.charCodeAt(at)
  return difference === 0
}

/**
 * An application that lets a browser in whose address has the token: it gets a cookie, and goes on at
 * the same address without the token. Another client is answered at once. The application never sees
 * the token. Where none is asked for, nothing changes.
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
      return goOn(environ, startResponse, cookie)
    environ[ADMITTED] = true
    const add = onHeaders(startResponse, (headers) => headers.append('Set-Cookie', cookie))
    return app(environ, add)
  }
}

/** Whether a request from this machine has the token in its query; takes it out of there. */
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

function goOn(environ: Environ, startResponse: StartResponse, cookie: string): Uint8Array[] {
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

/** `//host/path` would lead to another host. */
const localPath = (environ: Environ): string => rawPath(environ).replace(/^[\\/]+/, '/')
