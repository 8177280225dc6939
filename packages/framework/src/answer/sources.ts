/** Bodies that are read while they are sent: chunks and files. */
import { Buffer } from 'node:buffer'
import { withCode, type FileLike } from '@phial/core'
import type { RequestContext } from '../context/context.ts'
import { guard } from '../helpers/guards.ts'
import { isPromise } from '../helpers/promises.ts'
import type { FileBody } from '../response/file-body.ts'
import type { Chunks } from '../response/chunks.ts'

/** A body that is read chunk by chunk in the request's context. The request ends with it. */
export abstract class Source {
  readonly #context: RequestContext
  /** The unhandled error, or the error that aborted the body. */
  #error: unknown
  #closing: Promise<void> | undefined

  constructor(context: RequestContext, error: unknown) {
    this.#context = context
    this.#error = error
  }

  /** Closes the body, and rejects with the reason why it is not sent. */
  async abandon(reason: unknown): Promise<never> {
    await this.end()
    throw reason
  }

  /** Closes the body, then ends the request. */
  close(): Promise<void> {
    return (this.#closing ??= this.#context.enter(async () => {
      try {
        await this.end()
      } finally {
        await this.#context.pop(this.#error)
      }
    }))
  }

  /** Records an error for the end of the request, and throws it. */
  protected readonly failed = (error: unknown): never => {
    this.#error = error
    throw error
  }

  protected abstract end(): unknown
}

/** A file for the server's `wsgi.file_wrapper`. */
export class FileSource extends Source implements FileLike {
  readonly #file: FileBody
  readonly #context: RequestContext

  constructor(file: FileBody, context: RequestContext, error: unknown) {
    super(context, error)
    this.#file = file
    this.#context = context
  }

  read(size: number): Promise<Uint8Array> {
    return this.#context.enter(() => this.#file.read(size)).catch(this.failed)
  }

  protected end(): Promise<void> {
    return this.#file.close()
  }
}

type Step = IteratorResult<string | Uint8Array, unknown>
type ByteStep = IteratorResult<Uint8Array, undefined>

/**
 * Converts chunks to bytes when they are requested. It adds one promise for each chunk to those of the iterator:
 * `pnpm bench peers --workloads stream` measures it.
 */
export class ChunkSource extends Source implements AsyncIterable<Uint8Array> {
  readonly #iterator: Iterator<string | Uint8Array> | AsyncIterator<string | Uint8Array>
  readonly #inContext: ReturnType<RequestContext['binding']>

  constructor(chunks: Chunks, context: RequestContext, error: unknown) {
    super(context, error)
    this.#inContext = context.binding()
    this.#iterator =
      Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]()
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return { next: this.#next }
  }

  protected end(): unknown {
    return this.#iterator.return?.()
  }

  readonly #next = (): Promise<ByteStep> => {
    let step: Step | Promise<Step>
    try {
      step = this.#inContext(this.#read)
    } catch (error) {
      step = Promise.reject(error)
    }
    return isPromise(step)
      ? Promise.resolve(step).then(this.#toBytes, this.failed)
      : new Promise((resolve) => resolve(this.#toBytes(step)))
  }

  readonly #read = (): Step | Promise<Step> => this.#iterator.next()

  readonly #toBytes = (step: Step): ByteStep => {
    if (step.done === true) return END
    const { value } = step
    if (value instanceof Uint8Array) return step as ByteStep
    return typeof value === 'string'
      ? { done: false, value: Buffer.from(value) }
      : this.failed(invalid(value))
  }
}

const END: ByteStep = { done: true, value: undefined }

/** The error for a chunk that is neither text nor bytes. */
function invalid(chunk: unknown): TypeError {
  guard(chunk)
  return withCode(
    'ERR_PHIAL_CHUNK_INVALID',
    new TypeError(
      `Expected a string or bytes as a chunk of a streamed response, received ${chunk === null ? 'null' : `a ${typeof chunk}`}. Yield strings or bytes.`,
    ),
  )
}
