/** What proxies told of a client and its URL, put into an environ. Whether they are believed is decided elsewhere. */
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

/** A host, a port beside it or not. RFC 9110 §7.2 */
const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i
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
  if (told.for) environ.REMOTE_ADDR = told.for
  applyScheme(environ, told.proto)
  applyHost(environ, told.host)
  applyPort(environ, told.port)
  applyPrefix(environ, told.prefix)
}

function applyScheme(environ: Environ, proto: string | undefined): void {
  if (proto === 'http' || proto === 'https') environ['wsgi.url_scheme'] = proto
}

function applyHost(environ: Environ, host: string | undefined): void {
  if (host === undefined || !HOST.test(host)) return
  environ['HTTP_HOST'] = host
  const { name, port } = splitHost(host)
  environ.SERVER_NAME = name
  if (port !== undefined) environ.SERVER_PORT = port
}

function applyPort(environ: Environ, port: string | undefined): void {
  if (port === undefined || !/^\d{1,5}$/.test(port)) return
  const host = environ['HTTP_HOST']
  if (typeof host === 'string') environ['HTTP_HOST'] = `${splitHost(host).name}:${port}`
  environ.SERVER_PORT = port
}

function applyPrefix(environ: Environ, prefix: string | undefined): void {
  const trimmed = prefix?.replace(/\/$/, '')
  if (trimmed !== undefined && PREFIX.test(trimmed)) environ.SCRIPT_NAME = trimmed
}

function splitHost(host: string): { name: string; port: string | undefined } {
  const [, name = host, port] = /^(.*?)(?::(\d+))?$/.exec(host) ?? []
  return { name, port }
}
