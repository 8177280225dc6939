/** The client’s own address and URL, as proxies before the server tell them. */
import { callApplication } from '../application.ts'
import type { Environ, Middleware } from '../types.ts'
import { applyForwarded } from './forwarded.ts'

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
    applyForwarded(environ, {
      for: believed(environ, 'HTTP_X_FORWARDED_FOR', hops),
      proto: believed(environ, 'HTTP_X_FORWARDED_PROTO', proto),
      host: believed(environ, 'HTTP_X_FORWARDED_HOST', host),
      port: believed(environ, 'HTTP_X_FORWARDED_PORT', port),
      prefix: believed(environ, 'HTTP_X_FORWARDED_PREFIX', prefix),
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

/** The value that the outermost of `hops` proxies has set. */
function believed(environ: Environ, key: string, hops: number): string | undefined {
  const header = environ[key]
  if (hops === 0 || typeof header !== 'string') return undefined
  return header.split(',').at(-hops)?.trim()
}
