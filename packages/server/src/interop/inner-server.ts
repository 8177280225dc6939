/**
 * A `node:http` server in this process that nobody else can reach: a request goes to it over a pair
 * of streams, so that its listener gets the real objects, sockets and all.
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

/** What a socket says of both ends, by the names that listeners look for. */
export interface SocketEnds {
  readonly remoteAddress: string | undefined
  readonly remotePort: number | undefined
  readonly localPort: number | undefined
  readonly encrypted: boolean
}

/** A request to an inner server. */
export interface InnerRequest extends RequestOptions {
  /** Its headers, framing included. */
  readonly fields: HeaderList
}

/** Called with each request, before which nothing has looked at it. */
type InnerListener = (request: IncomingMessage, response: ServerResponse) => void

const NO_LIMIT = 2 ** 31 - 1

/** One server for many requests, each on a connection of its own. */
export class InnerServer {
  readonly #http: Server = createServer({ maxHeaderSize: NO_LIMIT, requireHostHeader: false })

  /** Asks the server. `listener` is called for this request alone. */
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
    // Node adds neither: a request without a body has no framing, whatever its method.
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

/** Two streams, each of which reads what the other one writes. */
export function streamPair(): [Duplex, Duplex] {
  const one = new Half()
  const two = new Half()
  one.other = two
  two.other = one
  return [one, two]
}

class Half extends Duplex {
  other: Half | undefined
  /** Called when the other side wants more. */
  #taken: (() => void) | undefined

  override _read(): void {
    this.other?.release()
  }

  /** A write is over when its bytes were asked for, so that neither side runs ahead of the other. */
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

  /** As with sockets: whoever said its last word lets the other one read on, anybody else resets it. */
  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const { other } = this
    const isReset = !this.writableFinished || (other && other.#taken !== undefined)
    if (isReset) process.nextTick(() => other?.destroy())
    done(error)
  }

  /** Sockets have these; nothing here ever waits or is kept alive by itself. */
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
