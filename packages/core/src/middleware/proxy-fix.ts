/** The client’s own address and URL, as proxies before the server tell them. */
import { callApplication } from '../application.ts'
import type { Environ, Middleware } from '../types.ts'

/** How many proxies set each header. Only so many values, from the right, are believed; 0 ignores the header. */
export interface ProxyFixOptions {
  /** `X-Forwarded-For`, into `REMOTE_ADDR`. 1 if not given. */
  readonly for?: number
  /** `X-Forwarded-Proto`, into `wsgi.url_scheme`. 1 if not given. */
  readonly proto?: number
  /** `X-Forwarded-Host`, into `HTTP_HOST`, `SERVER_NAME` and `SERVER_PORT`. 0 if not given. */
  readonly host?: number
  /** `X-Forwarded-Port`, into `SERVER_PORT` and the port of `HTTP_HOST`. 0 if not given. */
  readonly port?: number
  /** `X-Forwarded-Prefix`, into `SCRIPT_NAME`. 0 if not given. */
  readonly prefix?: number
}

/** A host, a port beside it or not. RFC 9110 §7.2 */
const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i
const PREFIX = /^(?:\/[^/\\]+)+$/

/**
 * Middleware that takes the client’s address, scheme, host, port and prefix from the headers of
 * proxies that are known to stand before the server. Count them exactly: a client can put any value
 * to the left of theirs. Werkzeug’s `ProxyFix`; what was there before is kept in `phial.proxy_fix.orig`.
 *
 * ```ts
 * app.wsgiApp = proxyFix({ for: 1, proto: 1, host: 1 })(app.wsgiApp)
 * ```
 *
 * A header with fewer values than proxies, or with a value that cannot be what it says, is ignored.
 */
export function proxyFix(options: ProxyFixOptions = {}): Middleware {
  const { for: hops = 1, proto = 1, host = 0, port = 0, prefix = 0 } = options
  return (app) => (environ, startResponse) => {
    environ['phial.proxy_fix.orig'] = original(environ)
    fixAddress(environ, believed(environ, 'HTTP_X_FORWARDED_FOR', hops))
    fixScheme(environ, believed(environ, 'HTTP_X_FORWARDED_PROTO', proto))
    fixHost(environ, believed(environ, 'HTTP_X_FORWARDED_HOST', host))
    fixPort(environ, believed(environ, 'HTTP_X_FORWARDED_PORT', port))
    fixPrefix(environ, believed(environ, 'HTTP_X_FORWARDED_PREFIX', prefix))
    return callApplication(app, environ, startResponse)
  }
}

function original(environ: Environ): Readonly<Record<string, unknown>> {
  const { REMOTE_ADDR, HTTP_HOST, SERVER_NAME, SERVER_PORT, SCRIPT_NAME } = environ
  return {
    REMOTE_ADDR,
    'wsgi.url_scheme': environ['wsgi.url_scheme'],
    HTTP_HOST,
    SERVER_NAME,
    SERVER_PORT,
    SCRIPT_NAME,
  }
}

/** The value that the outermost of `hops` proxies has set. */
function believed(environ: Environ, key: string, hops: number): string | undefined {
  const header = environ[key]
  if (hops === 0 || typeof header !== 'string') return undefined
  return header.split(',').at(-hops)?.trim()
}

function fixAddress(environ: Environ, address: string | undefined): void {
  if (address) environ.REMOTE_ADDR = address
}

function fixScheme(environ: Environ, proto: string | undefined): void {
  if (proto === 'http' || proto === 'https') environ['wsgi.url_scheme'] = proto
}

function fixHost(environ: Environ, host: string | undefined): void {
  if (host === undefined || !HOST.test(host)) return
  environ['HTTP_HOST'] = host
  const { name, port } = splitHost(host)
  environ.SERVER_NAME = name
  if (port !== undefined) environ.SERVER_PORT = port
}

function fixPort(environ: Environ, port: string | undefined): void {
  if (port === undefined || !/^\d{1,5}$/.test(port)) return
  const host = environ['HTTP_HOST']
  if (typeof host === 'string') environ['HTTP_HOST'] = `${splitHost(host).name}:${port}`
  environ.SERVER_PORT = port
}

function fixPrefix(environ: Environ, prefix: string | undefined): void {
  const trimmed = prefix?.replace(/\/$/, '')
  if (trimmed !== undefined && PREFIX.test(trimmed)) environ.SCRIPT_NAME = trimmed
}

function splitHost(host: string): { name: string; port: string | undefined } {
  const [, name = host, port] = /^(.*?)(?::(\d+))?$/.exec(host) ?? []
  return { name, port }
}
