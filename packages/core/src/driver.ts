/**
 * The driver: calls applications, and runs one for a server, one request at a time. Every server, CGI, the fetch
 * bridge and the in-process client use this driver, so the same rules apply to an application
 * everywhere.
 *
 *     called ──startResponse──► started ──first bytes──► sending ──end──► over
 *                 ▲    │                       │
 *                 └────┘ excInfo replaces      └── excInfo is rethrown
 *
 * `Exchange` is that state machine. This file is the loop around it: call the application, send each
 * chunk before requesting the next, end the response, and close the body.
 */
import { Chunks, isPromise } from './chunks.ts'
import { withCode } from './error-code.ts'
import { Exchange, GONE, type OnError } from './exchange.ts'
import type { ResponseWriter } from './response-writer.ts'
import { needsTracing, markReporting, traced, watched } from './trace.ts'
import type {
  Application,
  ApplicationLike,
  Body,
  Environ,
  StartResponse,
  WsgiApp,
} from './types.ts'

/**
 * Runs an application for one request and sends its response through a writer. In every case the
 * response ends, its body is closed once, and `run` does not throw. Errors go to
 * `onError`, which defaults to logging them to `wsgi.errors`. An error before the first bytes results
 * in a 500 response. An error after them closes the connection.
 *
 * If nothing must be awaited, as for an array, the whole response is sent before `run` returns, and there
 * is no promise. Otherwise the promise resolves when the response has ended and the body has been closed.
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

/** Waits for a promised body, and for earlier calls of `write`, before it sends the body. Uses one promise for each; `bench/core.ts` counts them. */
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

/** The fast path for an array of at most one chunk: sends head, length and bytes together. `bench/core.ts` measures it. */
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
 * Sends a body chunk by chunk. Waits only for an asynchronous chunk or for back-pressure, and adds no
 * listener or promise per chunk. `bench/core.ts` measures it.
 */
class Sending {
  readonly #exchange: Exchange
  readonly #chunks: Chunks
  #hasWaited = false
  #isOver = false
  /** Resolves when the body has been closed, if closing it is asynchronous. */
  #closing: void | Promise<void> = undefined
  #resolve: ((closing: void | Promise<void>) => void) | undefined

  constructor(exchange: Exchange, chunks: Chunks) {
    this.#exchange = exchange
    this.#chunks = chunks
  }

  /** Sends as much as possible synchronously. Returns a promise for the rest, if any. */
  start(): void | Promise<void> {
    this.#advance()
    if (this.#isOver) return this.#closing
    return new Promise((resolve) => {
      this.#resolve = resolve
    })
  }

  /** Sends chunks until it must wait or the response is over. */
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

  /** Continues with an asynchronous chunk. */
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

  /** Handles an asynchronous chunk that rejected. */
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

/** Closes the body after the response has ended. Only reports an error in `close()`, because the response has already been sent. */
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

// Calling applications

/**
 * Returns a value as an application: the function itself, or a function that calls the object's `wsgiApp`. It looks
 * `wsgiApp` up at each request, so servers that are already running see it when it is wrapped later.
 *
 * ```ts
 * app.wsgiApp = proxyFix()(app.wsgiApp)
 * ```
 *
 * @throws TypeError if the value is neither
 */
export function asApplication(app: ApplicationLike): Application {
  if (isWsgiApp(app))
    return markReporting((environ, startResponse) => callApplication(app, environ, startResponse))
  if (typeof app === 'function') return watched(app)
  throw withCode(
    'ERR_PHIAL_NOT_AN_APPLICATION',
    new TypeError(
      `Expected an application, which is a function (environ, startResponse) or an object with such a function as its wsgiApp property. Received ${app === null ? 'null' : typeof app}. Pass the application itself.`,
    ),
  )
}

/**
 * Calls an application, or the `wsgiApp` of an object as its method.
 *
 * ```ts
 * const logged: Application = (environ, startResponse) => {
 *   environ['wsgi.errors'].write(`${environ.PATH_INFO}\n`)
 *   return callApplication(app, environ, startResponse)
 * }
 * ```
 */
export function callApplication(
  app: ApplicationLike,
  environ: Environ,
  startResponse: StartResponse,
): Body | Promise<Body> {
  if (environ['phial.trace'] !== undefined) return callTraced(app, environ, startResponse)
  return isWsgiApp(app) ? app.wsgiApp(environ, startResponse) : app(environ, startResponse)
}

/** Calls an application and reports the call to the trace. */
function callTraced(
  app: ApplicationLike,
  environ: Environ,
  startResponse: StartResponse,
): Body | Promise<Body> {
  const reported = isWsgiApp(app)
    ? traced(app.wsgiApp.bind(app), app.constructor.name)
    : needsTracing(app)
      ? traced(app)
      : app
  return reported(environ, startResponse)
}

function isWsgiApp(app: unknown): app is WsgiApp {
  return (
    (typeof app === 'object' || typeof app === 'function') &&
    app !== null &&
    'wsgiApp' in app &&
    typeof app.wsgiApp === 'function'
  )
}
