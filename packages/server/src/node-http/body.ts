/** A request's body on `node:http`: asked for piece by piece, in time, and no longer than allowed. */
import type { IncomingMessage } from 'node:http'
import type { Http2ServerRequest } from 'node:http2'
import { LINGER } from '../lingering-close.ts'
import { limitRefusals, type Refusal } from '../refusal.ts'
import { BODY_RATE, UNREAD_LIMIT, type Limits } from '../transport.ts'

const REFUSED = 'The request was refused before its body was whole.'
const LEFT = 'The client left before its request was whole.'

/** Reads a body for the application, and what the application left for the server. */
export class NodeRequestBody {
  readonly #request: IncomingMessage
  readonly #limits: Limits
  #bytes = 0
  /** How many bytes have to come before their time begins anew, and how much of it is left, in seconds. */
  #owed = 0
  #left = 0
  #wake: (() => void) | undefined

  constructor(request: IncomingMessage, limits: Limits) {
    this.#request = request
    this.#limits = limits
  }

  /** In bytes; infinite for one that is chunked. */
  get length(): number {
    return bodyLength(this.#request)
  }

  /** Whether it is here to its last byte. */
  get isReceived(): boolean {
    return this.#request.complete || this.length === 0
  }

  /** Its pieces. `refuse` is told when it is too long or too slow; like a client that leaves, that ends the reading with an `AbortError`. */
  async *pieces(refuse: (refusal: Refusal) => void): AsyncGenerator<Uint8Array> {
    const { body, bodyTimeout } = this.#limits
    for (;;) {
      const piece = await this.#timely(bodyTimeout)
      if (piece === undefined) return
      if (piece === 'late') refuse(tooSlow(bodyTimeout))
      else if (body > 0 && (this.#bytes += piece.byteLength) > body)
        refuse(limitRefusals(this.#limits).body)
      else {
        yield piece
        continue
      }
      throw new DOMException(REFUSED, 'AbortError')
    }
  }

  /** The next bytes, in the time that is left for them: only what they are waited for counts. */
  async #timely(seconds: number): Promise<Uint8Array | undefined | 'late'> {
    if (seconds === 0) return this.#piece(0)
    if (this.#owed <= 0) {
      this.#owed = BODY_RATE * seconds
      this.#left = seconds
    }
    const began = performance.now()
    const piece = await this.#piece(Math.max(this.#left, 0.001))
    this.#left -= (performance.now() - began) / 1000
    if (piece instanceof Uint8Array) this.#owed -= piece.byteLength
    return piece
  }

  /** Takes in what is left of it, so that the client can see its answer, for as long and as much as is bearable. */
  async swallow(): Promise<void> {
    const end = performance.now() + LINGER
    let room = UNREAD_LIMIT
    while (room >= 0 && performance.now() < end) {
      const piece = await this.#piece((end - performance.now()) / 1000).catch(() => undefined)
      if (piece === undefined || piece === 'late') return
      room -= piece.byteLength
    }
  }

  /** The next bytes; `undefined` at the end; `late` if none come within so many seconds. */
  async #piece(seconds: number): Promise<Uint8Array | undefined | 'late'> {
    const request = this.#request
    for (;;) {
      const piece = request.read() as Uint8Array | null
      if (piece !== null) return piece
      if (hasLeft(request)) throw new DOMException(LEFT, 'AbortError')
      if (request.readableEnded || bodyLength(request) === 0) return undefined
      if (await this.#isLate(seconds)) return 'late'
    }
  }

  /** Waits for something to happen. */
  #isLate(seconds: number): Promise<boolean> {
    this.#listen()
    return new Promise((resolve) => {
      const late = seconds > 0 ? setTimeout(() => resolve(true), seconds * 1000) : undefined
      const before = this.#wake
      this.#wake = () => {
        clearTimeout(late)
        resolve(false)
        before?.()
      }
    })
  }

  #listen(): void {
    if (this.#request.listenerCount('readable') > 0) return
    const wake = (): void => {
      const wake = this.#wake
      this.#wake = undefined
      wake?.()
    }
    for (const event of ['readable', 'end', 'close', 'error']) this.#request.on(event, wake)
  }
}

function tooSlow(seconds: number): Refusal {
  const reason = `no more of the body came within ${seconds} s`
  return { status: '408 Request Timeout', reason }
}

function bodyLength(request: IncomingMessage): number {
  const { headers } = request
  if (headers['content-length'] !== undefined) return Number(headers['content-length'])
  if (isHttp2(request)) return isBodyless(request) ? 0 : Infinity
  return headers['transfer-encoding'] === undefined ? 0 : Infinity
}

/** Over HTTP/2 a request that is broken off ends like any other, but for its stream. */
function hasLeft(request: IncomingMessage): boolean {
  if (isHttp2(request)) return http2Stream(request).aborted
  return !request.readableEnded && (request.destroyed || request.errored !== null)
}

/** HTTP/2 needs no header to say that a body comes: there is none where the head ends the stream. */
function isBodyless(request: IncomingMessage): boolean {
  return http2Stream(request).endAfterHeaders
}

/** By what it is, not by what it says: a client of HTTP/1.1 may write HTTP/2.0 into its request line. */
export const isHttp2 = (request: IncomingMessage): boolean => 'stream' in request

function http2Stream(request: IncomingMessage): Http2ServerRequest['stream'] {
  return (request as unknown as Http2ServerRequest).stream
}
