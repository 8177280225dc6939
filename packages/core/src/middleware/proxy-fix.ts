/** Takes the client’s address and URL from the headers of proxies. */
import { callApplication } from '../driver.ts'
import type { Environ, Middleware } from '../types.ts'
import { applyForwarded } from './forwarded.ts'

/** The number of proxies that set each header. Only that many values, counted from the right, are trusted. 0 ignores the header. */
export interface ProxyFixOptions {
  /** `X-Forwarded-For` sets `REMOTE_ADDR`. Default 1. */
  readonly for?: number
  /** `X-Forwarded-Proto` sets `wsgi.url_scheme`. Default 1. */
  readonly proto?: number
  /** `X-Forwarded-Host` sets `HTTP_HOST`, `SERVER_NAME` and `SERVER_PORT`. Default 0. */
  readonly host?: number
  /** `X-Forwarded-Port` sets `SERVER_PORT` and the port of `HTTP_HOST`. Default 0. */
  readonly port?: number
  /** `X-Forwarded-Prefix` sets `SCRIPT_NAME`. Default 0. */
  readonly prefix?: number
}

/**
 * Middleware that takes the client’s address, scheme, host, port and prefix from the headers of the proxies in front of
 * the server. Count the proxies exactly: a client can put any value to the left of theirs. The original values are in
 * `phial.proxy_fix.orig`. Corresponds to Werkzeug’s `ProxyFix`.
 *
 * ```ts
 * app.wsgiApp = proxyFix({ for: 1, proto: 1, host: 1 })(app.wsgiApp)
 * ```
 *
 * A header with fewer values than proxies, or with an invalid value, is ignored.
 */
export function proxyFix(options: ProxyFixOptions = {}): Middleware {
  const { for: hops = 1, proto = 1, host = 0, port = 0, prefix = 0 } = options
  return (app) => (environ, startResponse) => {
    environ['phial.proxy_fix.orig'] = original(environ)
    applyForwarded(environ, {
      for: trusted(environ, 'HTTP_X_FORWARDED_FOR', hops),
      proto: trusted(environ, 'HTTP_X_FORWARDED_PROTO', proto),
      host: trusted(environ, 'HTTP_X_FORWARDED_HOST', host),
      port: trusted(environ, 'HTTP_X_FORWARDED_PORT', port),
      prefix: trusted(environ, 'HTTP_X_FORWARDED_PREFIX', prefix),
    })
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

/** Returns the value that the outermost of `hops` proxies has set. */
function trusted(environ: Environ, key: string, hops: number): string | undefined {
  const header = environ[key]
  if (hops === 0 || typeof header !== 'string') return undefined
  return header.split(',').at(-hops)?.trim()
}
