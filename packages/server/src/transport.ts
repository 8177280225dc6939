/**
 * The interfaces between the three layers of the production server. Each layer only knows the interface to the next one:
 *
 *     supervisor  processes and sockets   master, workers, signals
 *        │  accept(socket, peer)          a new connection
 *     transport   bytes                   node:http (`--transport http`), or the engine
 *        │  handle(environ, answer)       a request with a complete head
 *     pipeline    environ → application → answer: core's `run`, and work around each request
 */
import { setMaxListeners } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { hostname } from 'node:os'
import type { Environ, ErrorStream, ResponseWriter } from '@phial/core'
import type { AccessRecord } from './logs/access.ts'

/** Both ends of a connection, with the names of an environ. They may come from a proxy (PROXY protocol). */
export interface Peer {
  readonly remoteAddr: string
  readonly remotePort: string
  readonly serverName: string
  readonly serverPort: string
  readonly scheme: 'http' | 'https'
}

/** The properties shared by all connections of a listening address. */
export interface LocalEnd {
  readonly isUnix: boolean
  readonly serverName: string
  readonly serverPort: string
}

/**
 * Returns the properties shared by all connections of a listening address. `address` is the result of `server.address()`.
 * `host` is the configured host; empty, `0.0.0.0` and `::` mean all addresses of the machine.
 */
export function localEndOf(
  address: AddressInfo | string | null,
  host: string | undefined,
): LocalEnd {
  if (address === null || typeof address === 'string')
    return { isUnix: true, serverName: 'localhost', serverPort: '80' }
  const isAny = !host || host === '0.0.0.0' || host === '::'
  return {
    isUnix: false,
    serverName: isAny ? hostname() : host,
    serverPort: String(address.port),
  }
}

/**
 * Returns both ends of an accepted connection, or `undefined` if the client has reset it, so that its address is unknown.
 * Such a connection must be closed. It must not be mistaken for one of a unix socket, which has no address either.
 */
export function peerOf(socket: Socket, localEnd: LocalEnd): Peer | undefined {
  const { isUnix, serverName, serverPort } = localEnd
  const { remoteAddress } = socket
  if (!isUnix && remoteAddress === undefined) return undefined
  const address = remoteAddress ?? ''
  return {
    remoteAddr: address.startsWith('::') ? plainAddress(address) : address,
    remotePort: isUnix ? '' : String(socket.remotePort ?? ''),
    serverName,
    serverPort,
    scheme: 'encrypted' in socket && socket.encrypted === true ? 'https' : 'http',
  }
}

/** Returns the local end of a connection that another server accepted. */
export function localEndOfSocket({ localAddress, localPort: port }: Socket): LocalEnd {
  if (port === undefined) return localEndOf(null, undefined)
  const address = plainAddress(localAddress ?? '')
  return localEndOf({ address, port, family: '' }, address)
}

/** Returns the IPv4 address of an IPv4 client on an IPv6 socket: `::ffff:10.0.0.1` becomes `10.0.0.1`. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '')
}

/** Speaks HTTP on accepted connections. */
export interface HttpTransport {
  /** Takes over a connection from which nothing has been read. Destroys it if its peer is unknown: see `peerOf`. */
  accept(socket: Socket, peer: Peer | undefined): void
  /**
   * Makes each response from now on the last on its connection, with `Connection: close`, and aborts `phial.retiring`. An
   * idle connection stays open for one more request, which its client may already be sending, until {@link LAST_CALL}
   * seconds after its last one. Resolves once all connections are closed.
   */
  retire(): Promise<void>
  /**
   * Retires, closes idle connections now, and all others after their response. Answers requests that have already been
   * sent. Resolves once all connections are closed. With `force`, cuts all connections.
   */
  close(force?: boolean): Promise<void>
  /** The number of open connections. */
  readonly connections: number
}

/** The writer through which a transport sends a response. */
export interface TransportResponse extends ResponseWriter {
  /** The start of the request, as returned by `performance.now()`. */
  readonly began: number
}

/** Options of a transport. */
export interface TransportOptions {
  /** Called for each request with a valid head. `response` sends the response. */
  readonly handle: (environ: Environ, response: TransportResponse) => void | Promise<void>
  /** Called with each completed response, including those to requests that the transport rejected. */
  readonly onAnswer?: ((record: AccessRecord) => void) | undefined
  /** The value of `wsgi.errors`. */
  readonly errors: ErrorStream
  /** Whether other processes serve the same application: `wsgi.multiprocess`. */
  readonly multiprocess: boolean
  readonly limits: Limits
}

/** Creates the controller of `phial.retiring`. All requests of a transport share it, so it allows any number of listeners. */
export function retirement(): AbortController {
  const controller = new AbortController()
  setMaxListeners(0, controller.signal)
  return controller
}

/** The limits of a transport: sizes in bytes, times in seconds; 0 means no limit. */
export interface Limits {
  /** `--limit-request-line`: the size of the request line without its line end, else 414. */
  readonly requestLine: number
  /** `--limit-request-fields`: the number of header fields, else 431. */
  readonly fields: number
  /** `--limit-request-field_size`: the size of a field, name and value, else 431. */
  readonly fieldSize: number
  /** `--limit-request-head`: the size of the request line and all fields, else 431. */
  readonly head: number
  /** `--limit-request-body`: the size of the body, else 413. */
  readonly body: number
  /** `--head-timeout`: the time from the first byte of a request, or the start of a connection, to the end of the head, else 408. */
  readonly headTimeout: number
  /**
   * `--body-timeout`: the time between two pieces of a body while the application waits for it, else 408. A piece is
   * {@link BODY_RATE} bytes for each of these seconds, or the rest.
   */
  readonly bodyTimeout: number
  /** `--write-timeout`: how long a client may read nothing of a response before its connection is destroyed. */
  readonly writeTimeout: number
  /** `--keep-alive`: how long an idle connection waits for its next request. */
  readonly keepAlive: number
}

/** The minimum average rate of a request body while the application waits for it, in bytes per second. */
export const BODY_RATE = 240
/** The maximum number of unread body bytes that are read and discarded to keep a connection open. */
export const UNREAD_LIMIT: number = 256 * 1024

/**
 * How long a connection waits for one more request while the server retires, in seconds since its last request, or
 * `--keep-alive` if that is shorter. A connection in use gets its request within this time and closes with the response.
 * Closing an idle connection can collide with a request that is on its way. The value is not a whole number because
 * clients that poll use whole seconds.
 */
export const LAST_CALL = 2.5

/** The default limits. */
export const defaultLimits: Limits = {
  requestLine: 8190,
  fields: 100,
  fieldSize: 8190,
  head: 65_536,
  body: 0,
  headTimeout: 30,
  bodyTimeout: 30,
  writeTimeout: 30,
  keepAlive: 65,
}
