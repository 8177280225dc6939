/**
 * A `node:http` server that is only reachable within this process. Requests are sent over a pair of streams, so the
 * listener receives real request, response and socket objects.
 */
import {
  createServer,
  request as ask,
  type ClientRequest,
  type IncomingMessage,
  type RequestOptions,
  type Server,
  type ServerResponse,
} from 'node:http'
import { Duplex } from 'node:stream'
import type { HeaderList } from '@phial/core'

/** The address properties of a socket that listeners use. */
export interface SocketEnds {
  readonly remoteAddress: string | undefined
  readonly remotePort: number | undefined
  readonly localPort: number | undefined
  readonly encrypted: boolean
}

/** A request to an inner server. */
export interface InnerRequest extends RequestOptions {
  /** The headers, including the framing. */
  readonly fields: HeaderList
}

/** Called with each unmodified request. */
type InnerListener = (request: IncomingMessage, response: ServerResponse) => void

const NO_LIMIT = 2 ** 31 - 1

/** A server for many requests, each on its own connection. */
export class InnerServer {
  readonly #http: Server = createServer({ maxHeaderSize: NO_LIMIT, requireHostHeader: false })

  /** Sends a request to the server. `listener` is called only for this request. */
  ask(
    { fields, ...options }: InnerRequest,
    ends: SocketEnds,
    listener: InnerListener,
  ): ClientRequest {
    const [near, far] = streamPair()
    Object.assign(far, ends)
    listeners.set(far, listener)
    this.#http.emit('connection', far)
    const asked = ask({
      ...options,
      setHost: false,
      maxHeaderSize: NO_LIMIT,
      createConnection: () => near,
    })
    // Prevents Node from adding framing to a request without a body.
    for (const name of ['content-length', 'transfer-encoding']) asked.removeHeader(name)
    for (const [name, value] of fields) asked.setHeader(name, value)
    return asked
  }

  constructor() {
    this.#http.maxHeadersCount = 0
    this.#http.on('request', (request, response) => {
      listeners.get(request.socket)?.(request, response)
    })
  }
}

const listeners = new WeakMap<Duplex, InnerListener>()

/** Creates two streams, each of which reads the data that the other one writes. */
export function streamPair(): [Duplex, Duplex] {
  const one = new Half()
  const two = new Half()
  one.other = two
  two.other = one
  return [one, two]
}

class Half extends Duplex {
  other: Half | undefined
  /** Called when the other side reads. */
  #taken: (() => void) | undefined

  override _read(): void {
    this.other?.release()
  }

  /** Completes a write only when its bytes are read, which applies back-pressure. */
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#taken = done
    if (this.other?.push(chunk) === true) this.release()
  }

  release(): void {
    const taken = this.#taken
    this.#taken = undefined
    taken?.()
  }

  override _final(done: () => void): void {
    this.other?.push(null)
    done()
  }

  /** Like sockets, ends the other side if this side has ended, and resets it otherwise. */
  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const { other } = this
    const isReset = !this.writableFinished || (other && other.#taken !== undefined)
    if (isReset) process.nextTick(() => other?.destroy())
    done(error)
  }

  /** Socket methods without effect: these streams have no timeouts and do not keep the process alive. */
  setTimeout(): this {
    return this
  }
  setNoDelay(): this {
    return this
  }
  setKeepAlive(): this {
    return this
  }
  ref(): this {
    return this
  }
  unref(): this {
    return this
  }
}
