/** What proxies told of a client and its URL, put into an environ. Whether they are believed is decided elsewhere. */
import { isDigits, isIPv4, isIPv6, splitHost } from '../grammar.ts'
import type { Environ } from '../types.ts'

/** One value of each kind; what is not there, or cannot be what it says, changes nothing. */
export interface Forwarded {
  /** The client's address, into `REMOTE_ADDR`. */
  readonly for?: string | undefined
  /** `http` or `https`, into `wsgi.url_scheme`. */
  readonly proto?: string | undefined
  /** A host, with a port or without, into `HTTP_HOST`, `SERVER_NAME` and `SERVER_PORT`. */
  readonly host?: string | undefined
  /** Digits, into `SERVER_PORT` and the port of `HTTP_HOST`. */
  readonly port?: string | undefined
  /** The path at which the proxy has put the application, into `SCRIPT_NAME`. */
  readonly prefix?: string | undefined
}

const PREFIX = /^(?:\/[^/\\]+)+$/

/**
 * Changes an environ as forwarding headers say: for a server or a middleware that has found out
 * which of them to believe, as `proxyFix` does by counting hops.
 *
 * ```ts
 * applyForwarded(environ, { for: '203.0.113.7', proto: 'https' })
 * ```
 */
export function applyForwarded(environ: Environ, told: Forwarded): void {
  applyAddress(environ, told.for)
  applyScheme(environ, told.proto)
  applyHost(environ, told.host)
  applyPort(environ, told.port)
  applyPrefix(environ, told.prefix)
}

/** Some proxies add the port, and brackets around IPv6. `unknown` and other names are no addresses. RFC 7239 §6 */
function applyAddress(environ: Environ, address: string | undefined = ''): void {
  const { name = address } = splitHost(address) ?? {}
  const bare = name.startsWith('[') ? name.slice(1, -1) : name
  if (isIPv4(bare) || isIPv6(bare)) environ.REMOTE_ADDR = bare
}

function applyScheme(environ: Environ, proto: string | undefined): void {
  if (proto === 'http' || proto === 'https') environ['wsgi.url_scheme'] = proto
}

function applyHost(environ: Environ, host: string | undefined = ''): void {
  const { name = '', port } = splitHost(host) ?? {}
  if (name === '' || name.includes('%') || port === '') return
  environ['HTTP_HOST'] = host
  environ.SERVER_NAME = name
  if (port !== undefined) environ.SERVER_PORT = port
}

function applyPort(environ: Environ, port: string | undefined = ''): void {
  if (!isDigits(port) || Number(port) > 65_535) return
  const host = environ['HTTP_HOST']
  const { name } = (typeof host === 'string' && splitHost(host)) || {}
  if (name !== undefined) environ['HTTP_HOST'] = `${name}:${port}`
  environ.SERVER_PORT = port
}

function applyPrefix(environ: Environ, prefix: string | undefined): void {
  const trimmed = prefix?.replace(/\/$/, '')
  if (trimmed !== undefined && PREFIX.test(trimmed)) environ.SCRIPT_NAME = trimmed
}
