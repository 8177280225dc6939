/** Applies forwarding headers to an environ. The caller decides which of them to trust. */
import { isDigits, isIPv4, isIPv6, splitHost } from '../grammar.ts'
import type { Environ } from '../types.ts'

/** One value of each kind. A missing or invalid value changes nothing. */
export interface Forwarded {
  /** The client's address, for `REMOTE_ADDR`. */
  readonly for?: string | undefined
  /** `http` or `https`, for `wsgi.url_scheme`. */
  readonly proto?: string | undefined
  /** A host with or without a port, for `HTTP_HOST`, `SERVER_NAME` and `SERVER_PORT`. */
  readonly host?: string | undefined
  /** A port, for `SERVER_PORT` and the port of `HTTP_HOST`. */
  readonly port?: string | undefined
  /** The path under which the proxy has mounted the application, for `SCRIPT_NAME`. */
  readonly prefix?: string | undefined
}

const PREFIX = /^(?:\/[^/\\]+)+$/

/**
 * Applies the values of forwarding headers to an environ, for a server or middleware that has decided which of them to
 * trust. `proxyFix` does so by counting hops.
 *
 * ```ts
 * applyForwarded(environ, { for: '203.0.113.7', proto: 'https' })
 * ```
 */
export function applyForwarded(environ: Environ, values: Forwarded): void {
  applyAddress(environ, values.for)
  applyScheme(environ, values.proto)
  applyHost(environ, values.host)
  applyPort(environ, values.port)
  applyPrefix(environ, values.prefix)
}

/** Accepts a port and the brackets around IPv6, which some proxies add. `unknown` and other names are not addresses. RFC 7239 §6 */
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
