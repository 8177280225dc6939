/**
 * From a response to the gateway: status and headers to `startResponse`, the body as bytes.
 */
import { Buffer } from 'node:buffer'
import type { Body, StartResponse } from '@phial/core'
import type { AppContext } from '../context.ts'
import { andThen, type Maybe } from '../maybe.ts'
import type { Chunks } from './chunks.ts'
import { isBodyless, type Response } from './response.ts'
import { coded } from '../errors/coded.ts'

const NOTHING = new Uint8Array()

/** Announces a response and returns its body. `onClose` runs once, when no more of it will be sent, with the error that broke it off, if one did. */
export function send(
  response: Response,
  method: string,
  startResponse: StartResponse,
  context: AppContext,
  onClose: (failure: unknown) => Maybe<void>,
  excInfo?: unknown,
): Maybe<Body> {
  const { body } = response
  if (isChunks(body)) return sendChunks(response, body, method, startResponse, context, onClose)
  const bytes = typeof body === 'string' ? Buffer.from(body) : (body ?? NOTHING)
  start(response, bytes.byteLength, startResponse, excInfo)
  const sent = bytes.byteLength === 0 || method === 'HEAD' || isBodyless(response.status)
  return andThen(onClose(undefined), () => (sent ? [] : [bytes]))
}

function sendChunks(
  response: Response,
  chunks: Chunks,
  method: string,
  startResponse: StartResponse,
  context: AppContext,
  onClose: (failure: unknown) => Maybe<void>,
): Maybe<Body> {
  const body = new ChunkBody(chunks, context, onClose)
  try {
    start(response, undefined, startResponse, undefined)
  } catch (error) {
    return body.abandon(error)
  }
  if (method !== 'HEAD' && !isBodyless(response.status)) return body
  return andThen(body.close(), () => [])
}

function start(
  response: Response,
  length: number | undefined,
  startResponse: StartResponse,
  excInfo: unknown,
): void {
  if (isBodyless(response.status)) {
    response.headers.delete('Content-Length')
    response.headers.delete('Content-Type')
  } else if (length !== undefined) response.headers.set('Content-Length', String(length))
  startResponse(response.statusLine, response.headerList, excInfo)
}

function isChunks(body: Response['body']): body is Chunks {
  return typeof body === 'object' && body !== null && !(body instanceof Uint8Array)
}

/** Chunks as bytes, each made within the request's context, when it is asked for. */
class ChunkBody implements AsyncIterable<Uint8Array> {
  readonly #iterator: Iterator<string | Uint8Array> | AsyncIterator<string | Uint8Array>
  readonly #context: AppContext
  readonly #onClose: (failure: unknown) => Maybe<void>
  #failure: unknown
  #closing: Promise<void> | undefined

  constructor(chunks: Chunks, context: AppContext, onClose: (failure: unknown) => Maybe<void>) {
    this.#iterator =
      Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]()
    this.#context = context
    this.#onClose = onClose
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return { next: () => this.#next() }
  }

  async #next(): Promise<IteratorResult<Uint8Array, undefined>> {
    try {
      const step = await this.#context.enter(() => this.#iterator.next())
      if (step.done === true) return { done: true, value: undefined }
      return { done: false, value: toBytes(step.value) }
    } catch (error) {
      this.#failure = error
      throw error
    }
  }

  /** Ends the source of a body that will not be sent, and goes on with the reason. */
  async abandon(reason: unknown): Promise<never> {
    await this.#iterator.return?.()
    throw reason
  }

  /** Ends the source, if it has an end of its own, then the request. */
  close(): Promise<void> {
    return (this.#closing ??= this.#context.enter(async () => {
      try {
        await this.#iterator.return?.()
      } finally {
        await this.#onClose(this.#failure)
      }
    }))
  }
}

function toBytes(chunk: unknown): Uint8Array {
  if (typeof chunk === 'string') return Buffer.from(chunk)
  if (chunk instanceof Uint8Array) return chunk
  throw coded(
    'ERR_PHIAL_CHUNK_INVALID',
    new TypeError(
      `A chunk of a streamed answer is ${chunk === null ? 'null' : `a ${typeof chunk}`}. Yield strings or bytes.`,
    ),
  )
}
