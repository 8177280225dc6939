/** The body of a request, which the application reads piece by piece. */
import type { ChunkReader } from '@phial/core'
import { UNREAD_LIMIT } from '../transport.ts'
import type { Decoder } from './decoder.ts'

type Step = IteratorResult<Uint8Array>

/** Pieces of fewer bytes are joined with the following ones, because each costs a hundred bytes as an object. */
const SMALL = 4096
/** The buffer in which pieces are joined. All bodies of the process share it. */
const together = Buffer.allocUnsafeSlow(16 * 1024)

const END: Step = { done: true, value: undefined }

/** The connection of a body. */
export interface BodyOwner {
  /** Called when the application waits for more bytes. */
  bodyAsked(): void
  /** Called when the application has received `count` bytes. */
  bodyCame(count: number): void
  /** Called with the error if the body is malformed. */
  bodyRefused(error: unknown): void
}

/** The source of core's `inputStream`. Only one `next()` may be pending. */
export class RequestBody implements ChunkReader {
  readonly #decoder: Decoder
  readonly #owner: BodyOwner
  #failure: unknown
  #waiting: { resolve: (step: Step) => void; reject: (error: unknown) => void } | undefined
  /** The number of bytes discarded unread. */
  #dropped = 0

  constructor(decoder: Decoder, owner: BodyOwner) {
    this.#decoder = decoder
    this.#owner = owner
  }

  next(): Step | Promise<Step> {
    const step = this.#step()
    if (step !== undefined) return step
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      if (this.#failure !== undefined) this.#reject(this.#failure)
      else this.#owner.bodyAsked()
    })
  }

  /** Returns the next piece if one is available. */
  #step(): Step | undefined {
    if (this.#failure !== undefined) return undefined
    try {
      const piece = this.#take()
      if (piece === undefined && !this.isDone) return undefined
      this.#owner.bodyCame(piece?.byteLength ?? 0)
      return piece === undefined ? END : { done: false, value: piece }
    } catch (error) {
      this.#owner.bodyRefused(error)
      return undefined
    }
  }

  /** Returns available bytes in their own memory, so that the application cannot access the rest of the packet. */
  #take(): Uint8Array | undefined {
    const first = this.#decoder.next()
    if (first === undefined || first.length >= SMALL || this.isDone) return first && ownBytes(first)
    let length = first.copy(together)
    while (length < together.length) {
      const next = this.#decoder.next(together.length - length)
      if (next === undefined) break
      length += next.copy(together, length)
    }
    return new Uint8Array(together.subarray(0, length))
  }

  /** Whether the application waits for bytes. */
  get isAwaited(): boolean {
    return this.#waiting !== undefined
  }

  get isDone(): boolean {
    return this.#decoder.isDone
  }

  /** Whether the rest is too long to be read and discarded. */
  get isTooLong(): boolean {
    return !this.isDone && this.#decoder.left > UNREAD_LIMIT
  }

  /** Passes received bytes to a pending `next()`. */
  arrived(): void {
    if (this.#waiting === undefined) return
    const step = this.#step()
    if (step === undefined) return
    const { resolve } = this.#waiting
    this.#waiting = undefined
    resolve(step)
  }

  /** Rejects the pending and all future reads with the error. */
  fail(error: unknown): void {
    this.#failure ??= error
    this.#reject(this.#failure)
  }

  #reject(error: unknown): void {
    const { reject } = this.#waiting ?? {}
    this.#waiting = undefined
    reject?.(error)
  }

  /** Discards the received bytes. Returns true if the body has ended or exceeds the limit for discarding. */
  drop(): boolean {
    for (;;) {
      const piece = this.#decoder.next()
      if (piece === undefined || this.#dropped > UNREAD_LIMIT) break
      this.#dropped += piece.length
    }
    return this.isDone || this.#dropped > UNREAD_LIMIT
  }
}

/** Returns the bytes in memory that they do not share. */
function ownBytes(piece: Uint8Array): Uint8Array {
  return piece.byteLength === piece.buffer.byteLength ? piece : new Uint8Array(piece)
}
