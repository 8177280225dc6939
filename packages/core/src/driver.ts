/**
 * The driver: runs an application for a server, one request at a time. Every server, CGI, the fetch
 * bridge and the in-process client run this same machine, so an application meets the same rules
 * everywhere.
 *
 *     called ──startResponse──► started ──first bytes──► sending ──end──► over
 *                 ▲    │                       │
 *                 └────┘ excInfo replaces      └── excInfo is thrown back
 *
 * `Exchange` is that machine; this file is the loop around it: call the application, send what it
 * gives, each chunk before the next is asked for, end, and close the body.
 */
import { callApplication } from './application.ts'
import { Chunks, isPromise } from './chunks.ts'
import { logError } from './log-error.ts'
import { Exchange, type OnError } from './exchange.ts'
import type { ResponseWriter } from './response-writer.ts'
import type { ApplicationLike, Body, Environ } from './types.ts'

/**
 * Runs an application for one request and sends its answer through a writer. Whatever the
 * application does, the answer ends, its body is closed once, and nothing is thrown: errors go to
 * `onError`, which writes them to `wsgi.errors` if not given. An error before the first bytes is
 * answered with 500; after them the connection is cut.
 *
 * Where nothing has to be waited for, nothing is: an application that returns an array is answered
 * before `run` returns, without a promise. Otherwise the promise is kept when all is over.
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
  onError: OnError = (error) => logError(environ, error),
): void | Promise<void> {
  const exchange = new Exchange(environ, writer, onError)
  let body: Body | Promise<Body>
  try {
    body = callApplication(app, environ, exchange.startResponse)
  } catch (error) {
    return exchange.fail(error)
  }
  if (isPromise(body) || exchange.writing !== undefined) return sendLater(exchange, body)
  return sendBody(exchange, body)
}

/** The answer was promised, or what was written has to leave before the body. */
async function sendLater(exchange: Exchange, later: Body | Promise<Body>): Promise<void> {
  let body: Body
  try {
    body = await later
  } catch (error) {
    return exchange.fail(error)
  }
  try {
    await exchange.writing
    exchange.stopIfGone()
  } catch (error) {
    return finish(exchange, new Chunks(body), exchange.fail(error))
  }
  return sendBody(exchange, body)
}

function sendBody(exchange: Exchange, body: Body): void | Promise<void> {
  const isWhole = Array.isArray(body) && body.length <= 1 && exchange.canEndWhole
  return isWhole ? sendWhole(exchange, body) : sendAtOnce(exchange, new Chunks(body))
}

/** The quick way for an array of one chunk, or of none: head, length and bytes in one go. `bench/core.ts` measures it. */
function sendWhole(exchange: Exchange, body: readonly Uint8Array[] & Body): void | Promise<void> {
  let ended: void | Promise<void>
  try {
    ended = exchange.endWith(body[0])
  } catch (error) {
    ended = exchange.fail(error)
  }
  if (ended === undefined && body.close === undefined) return undefined
  return finish(exchange, new Chunks(body), ended)
}

/** Chunk after chunk, for as long as nothing has to be waited for. */
function sendAtOnce(exchange: Exchange, chunks: Chunks): void | Promise<void> {
  let ended: void | Promise<void>
  try {
    while (!exchange.isDone) {
      const step = chunks.next()
      if (isPromise(step)) return sendWaiting(exchange, chunks, step)
      if (step.done === true) break
      const room = exchange.send(step.value)
      if (isPromise(room)) return sendWaiting(exchange, chunks, undefined, room)
    }
    ended = exchange.end()
  } catch (error) {
    ended = exchange.fail(error)
  }
  return finish(exchange, chunks, ended)
}

/** Chunk after chunk, waiting for each and for room to send it. When the client leaves, so do we. */
async function sendWaiting(
  exchange: Exchange,
  chunks: Chunks,
  asked?: Promise<IteratorResult<Uint8Array>>,
  room?: Promise<void>,
): Promise<void> {
  let step: Promise<IteratorResult<Uint8Array>> | undefined = asked
  try {
    await room
    while (!exchange.isDone) {
      if (step === undefined) exchange.stopIfGone()
      const next = await exchange.unlessGone(step ?? chunks.next())
      if (next.done === true) break
      step = undefined
      await exchange.send(next.value)
    }
    await exchange.end()
  } catch (error) {
    await exchange.fail(error)
  }
  return finish(exchange, chunks)
}

/** Closes the body, once the answer is over. An error in closing is reported; the answer has left already. */
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
    if (isPromise(closing)) return closing.then(undefined, exchange.report)
  } catch (error) {
    exchange.report(error)
  }
  return undefined
}
