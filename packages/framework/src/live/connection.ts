/** One WebSocket, as its handler has it: messages in, messages out. */
import { withCode } from '@phial/core'

/** Text, or bytes. */
export type WebSocketMessage = string | Uint8Array

/** Why a WebSocket is closed. RFC 6455 §7.4 */
export interface WebSocketClosure {
  /** 1000 after a close without trouble, 1001 if one side goes away, 1006 if the connection broke off. */
  readonly code: number
  readonly reason: string
}

/** What the codec of the package `ws` has to do. */
export interface Codec {
  readonly protocol: string
  readonly bufferedAmount: number
  send(data: string | Uint8Array, sent: (error?: Error) => void): void
  ping(): void
  close(code: number, reason: string): void
  pause(): void
  resume(): void
  terminate(): void
  on(event: 'message', heard: (data: Uint8Array, isBinary: boolean) => void): unknown
  on(event: 'close', closed: (code: number, reason: Uint8Array) => void): unknown
  on(event: 'pong' | 'error', happened: () => void): unknown
}

/**
 * A WebSocket. It is what a handler of `app.websocket` is given, and what `client.websocket` returns.
 *
 * ```ts
 * app.websocket('/echo', async (socket) => {
 *   for await (const message of socket) await socket.send(message)
 * })
 * ```
 */
export class WebSocketConnection implements AsyncIterable<WebSocketMessage> {
  /** The sub-protocol that was agreed on; empty if none was. */
  readonly protocol: string
  /** Resolves once the connection is closed, whichever side closed it, or when it broke off. */
  readonly closed: Promise<WebSocketClosure>
  readonly #codec: Codec
  /** Messages that nobody has asked for yet. While there are any, no more are read from the client. */
  readonly #heard: WebSocketMessage[] = []
  readonly #waiting: ((message: WebSocketMessage | undefined) => void)[] = []
  #state: 'open' | 'closing' | 'closed' = 'open'
  /** Whether the client has been heard since the last ping. */
  #isAlive = true
  #isPaused = false

  /** `pingInterval`: after how many seconds without a sign of life the other side is asked for one, and after how many more it counts as gone; 0 is never. */
  constructor(codec: Codec, pingInterval: number) {
    this.#codec = codec
    this.protocol = codec.protocol
    codec.on('message', (data, isBinary) => this.#take(isBinary ? data : textOf(data)))
    codec.on('pong', () => this.#alive())
    codec.on('error', () => undefined) // 'close' comes after it, with the code that says what was wrong
    this.closed = new Promise((resolve) => {
      codec.on('close', (code, reason) => {
        this.#state = 'closed'
        for (const tell of this.#waiting.splice(0)) tell(undefined)
        resolve({ code, reason: textOf(reason) })
      })
    })
    if (pingInterval > 0) this.#keepAlive(pingInterval * 1000)
  }

  /** Whether messages can be sent: neither side has closed it. */
  get isOpen(): boolean {
    return this.#state === 'open'
  }

  /** How many bytes wait to be sent. */
  get bufferedAmount(): number {
    return this.#codec.bufferedAmount
  }

  /**
   * Sends text or bytes. Resolves once there is room for the next message, or the connection is closed: what is sent
   * then is dropped, as in a browser. Throws `TypeError` for anything else.
   */
  send(message: WebSocketMessage | ArrayBuffer): Promise<void> {
    const data = message instanceof ArrayBuffer ? new Uint8Array(message) : message
    if (typeof data !== 'string' && !(data instanceof Uint8Array)) throw noMessage(message)
    if (!this.isOpen) return Promise.resolve()
    return new Promise((resolve) => {
      this.#codec.send(data, () => resolve())
    })
  }

  /** The next message; `undefined` once the connection is closed. */
  receive(): Promise<WebSocketMessage | undefined> {
    const message = this.#heard.shift()
    if (message !== undefined) {
      if (this.#heard.length === 0) this.#resume()
      return Promise.resolve(message)
    }
    if (this.#state === 'closed') return Promise.resolve(undefined)
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
    })
  }

  /** The messages as they come, until the connection is closed. Leaving the loop leaves it open. */
  async *[Symbol.asyncIterator](): AsyncGenerator<WebSocketMessage, void> {
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- messages come one after another
      const message = await this.receive()
      if (message === undefined) return
      yield message
    }
  }

  /**
   * Closes the connection with a code and a reason of 123 bytes at most; again, it does nothing. The other side answers,
   * and then `closed` resolves. Throws `RangeError` for a code that is not sent. RFC 6455 §7.4
   */
  close(code: number = 1000, reason: string = ''): void {
    if (!isSent(code) || new TextEncoder().encode(reason).length > 123)
      throw noClosure(code, reason)
    if (!this.isOpen) return
    this.#state = 'closing'
    this.#codec.close(code, reason)
    this.#heard.length = 0
    this.#resume() // or the other side's answer would not be read
  }

  #take(message: WebSocketMessage): void {
    this.#alive()
    if (!this.isOpen) return
    const tell = this.#waiting.shift()
    if (tell !== undefined) return tell(message)
    this.#heard.push(message)
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
      if (this.#isPaused) return // it cannot be heard
      if (!this.#isAlive) return this.#codec.terminate()
      this.#isAlive = false
      this.#codec.ping()
    }, milliseconds).unref()
    void this.closed.then(() => clearInterval(timer))
  }
}

const decoder = new TextDecoder()
const textOf = (bytes: Uint8Array): string => decoder.decode(bytes)

/** Whether a code may be sent. 1004 to 1006 and 1015 never are. */
function isSent(code: unknown): boolean {
  if (typeof code !== 'number' || !Number.isInteger(code)) return false
  const isStandard = code >= 1000 && code <= 1014 && (code < 1004 || code > 1006)
  return isStandard || (code >= 3000 && code <= 4999)
}

function noMessage(message: unknown): TypeError {
  const isObject = typeof message === 'object' && message !== null
  const remedy = isObject ? 'Send JSON.stringify(value)' : 'Send String(value)'
  return withCode(
    'ERR_PHIAL_WEBSOCKET_MESSAGE',
    new TypeError(
      `Expected a string or bytes as a WebSocket message, received ${isObject ? 'an object' : String(message)}. ${remedy}.`,
    ),
  )
}

function noClosure(code: unknown, reason: string): RangeError {
  return withCode(
    'ERR_PHIAL_WEBSOCKET_CLOSE',
    new RangeError(
      `Expected a close code that RFC 6455 allows to send, such as 1000, or your own from 3000 to 4999, and a reason of at most 123 bytes. Received code ${String(code)} and reason ${JSON.stringify(reason)}.`,
    ),
  )
}
