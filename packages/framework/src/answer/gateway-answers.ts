/** Calls gateway applications that views return, and converts their output to a response. */
import {
  type ApplicationLike,
  asApplication,
  type Body,
  type Environ,
  type HeaderList,
} from '@phial/core'
import { guard } from '../helpers/guards.ts'
import type { RequestBody } from '../request/request-body.ts'
import { Response } from '../response/response.ts'

/** Reports whether a value can be called as an application. */
export function isApplication(value: unknown): value is ApplicationLike {
  if (typeof value === 'function') return true
  if (typeof value !== 'object' || value === null || !('wsgiApp' in value)) return false
  return typeof value.wsgiApp === 'function'
}

/**
 * Calls an application with the environ of a request. `neverStarted` returns the error for an application that does not
 * call `startResponse`. Its body is closed when the request ends, whether it was sent or not.
 */
export async function fromApplication(
  app: ApplicationLike,
  request: RequestBody,
  neverStarted: () => Error,
): Promise<Response> {
  const answer = new GatewayAnswer()
  await answer.call(app, request.environ)
  request.onClose(() => answer.close())
  const { head } = answer
  if (head === undefined) throw neverStarted()
  return new Response(answer, head)
}

/** The output of an application as chunks: first what it wrote, then what it returned. */
class GatewayAnswer implements AsyncIterable<Uint8Array> {
  head: { status: string; headers: HeaderList } | undefined
  readonly #written: Uint8Array[] = []
  #body: Body | undefined
  #iterator: Iterator<Uint8Array> | AsyncIterator<Uint8Array> | undefined
  #isClosed = false

  /** Calls the application, and reads until it has called `startResponse`, which it may do with its first chunk. */
  async call(app: ApplicationLike, environ: Environ): Promise<void> {
    const body: unknown = await asApplication(app)(environ, (status, headers, error) => {
      if (error !== undefined && error !== null && this.#iterator !== undefined) throw error
      this.head = { status, headers }
      return (chunk) => void this.#written.push(chunk)
    })
    guard(body)
    if (!isBody(body)) return
    this.#body = body
    while (this.head === undefined) {
      // oxlint-disable-next-line no-await-in-loop -- chunks come one after another
      const step = await this.#step()
      if (step.done === true) return
      this.#written.push(step.value)
    }
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return { next: () => this.#next(), return: () => this.#end() }
  }

  /** Closes the application's body, once. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await this.#iterator?.return?.()
    await this.#body?.close?.()
  }

  async #next(): Promise<IteratorResult<Uint8Array, undefined>> {
    const first = this.#written.shift()
    if (first !== undefined) return { done: false, value: first }
    const step = await this.#step()
    return step.done === true ? { done: true, value: undefined } : step
  }

  async #step(): Promise<IteratorResult<Uint8Array, unknown>> {
    if (this.#body === undefined) return { done: true, value: undefined }
    this.#iterator ??=
      Symbol.asyncIterator in this.#body
        ? this.#body[Symbol.asyncIterator]()
        : this.#body[Symbol.iterator]()
    return this.#iterator.next()
  }

  async #end(): Promise<IteratorResult<Uint8Array, undefined>> {
    await this.close()
    return { done: true, value: undefined }
  }
}

function isBody(value: unknown): value is Body {
  if (typeof value !== 'object' || value === null) return false
  return Symbol.iterator in value || Symbol.asyncIterator in value
}
