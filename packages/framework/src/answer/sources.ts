/** Bodies that are read while they are sent: chunks and files. */
import { Buffer } from 'node:buffer'
import { withCode, type FileLike } from '@phial/core'
import type { RequestContext } from '../context/context.ts'
import { guard } from '../helpers/guards.ts'
import type { FileBody } from '../response/file-body.ts'
import type { Chunks } from '../response/chunks.ts'

/** What is read step by step within the request's context. Its end is the request's. */
export abstract class Source {
  readonly #context: RequestContext
  /** The error that no handler answered, or that broke the body off. */
  #error: unknown
  #closing: Promise<void> | undefined

  constructor(context: RequestContext, error: unknown) {
    this.#context = context
    this.#error = error
  }

  /** Ends what is read from, and goes on with the reason why it will not be sent. */
  async abandon(reason: unknown): Promise<never> {
    await this.end()
    throw reason
  }

  /** Ends what is read from, then the request. */
  close(): Promise<void> {
    return (this.#closing ??= this.#context.enter(async () => {
      try {
        await this.end()
      } finally {
        await this.#context.pop(this.#error)
      }
    }))
  }

  /** One step of reading, whose failure the request's end is told of. */
  protected async step<T>(read: () => T | Promise<T>): Promise<T> {
    try {
      return await this.#context.enter(read)
    } catch (error) {
      this.#error = error
      throw error
    }
  }

  protected abstract end(): unknown
}

/** A file, for a server's `wsgi.file_wrapper`. */
export class FileSource extends Source implements FileLike {
  readonly #file: FileBody

  constructor(file: FileBody, context: RequestContext, error: unknown) {
    super(context, error)
    this.#file = file
  }

  read(size: number): Promise<Uint8Array> {
    return this.step(() => this.#file.read(size))
  }

  protected end(): Promise<void> {
    return this.#file.close()
  }
}

/** Chunks as bytes, each made when it is asked for. */
export class ChunkSource extends Source implements AsyncIterable<Uint8Array> {
  readonly #iterator: Iterator<string | Uint8Array> | AsyncIterator<string | Uint8Array>

  constructor(chunks: Chunks, context: RequestContext, error: unknown) {
    super(context, error)
    this.#iterator =
      Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]()
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return { next: () => this.step(() => this.#next()) }
  }

  protected end(): unknown {
    return this.#iterator.return?.()
  }

  async #next(): Promise<IteratorResult<Uint8Array, undefined>> {
    const step = await this.#iterator.next()
    if (step.done === true) return { done: true, value: undefined }
    return { done: false, value: toBytes(step.value) }
  }
}

function toBytes(chunk: unknown): Uint8Array {
  if (typeof chunk === 'string') return Buffer.from(chunk)
  if (chunk instanceof Uint8Array) return chunk
  guard(chunk)
  throw withCode(
    'ERR_PHIAL_CHUNK_INVALID',
    new TypeError(
      `A chunk of a streamed answer is ${chunk === null ? 'null' : `a ${typeof chunk}`}. Yield strings or bytes.`,
    ),
  )
}
