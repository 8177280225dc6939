/** A body that is compressed while it is streamed. */
import type { BrotliCompress, Gzip } from 'node:zlib'
import { type Body, breach, Chunks, type GatewayError } from '@phial/core'
import type { HeldHead } from './held-head.ts'

/**
 * Yields a chunk for each chunk that it reads, which is empty while the encoder buffers its output. Memory use is
 * bounded by the size of the chunks.
 */
export class PressedBody implements AsyncIterable<Uint8Array> {
  readonly #chunks: Chunks
  readonly #encoder: BrotliCompress | Gzip
  readonly #head: HeldHead
  readonly #length: number
  readonly #ready: Uint8Array[] = []

  /** `length` is the declared length of the inner body. */
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
      // An error page has replaced the response before its first byte. It is sent uncompressed.
      if (this.#head.isReplaced) return yield* this.#plain(done === true ? undefined : value)
      if (done === true) break
      left -= value.byteLength
      if (left < 0) throw this.#wrongLength('APP-17', left)
      this.#head.hasBegun ||= value.byteLength > 0
      yield await this.#press((taken) => this.#encoder.write(value, taken))
    }
    if (left > 0) throw this.#wrongLength('APP-18', left)
    yield await this.#press((taken) => this.#encoder.once('end', taken).end())
  }

  /** Releases the encoder, and closes the inner body. */
  close(): void | Promise<void> {
    this.#encoder.destroy()
    return this.#chunks.close()
  }

  /** Checks the declared length of the inner body, which the server does not see. */
  #wrongLength(rule: string, left: number): GatewayError {
    const length = this.#length
    const most = left < 0 ? 'at least ' : ''
    return breach(
      rule,
      `the body has ${most}${length - left} bytes, but Content-Length is ${length}`,
    )
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

  /** Waits until the encoder has processed its input. Resolves with its output. */
  async #press(start: (taken: (error?: Error | null) => void) => void): Promise<Uint8Array> {
    await new Promise<void>((resolve, reject) => {
      start((error) => (error ? reject(error) : resolve()))
    })
    return Buffer.concat(this.#ready.splice(0))
  }
}
