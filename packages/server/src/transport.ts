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
export interface Home {
  readonly isUnix: boolean
  readonly serverName: string
  readonly serverPort: string
}

/**
 * Returns what connections to a listening address have in common. `address` is what `server.address()` returns. `host`
 * is the host that was asked for; empty, `0.0.0.0` and `::` stand for all addresses of the machine.
 */
export function homeOf(address: AddressInfo | string | null, host: string | undefined): Home {
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
 * Returns both ends of a connection that comes straight from a client, or `undefined` if the client has reset it, so
 * that its address is lost. Such a connection must be dropped: it is not one of a unix socket, which has no address either.
 */
export function peerOf(socket: Socket, home: Home): Peer | undefined {
  const { isUnix, serverName, serverPort } = home
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

/** Returns the home of a connection that another server accepted. */
export function homeOfSocket({ localAddress, localPort: port }: Socket): Home {
  if (port === undefined) return homeOf(null, undefined)
  const address = plainAddress(localAddress ?? '')
  return homeOf({ address, port, family: '' }, address)
}

/** Shows an IPv4 client of an IPv6 socket as what it is: `::ffff:10.0.0.1` becomes `10.0.0.1`. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '')
}

/** Speaks HTTP on connections that were already accepted. */
export interface HttpTransport {
  /** Takes over a connection from which nothing has been read. Destroys it if its peer is unknown: see `peerOf`. */
  accept(socket: Socket, peer: Peer | undefined): void
  /**
   * Makes each response from now on the last on its connection, which its head says, and fires
   * `phial.retiring`. An idle connection stays for one more request, which its client may be sending
   * already, until {@link LAST_CALL} seconds after its last one. Resolves once all connections are closed.
   */
  retire(): Promise<void>
  /**
   * Stops: retires, closes idle connections now and the others after their response. A request that has
   * been sent already is answered. Resolves once all connections are closed. With `force` all are cut.
   */
  close(force?: boolean): Promise<void>
  /** How many connections are open. */
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

/** Returns a controller for `phial.retiring`: one for all requests of a transport, so any number may listen. */
export function retirement(): AbortController {
  const controller = new AbortController()
  setMaxListeners(0, controller.signal)
  return controller
}

/** Sizes in bytes, times in seconds; 0 is no limit. */
export interface Limits {
  /** `--limit-request-line`: the first line, without its end. Answered with 414. */
  readonly requestLine: number
  /** `--limit-request-fields`: how many header fields. Answered with 431. */
  readonly fields: number
  /** `--limit-request-field_size`: one field, name and value. Answered with 431. */
  readonly fieldSize: number
  /** `--limit-request-head`: request line and fields together. Answered with 431. */
  readonly head: number
  /** `--limit-request-body`: answered with 413. */
  readonly body: number
  /** `--head-timeout`: from the first byte of a request, or of a connection, to the end of its head. Answered with 408. */
  readonly headTimeout: number
  /**
   * `--body-timeout`: from one piece of a body to the next, while the application waits for it; a piece
   * is {@link BODY_RATE} bytes for each of these seconds, or the rest. Answered with 408.
   */
  readonly bodyTimeout: number
  /** `--write-timeout`: how long a client may read nothing of a response before the connection is destroyed. */
  readonly writeTimeout: number
  /** `--keep-alive`: how long a connection waits for its next request. */
  readonly keepAlive: number
}

/** How many bytes of a body a client has to send in a second, on the whole, while it is waited for. */
export const BODY_RATE = 240
/** How many bytes of a body that the application did not read are read so that the connection can be kept. */
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
