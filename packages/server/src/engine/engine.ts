/** The production server's own HTTP/1.1 implementation, which is stricter and faster than `node:http`. */
import type { Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { Deadlines } from '../deadlines.ts'
import { boundsOf, type Bounds } from '../refusal.ts'
import { type HttpTransport, type Peer, retirement, type TransportOptions } from '../transport.ts'
import { EngineConnection, type ConnectionOwner } from './connection.ts'
import { Blocks } from './output.ts'
import { persistence } from './response.ts'

/**
 * Creates the transport `--transport engine`, which speaks HTTP/1.1 and HTTP/1.0 on accepted sockets.
 *
 * ```ts
 * const transport = engine({ handle, errors, multiprocess: false, limits: defaultLimits })
 * createServer((socket) => transport.accept(socket, peerOf(socket, '127.0.0.1')))
 * ```
 */
export function engine(options: TransportOptions): HttpTransport {
  return new Engine(options)
}

class Engine implements HttpTransport, ConnectionOwner {
  readonly options: TransportOptions
  readonly #connections: Deadlines<EngineConnection>
  readonly bounds: Bounds
  readonly persistence: string
  readonly blocks = new Blocks()
  /** The value of `phial.retiring` in environs. */
  readonly retiring: AbortSignal
  readonly #whenClosed: (() => void)[] = []
  readonly #retirement = retirement()
  isRetiring = false
  isClosing = false

  constructor(options: TransportOptions) {
    const { headTimeout, bodyTimeout, writeTimeout, keepAlive } = options.limits
    this.options = options
    this.bounds = boundsOf(options.limits)
    this.persistence = persistence(keepAlive)
    this.retiring = this.#retirement.signal
    this.#connections = new Deadlines(headTimeout, bodyTimeout, writeTimeout, keepAlive)
  }

  get connections(): number {
    return this.#connections.size
  }

  accept(socket: Socket, peer: Peer | undefined): void {
    if (peer === undefined) return void socket.destroy()
    const connection = new EngineConnection(socket, peer, this)
    this.#connections.add(connection)
    if (this.isClosing) connection.closeIfIdle()
  }

  closed(connection: EngineConnection): void {
    this.#connections.delete(connection)
    if (this.#whenClosed.length === 0 || this.#connections.size > 0) return
    for (const tell of this.#whenClosed.splice(0)) tell()
  }

  retire(): Promise<void> {
    if (!this.isRetiring) for (const connection of this.#connections.all()) connection.retire()
    this.isRetiring = true
    this.#retirement.abort()
    if (this.#connections.size === 0) return Promise.resolve()
    return new Promise((resolve) => {
      this.#whenClosed.push(resolve)
    })
  }

  async close(force = false): Promise<void> {
    if (force) for (const connection of this.#connections.all()) connection.cut()
    this.isClosing = this.isRetiring = true
    this.#retirement.abort()
    await this.#closeIdle()
    await this.retire() // includes connections that were accepted meanwhile
  }

  /** Closes idle connections after all data that has already arrived was read. */
  async #closeIdle(): Promise<void> {
    await turn()
    await turn()
    for (const connection of this.#connections.all()) connection.closeIfIdle()
  }
}
