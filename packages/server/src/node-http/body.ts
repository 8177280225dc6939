/** Reads the body of a `node:http` request piece by piece, with limits on its size and time. */
import type { IncomingMessage } from 'node:http'
import type { Http2ServerRequest } from 'node:http2'
import { Deadline, type Deadlines, type Timed } from '../deadlines.ts'
import { boundsOf, type Refusal } from '../refusal.ts'
import { BODY_RATE, type Limits } from '../transport.ts'

const REFUSED = 'The request was rejected before its body was complete.'
const LEFT = 'The client disconnected before its request was complete.'

/** The part of `Deadlines` that a body needs. */
export type Clock = Pick<Deadlines, 'add' | 'delete'>

/** Reads a body for the application, and discards the part that the application does not read. */
export class NodeRequestBody implements Timed {
  place = -1
  readonly #request: IncomingMessage
  readonly #limits: Limits
  readonly #deadlines: Clock | undefined
  readonly #deadline = new Deadline()
  #isLate = false
  #isDiscarded = false
  #bytes = 0
  /** The number of bytes that must arrive before the time limit restarts. */
  #owed = 0
  #wake: (() => void) | undefined

  /** `deadlines` measures `limits.bodyTimeout`. Without it there is no time limit. */
  constructor(request: IncomingMessage, limits: Limits, deadlines?: Clock) {
    this.#request = request
    this.#limits = limits
    this.#deadlines = deadlines
  }

  /** The declared length in bytes; infinite for a chunked body. */
  get length(): number {
    return bodyLength(this.#request)
  }

  /** Whether the complete body has arrived. */
  get isReceived(): boolean {
    return this.#request.complete || this.length === 0
  }

  /**
   * Yields the pieces of the body. Calls `refuse` if the body is too long or too slow. Throws an `AbortError` in both cases,
   * and if the client disconnects.
   */
  async *pieces(refuse: (refusal: Refusal) => void): AsyncGenerator<Uint8Array> {
    const { body, bodyTimeout } = this.#limits
    for (;;) {
      const piece = this.#ready() ?? (await this.#timely(bodyTimeout))
      if (piece === undefined) return
      if (piece === 'late') refuse(tooSlow(bodyTimeout))
      else if (body > 0 && (this.#bytes += piece.byteLength) > body)
        refuse(boundsOf(this.#limits).refusals.body)
      else {
        this.#owed -= piece.byteLength
        yield ownBytes(piece)
        continue
      }
      throw new DOMException(REFUSED, 'AbortError')
    }
  }

  look(passed: number): void {
    if (!this.#deadline.isOver(passed)) return
    this.#isLate = true
    this.#wake?.()
  }

  /** Reads the next bytes within the remaining time. Only the time spent waiting for them counts. */
  async #timely(seconds: number): Promise<Uint8Array | undefined | 'late'> {
    if (seconds === 0 || this.#deadlines === undefined) return this.#piece()
    if (this.#owed > 0) this.#deadline.resume()
    else this.#deadline.start(seconds)
    if (this.#owed <= 0) this.#owed = BODY_RATE * seconds
    this.#deadlines.add(this)
    try {
      return await this.#piece()
    } finally {
      this.#deadline.stop()
      this.#deadlines.delete(this)
    }
  }

  /** Discards the unread part of the body. It is still read from the connection, so that the client can receive the response. */
  discard(): void {
    this.#isDiscarded = true
    this.#request.removeAllListeners('readable')
    process.nextTick(() => this.#request.resume()) // Node notices only after a tick that there are no listeners
    this.#wake?.()
  }

  /** Returns the bytes that have arrived, if any. */
  #ready(): Uint8Array | undefined {
    return (
      (this.#isDiscarded ? undefined : (this.#request.read() as Uint8Array | null)) ?? undefined
    )
  }

  /** Resolves with the next bytes, `undefined` at the end, or `late` if they did not arrive in time. */
  async #piece(): Promise<Uint8Array | undefined | 'late'> {
    const request = this.#request
    for (;;) {
      const piece = this.#ready()
      if (piece !== undefined) return piece
      if (hasDisconnected(request) || this.#isDiscarded) throw new DOMException(LEFT, 'AbortError')
      if (request.readableEnded || bodyLength(request) === 0) return undefined
      if (this.#isLate) return 'late'
      await this.#change()
    }
  }

  /** Waits for the next event of the request. */
  #change(): Promise<void> {
    this.#listen()
    return new Promise((resolve) => {
      const before = this.#wake
      this.#wake = () => {
        this.#wake = undefined
        resolve()
        before?.()
      }
    })
  }

  #listen(): void {
    if (this.#request.listenerCount('readable') > 0) return
    const wake = (): void => this.#wake?.()
    for (const event of ['readable', 'end', 'close', 'error']) this.#request.on(event, wake)
  }
}

/** Copies the bytes if they use less than half of their buffer, so that they do not keep it in memory. */
function ownBytes(piece: Uint8Array): Uint8Array {
  return 2 * piece.byteLength < piece.buffer.byteLength ? new Uint8Array(piece) : piece
}

function tooSlow(seconds: number): Refusal {
  const reason = `the body did not continue within ${seconds} s`
  return { status: '408 Request Timeout', reason }
}

function bodyLength(request: IncomingMessage): number {
  const { headers } = request
  if (headers['content-length'] !== undefined) return Number(headers['content-length'])
  if (isHttp2(request)) return isBodyless(request) ? 0 : Infinity
  return headers['transfer-encoding'] === undefined ? 0 : Infinity
}

/** Whether the client has disconnected. An aborted HTTP/2 request ends like any other, so its stream is checked instead. */
function hasDisconnected(request: IncomingMessage): boolean {
  if (isHttp2(request)) return http2Stream(request).aborted
  return !request.readableEnded && (request.destroyed || request.errored !== null)
}

/** Whether an HTTP/2 request has no body. No header declares a body there, and the head of a request without one ends the stream. */
function isBodyless(request: IncomingMessage): boolean {
  return http2Stream(request).endAfterHeaders
}

/** Whether a request arrived over HTTP/2. Its `httpVersion` is not reliable: an HTTP/1.1 client may write HTTP/2.0 into the request line. */
export const isHttp2 = (request: IncomingMessage): boolean => 'stream' in request

function http2Stream(request: IncomingMessage): Http2ServerRequest['stream'] {
  return (request as unknown as Http2ServerRequest).stream
}
