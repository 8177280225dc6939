/** A WebSocket connection: receives and sends messages. */
import { withCode } from '@phial/core'

/** Text, or bytes. */
export type WebSocketMessage = string | Uint8Array

/** Why a WebSocket is closed. RFC 6455 §7.4 */
export interface WebSocketClosure {
  /** 1000 for a normal closure, 1001 if one side goes away, 1006 if the connection was lost. */
  readonly code: number
  readonly reason: string
}

/** The methods that are used of a `WebSocket` of the package `ws`. */
export interface Codec {
  readonly protocol: string
  readonly bufferedAmount: number
  send(data: string | Uint8Array, onSent: (error?: Error) => void): void
  ping(): void
  close(code: number, reason: string): void
  pause(): void
  resume(): void
  terminate(): void
  on(event: 'message', listener: (data: Uint8Array, isBinary: boolean) => void): unknown
  on(event: 'close', listener: (code: number, reason: Uint8Array) => void): unknown
  on(event: 'pong' | 'error', listener: () => void): unknown
}

/**
 * A WebSocket connection. Handlers of `app.websocket` receive it, and `client.websocket` resolves to it.
 *
 * ```ts
 * app.websocket('/echo', async (socket) => {
 *   for await (const message of socket) await socket.send(message)
 * })
 * ```
 */
export class WebSocketConnection implements AsyncIterable<WebSocketMessage> {
  /** The selected subprotocol; empty if there is none. */
  readonly protocol: string
  /** Resolves once either side has closed the connection, or it has been lost. */
  readonly closed: Promise<WebSocketClosure>
  readonly #codec: Codec
  /** Messages that have not been requested yet. Until they are, no more are read from the client. */
  readonly #received: WebSocketMessage[] = []
  /** The pending calls of `receive`. */
  readonly #receivers: ((message: WebSocketMessage | undefined) => void)[] = []
  #state: 'open' | 'closing' | 'closed' = 'open'
  /** Whether the peer has sent a message or a pong since the last ping. */
  #isAlive = true
  #isPaused = false

  /**
   * `pingInterval` is the time in seconds between pings. If the peer does not send anything between two pings, the
   * connection is terminated. 0 disables pings.
   */
  constructor(codec: Codec, pingInterval: number) {
    this.#codec = codec
    this.protocol = codec.protocol
    codec.on('message', (data, isBinary) => this.#receiveMessage(isBinary ? data : textOf(data)))
    codec.on('pong', () => this.#alive())
    codec.on('error', () => undefined) // the 'close' event that follows has the error code
    this.closed = new Promise((resolve) => {
      codec.on('close', (code, reason) => {
        this.#state = 'closed'
        for (const resolveOne of this.#receivers.splice(0)) resolveOne(undefined)
        resolve({ code, reason: textOf(reason) })
      })
    })
    if (pingInterval > 0) this.#keepAlive(pingInterval * 1000)
  }

  /** Whether messages can be sent, because neither side has closed the connection. */
  get isOpen(): boolean {
    return this.#state === 'open'
  }

  /** The number of bytes that are waiting to be sent. */
  get bufferedAmount(): number {
    return this.#codec.bufferedAmount
  }

  /**
   * Sends text or bytes. Resolves once the message has been written, so awaiting it applies back-pressure. A message to a
   * closed connection is discarded, as in a browser. Throws `TypeError` for any other value.
   */
  send(message: WebSocketMessage | ArrayBuffer): Promise<void> {
    const data = message instanceof ArrayBuffer ? new Uint8Array(message) : message
    if (typeof data !== 'string' && !(data instanceof Uint8Array)) throw invalidMessage(message)
    if (!this.isOpen) return Promise.resolve()
    return new Promise((resolve) => {
      this.#codec.send(data, () => resolve())
    })
  }

  /** Resolves to the next message; to `undefined` once the connection is closed. */
  receive(): Promise<WebSocketMessage | undefined> {
    const message = this.#received.shift()
    if (message !== undefined) {
      if (this.#received.length === 0) this.#resume()
      return Promise.resolve(message)
    }
    if (this.#state === 'closed') return Promise.resolve(undefined)
    return new Promise((resolve) => {
      this.#receivers.push(resolve)
    })
  }

  /** Iterates over the messages until the connection is closed. Leaving the loop does not close the connection. */
  async *[Symbol.asyncIterator](): AsyncGenerator<WebSocketMessage, void> {
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- messages come one after another
      const message = await this.receive()
      if (message === undefined) return
      yield message
    }
  }

  /**
   * Closes the connection with a code and a reason of at most 123 bytes. `closed` resolves once the peer has answered.
   * Further calls have no effect. Throws `RangeError` for a code that must not be sent, or a longer reason. RFC 6455 §7.4
   */
  close(code: number = 1000, reason: string = ''): void {
    if (!isSendable(code) || new TextEncoder().encode(reason).length > 123)
      throw invalidClosure(code, reason)
    if (!this.isOpen) return
    this.#state = 'closing'
    this.#codec.close(code, reason)
    this.#received.length = 0
    this.#resume() // so that the peer's close frame is read
  }

  #receiveMessage(message: WebSocketMessage): void {
    this.#alive()
    if (!this.isOpen) return
    const resolve = this.#receivers.shift()
    if (resolve !== undefined) return resolve(message)
    this.#received.push(message)
    this.#isPaused = true
    this.#codec.pause()
  }

  #resume(): void {
    if (!this.#isPaused) return
    this.#isPaused = false
    this.#alive()
    this.#codec.resume()
  }

  #alive(): void {
    this.#isAlive = true
  }

  #keepAlive(milliseconds: number): void {
    const timer = setInterval(() => {
      if (this.#isPaused) return // a pong would not be read
      if (!this.#isAlive) return this.#codec.terminate()
      this.#isAlive = false
      this.#codec.ping()
    }, milliseconds).unref()
    void this.closed.then(() => clearInterval(timer))
  }
}

const decoder = new TextDecoder()
const textOf = (bytes: Uint8Array): string => decoder.decode(bytes)

/** Reports whether a code may be sent. 1004 to 1006 and 1015 must not be. */
function isSendable(code: unknown): boolean {
  if (typeof code !== 'number' || !Number.isInteger(code)) return false
  const isStandard = code >= 1000 && code <= 1014 && (code < 1004 || code > 1006)
  return isStandard || (code >= 3000 && code <= 4999)
}

function invalidMessage(message: unknown): TypeError {
  const isObject = typeof message === 'object' && message !== null
  const remedy = isObject ? 'Send JSON.stringify(value)' : 'Send String(value)'
  return withCode(
    'ERR_PHIAL_WEBSOCKET_MESSAGE',
    new TypeError(
      `Expected a string or bytes as a WebSocket message, received ${isObject ? 'an object' : String(message)}. ${remedy}.`,
    ),
  )
}

function invalidClosure(code: unknown, reason: string): RangeError {
  return withCode(
    'ERR_PHIAL_WEBSOCKET_CLOSE',
    new RangeError(
      `Expected a close code that RFC 6455 allows an application to send, such as 1000, or your own code from 3000 to 4999, and a reason of at most 123 bytes. Received code ${String(code)} and reason ${JSON.stringify(reason)}.`,
    ),
  )
}
