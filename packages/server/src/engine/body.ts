/** A request's body on its way to the application, which asks for it piece by piece. */
import type { ChunkReader } from '@phial/core'
import { UNREAD_LIMIT } from '../transport.ts'
import type { Decoder } from './decoder.ts'

type Step = IteratorResult<Uint8Array>

/** A piece of fewer bytes than this is joined with those that follow: each costs a hundred bytes as an object. */
const SMALL = 4096
/** Where pieces are joined, by all bodies of the process in turn. */
const together = Buffer.allocUnsafeSlow(16 * 1024)

const END: Step = { done: true, value: undefined }

/** What a body asks of its connection. */
export interface BodyOwner {
  /** The application waits for more. */
  bodyAsked(): void
  /** It got so many bytes. */
  bodyCame(count: number): void
  /** Bytes broke a rule, of which `error` tells. */
  bodyRefused(error: unknown): void
}

/** A source for core's `inputStream`: one `next()` at a time. */
export class RequestBody implements ChunkReader {
  readonly #decoder: Decoder
  readonly #owner: BodyOwner
  #failure: unknown
  #waiting: { resolve: (step: Step) => void; reject: (error: unknown) => void } | undefined
  /** How much of it was dropped unread. */
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

  /** What has come, if something has. */
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

  /** The bytes that have come, or as many of them as go together, in memory of their own: what else came in their packet is not the application's. */
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

  /** Whether the application waits for bytes that have not come. */
  get isAwaited(): boolean {
    return this.#waiting !== undefined
  }

  get isDone(): boolean {
    return this.#decoder.isDone
  }

  /** Whether the rest is too long to be read for nothing. */
  get isTooLong(): boolean {
    return !this.isDone && this.#decoder.left > UNREAD_LIMIT
  }

  /** Bytes have come: whoever waits for them gets them. */
  arrived(): void {
    if (this.#waiting === undefined) return
    const step = this.#step()
    if (step === undefined) return
    const { resolve } = this.#waiting
    this.#waiting = undefined
    resolve(step)
  }

  /** No more will come; whoever reads is told why. */
  fail(error: unknown): void {
    this.#failure ??= error
    this.#reject(this.#failure)
  }

  #reject(error: unknown): void {
    const { reject } = this.#waiting ?? {}
    this.#waiting = undefined
    reject?.(error)
  }

  /** Drops what has come of it. True when nothing is left, or when it was too much. */
  drop(): boolean {
    for (;;) {
      const piece = this.#decoder.next()
      if (piece === undefined || this.#dropped > UNREAD_LIMIT) break
      this.#dropped += piece.length
    }
    return this.isDone || this.#dropped > UNREAD_LIMIT
  }
}

/** The same bytes, in memory that they share with nothing. */
function ownBytes(piece: Uint8Array): Uint8Array {
  return piece.byteLength === piece.buffer.byteLength ? piece : new Uint8Array(piece)
}
