/**
 * The driver runs an application for one request. All servers, CGI, the fetch bridge and the in-process client use it, so
 * the same rules apply to an application everywhere.
 *
 *     called ──startResponse──► started ──first bytes──► sending ──end──► over
 *                 ▲    │                       │
 *                 └────┘ excInfo replaces      └── excInfo is thrown back
 *
 * `Exchange` is this state machine. This file is the loop around it: it calls the application, sends each chunk before it
 * asks for the next, ends the response and closes the body.
 */
import { callApplication } from './application.ts'
import { Chunks, isPromise } from './chunks.ts'
import { Exchange, GONE, type OnError } from './exchange.ts'
import type { ResponseWriter } from './response-writer.ts'
import type { ApplicationLike, Body, Environ } from './types.ts'

/**
 * Runs an application for one request and sends its response through a writer. Whatever the application does, the
 * response ends, its body is closed once, and `run` does not throw: errors go to `onError`, which writes them to
 * `wsgi.errors` by default. An error before the first bytes is answered with 500; after them the connection is cut.
 *
 * If the application returns an array, the response is sent before `run` returns, without a promise. Otherwise the
 * promise resolves when the response has ended and the body is closed.
 *
 * ```ts
 * const parts: Uint8Array[] = []
 * run(app, environ, {
 *   writeHead: (status, headers) => console.log(status, headers),
 *   write: (chunk) => void parts.push(chunk),
 *   end: (chunk) => void (chunk && parts.push(chunk)),
 *   destroy: (error) => console.error('cut off', error),
 * })
 * ```
 */
export function run(
  app: ApplicationLike,
  environ: Environ,
  writer: ResponseWriter,
  onError?: OnError,
): void | Promise<void> {
  const exchange = new Exchange(environ, writer, onError)
  let body: Body | Promise<Body>
  try {
    body = callApplication(app, environ, exchange.startResponse)
  } catch (error) {
    return exchange.fail(error)
  }
  if (Array.isArray(body) && body.length <= 1 && exchange.canEndWhole)
    return sendWhole(exchange, body)
  if (isPromise(body) || exchange.writing !== undefined) return sendLater(exchange, body)
  return new Sending(exchange, new Chunks(body)).start()
}

/** Waits for the promised body, then for the data passed to `write`. Each costs a promise: `bench/core.ts` counts them. */
function sendLater(exchange: Exchange, later: Body | Promise<Body>): void | Promise<void> {
  if (!isPromise(later)) return sendAfterWriting(exchange, later)
  return Promise.resolve(later).then(
    (body) => sendAfterWriting(exchange, body),
    (error) => exchange.fail(error),
  )
}

function sendAfterWriting(exchange: Exchange, body: Body): void | Promise<void> {
  const send = (): void | Promise<void> => (exchange.isGone ? stop(GONE) : sendBody(exchange, body))
  const stop = (error: unknown): void | Promise<void> =>
    finish(exchange, new Chunks(body), exchange.fail(error))
  return exchange.writing === undefined ? send() : exchange.writing.then(send, stop)
}

function sendBody(exchange: Exchange, body: Body): void | Promise<void> {
  const isWhole = Array.isArray(body) && body.length <= 1 && exchange.canEndWhole
  return isWhole ? sendWhole(exchange, body) : new Sending(exchange, new Chunks(body)).start()
}

/** A fast path for an array of at most one chunk: sends head, length and bytes together. `bench/core.ts` measures it. */
function sendWhole(exchange: Exchange, body: readonly Uint8Array[] & Body): void | Promise<void> {
  let ended: void | Promise<void>
  try {
    ended = body.length === 0 ? exchange.end() : exchange.endWith(body[0] as Uint8Array)
  } catch (error) {
    ended = exchange.fail(error)
  }
  if (ended === undefined && body.close === undefined) return undefined
  return finish(exchange, new Chunks(body), ended)
}

/**
 * Sends a body chunk by chunk. It waits only for a chunk or for back-pressure, and adds neither a listener nor a promise
 * for each chunk. `bench/core.ts` measures it.
 */
class Sending {
  readonly #exchange: Exchange
  readonly #chunks: Chunks
  #hasWaited = false
  #isOver = false
  /** Resolves when the body is closed, after the response has ended. */
  #closing: void | Promise<void> = undefined
  #resolve: ((closing: void | Promise<void>) => void) | undefined

  constructor(exchange: Exchange, chunks: Chunks) {
    this.#exchange = exchange
    this.#chunks = chunks
  }

  /** Sends the chunks that are available. Returns a promise for the rest, if there is any. */
  start(): void | Promise<void> {
    this.#advance()
    if (this.#isOver) return this.#closing
    return new Promise((resolve) => {
      this.#resolve = resolve
    })
  }

  /** Sends chunks until it has to wait or the response has ended. */
  readonly #advance = (): void => {
    if (this.#isOver) return
    try {
      while (!this.#exchange.isDone) {
        if (this.#hasWaited) this.#exchange.stopIfGone()
        const step = this.#chunks.ask()
        if (isPromise(step)) return this.#waitFor(step, this.#took)
        if (this.#chunks.took(step).done === true) break
        const room = this.#exchange.send(step.value as Uint8Array)
        if (isPromise(room)) return this.#waitFor(room, this.#advance)
      }
      this.#end(this.#exchange.end())
    } catch (error) {
      this.#fail(error)
    }
  }

  /** Handles a chunk that was waited for. */
  readonly #took = (step: IteratorResult<Uint8Array>): void => {
    if (this.#isOver) return
    try {
      if (this.#chunks.took(step).done === true) return this.#end(this.#exchange.end())
      const room = this.#exchange.send(step.value as Uint8Array)
      if (isPromise(room)) return this.#waitFor(room, this.#advance)
    } catch (error) {
      return this.#fail(error)
    }
    this.#advance()
  }

  /** Handles a body that failed. */
  readonly #threw = (error: unknown): void => {
    try {
      this.#chunks.threw(error)
    } catch (thrown) {
      this.#fail(thrown)
    }
  }

  #waitFor<Result>(promise: Promise<Result>, goOn: (result: Result) => void): void {
    const isFirst = !this.#hasWaited
    this.#hasWaited = true
    promise.then(goOn, goOn === this.#advance ? this.#fail : this.#threw)
    if (isFirst) this.#exchange.onGone(() => this.#fail(GONE))
  }

  readonly #fail = (error: unknown): void => {
    if (!this.#isOver) this.#end(this.#exchange.fail(error))
  }

  #end(ended: void | Promise<void>): void {
    this.#isOver = true
    this.#closing = finish(this.#exchange, this.#chunks, ended)
    this.#resolve?.(this.#closing)
  }
}

/** Closes the body after the response has ended. An error is only reported, because the response was sent. */
function finish(
  exchange: Exchange,
  chunks: Chunks,
  ended?: void | Promise<void>,
): void | Promise<void> {
  if (isPromise(ended))
    return ended
      .then(undefined, (error) => exchange.fail(error))
      .then(() => finish(exchange, chunks))
  exchange.release()
  try {
    const closing = chunks.close()
    if (isPromise(closing)) return closing.then(undefined, (error) => exchange.report(error))
  } catch (error) {
    exchange.report(error)
  }
  return undefined
}
