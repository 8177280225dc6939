/** A body that is compressed as it comes. */
import type { BrotliCompress, Gzip } from 'node:zlib'
import { type Body, breach, Chunks, type GatewayError } from '@phial/core'
import type { HeldHead } from './held-head.ts'

/**
 * For each chunk that it takes it gives one, empty as long as the encoder holds everything back. Memory
 * stays as small as the chunks are.
 */
export class PressedBody implements AsyncIterable<Uint8Array> {
  readonly #chunks: Chunks
  readonly #encoder: BrotliCompress | Gzip
  readonly #head: HeldHead
  readonly #length: number
  readonly #ready: Uint8Array[] = []

  /** `length` is what the body within says of itself. */
  constructor(body: Body, encoder: BrotliCompress | Gzip, head: HeldHead, length: number) {
    this.#chunks = new Chunks(body)
    this.#encoder = encoder
    this.#head = head
    this.#length = length
    encoder.on('data', (bytes: Uint8Array) => void this.#ready.push(bytes))
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void> {
    let left = this.#length
    for (;;) {
      const { done, value } = await this.#chunks.next()
      // An error page took the place of the answer before its first byte: it goes as it is.
      if (this.#head.isReplaced) return yield* this.#plain(done === true ? undefined : value)
      if (done === true) break
      left -= value.byteLength
      if (left < 0) throw this.#notAsSaid('APP-17', left)
      this.#head.isBegun ||= value.byteLength > 0
      yield await this.#press((taken) => this.#encoder.write(value, taken))
    }
    if (left > 0) throw this.#notAsSaid('APP-18', left)
    yield await this.#press((taken) => this.#encoder.once('end', taken).end())
  }

  /** Lets go of the encoder, and closes the body within. */
  close(): void | Promise<void> {
    this.#encoder.destroy()
    return this.#chunks.close()
  }

  /** The server cannot see it any more: it is not told this length. */
  #notAsSaid(rule: string, left: number): GatewayError {
    const length = this.#length
    return breach(rule, `${length - left} bytes came where Content-Length says ${length}`)
  }

  async *#plain(first: Uint8Array | undefined): AsyncGenerator<Uint8Array, void> {
    if (first === undefined) return
    yield first
    for (;;) {
      const { done, value } = await this.#chunks.next()
      if (done === true) return
      yield value
    }
  }

  /** Waits until the encoder has dealt with something, and gives what came out. */
  async #press(start: (taken: (error?: Error | null) => void) => void): Promise<Uint8Array> {
    await new Promise<void>((resolve, reject) => {
      start((error) => (error ? reject(error) : resolve()))
    })
    return Buffer.concat(this.#ready.splice(0))
  }
}
