/** A request's body on `node:http`: read piece by piece, in time, and no longer than allowed. */
import type { IncomingMessage } from 'node:http'
import type { Http2ServerRequest } from 'node:http2'
import { Deadline, type Deadlines, type Timed } from '../deadlines.ts'
import { boundsOf, type Refusal } from '../refusal.ts'
import { BODY_RATE, type Limits } from '../transport.ts'

const REFUSED = 'The request was refused before its body was whole.'
const LEFT = 'The client left before its request was whole.'

/** What lets a deadline run out. */
export type Clock = Pick<Deadlines, 'add' | 'delete'>

/** Reads a body for the application, and discards what the application left. */
export class NodeRequestBody implements Timed {
  place = -1
  readonly #request: IncomingMessage
  readonly #limits: Limits
  readonly #deadlines: Clock | undefined
  readonly #deadline = new Deadline()
  #isLate = false
  #isDiscarded = false
  #bytes = 0
  /** How many bytes have to come before their time begins anew. */
  #owed = 0
  #wake: (() => void) | undefined

  /** `deadlines` has the clock for `limits.bodyTimeout`. Without it there is no time limit. */
  constructor(request: IncomingMessage, limits: Limits, deadlines?: Clock) {
    this.#request = request
    this.#limits = limits
    this.#deadlines = deadlines
  }

  /** In bytes; infinite for a chunked one. */
  get length(): number {
    return bodyLength(this.#request)
  }

  /** Whether it has come to its last byte. */
  get isReceived(): boolean {
    return this.#request.complete || this.length === 0
  }

  /**
   * Its pieces. Calls `refuse` if it is too long or too slow, which like a client that leaves ends the reading
   * with an `AbortError`.
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

  /** Reads the next bytes in the time that is left for them. Only the time in which they are waited for counts. */
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

  /** Lets go of what the application did not read. It is read from the connection all the same, so that the client can see its response. */
  discard(): void {
    this.#isDiscarded = true
    this.#request.removeAllListeners('readable')
    process.nextTick(() => this.#request.resume()) // a tick later Node knows that nobody listens
    this.#wake?.()
  }

  /** The bytes that have come, if any. */
  #ready(): Uint8Array | undefined {
    return (
      (this.#isDiscarded ? undefined : (this.#request.read() as Uint8Array | null)) ?? undefined
    )
  }

  /** The next bytes; `undefined` at the end; `late` if they did not come in time. */
  async #piece(): Promise<Uint8Array | undefined | 'late'> {
    const request = this.#request
    for (;;) {
      const piece = this.#ready()
      if (piece !== undefined) return piece
      if (hasLeft(request) || this.#isDiscarded) throw new DOMException(LEFT, 'AbortError')
      if (request.readableEnded || bodyLength(request) === 0) return undefined
      if (this.#isLate) return 'late'
      await this.#change()
    }
  }

  /** Waits until something happens. */
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

/** The same bytes in memory of their own, if they are a small part of what they lie in. */
function ownBytes(piece: Uint8Array): Uint8Array {
  return 2 * piece.byteLength < piece.buffer.byteLength ? new Uint8Array(piece) : piece
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
