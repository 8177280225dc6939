/**
 * Middleware wraps an application and is itself an application. This one shows an error as a page: first as in an
 * article of 2007, which leaves the status wrong, then corrected with `excInfo`.
 */
import { inspect } from 'node:util'
import {
  asApplication,
  logError,
  wsgiToText,
  type Application,
  type Body,
  type Middleware,
} from '@phial/core'
import { makeServer } from '@phial/server'

/** Greets everyone except john. When it fails, it has already announced `200 OK`, but no bytes have been sent. */
const greeting: Application = (environ, startResponse) => {
  startResponse('200 OK', [['Content-Type', 'text/plain; charset=utf-8']])
  const subject = subjectOf(environ.QUERY_STRING)
  if (subject === 'john') throw new Error('Cannot be john')
  return [new TextEncoder().encode(`Hello ${subject}`)]
}

/**
 * Shows errors as the article does. A generator calls the application when its first chunk is requested, so one `try`
 * covers both the call and the iteration.
 */
export const errorPage: Middleware = (app) =>
  async function* answer(environ, startResponse) {
    let body: Body | undefined
    try {
      body = await asApplication(app)(environ, startResponse)
      yield* body
    } catch (error) {
      try {
        startResponse('500 Internal Server Error', [['Content-Type', 'text/plain; charset=utf-8']])
      } catch {
        // Rejected if the application has already called startResponse. Its status, 200, remains.
      }
      yield traceback(error)
    } finally {
      await body?.close?.()
    }
  }

/**
 * The right way: `excInfo` says that the second call is intentional. If no bytes have been sent, the new status and
 * headers replace the old ones. Otherwise it is too late for an error page: `startResponse` throws the error, and the
 * server closes the connection, so that no client takes half an answer for a complete one.
 */
export const correctedErrorPage: Middleware = (app) => async (environ, startResponse) => {
  const show = (error: unknown): Uint8Array => {
    const excInfo = error ?? new Error(`${String(error)} was thrown`)
    startResponse(
      '500 Internal Server Error',
      [['Content-Type', 'text/plain; charset=utf-8']],
      excInfo,
    )
    logError(environ, error)
    return traceback(error)
  }
  try {
    const body = await asApplication(app)(environ, startResponse)
    // An array cannot fail any more, and the server knows its length, so it is passed on unchanged.
    return Array.isArray(body) ? body : watched(body, show)
  } catch (error) {
    return [show(error)]
  }
}

/** Wraps a body: the same chunks and the same `close()`, with the error page at the end if the body fails. */
function watched(body: Body, show: (error: unknown) => Uint8Array): Body {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      yield* body
    } catch (error) {
      yield show(error)
    }
  }
  return Object.assign(chunks(), { close: () => body.close?.() })
}

/** Returns the name to greet: `john` for `subject=john`. The first name that is not empty counts. */
function subjectOf(query: string): string {
  // URLSearchParams drops one leading question mark: this one, instead of one that belongs to the query.
  const parameters = new URLSearchParams(`?${wsgiToText(query)}`)
  return parameters.getAll('subject').find((name) => name !== '') ?? 'world'
}

function traceback(error: unknown): Uint8Array {
  return new TextEncoder().encode(`Traceback (most recent call first):\n${inspect(error)}\n`)
}

export const application: Application = errorPage(greeting)
export const corrected: Application = correctedErrorPage(greeting)

// Only if Node runs this file itself, not if a server imports it.
if (import.meta.filename === process.argv[1]) {
  const server = makeServer('localhost', 8080, application)
  await server.ready()
  console.log('http://localhost:8080/')
  await server.serveForever()
}
