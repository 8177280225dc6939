/**
 * Middleware: something that takes an application and is one. This one shows an error as a page.
 * First as an article of 2007 did it, which leaves the status wrong; then mended, with `excInfo`.
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

/** Greets anybody but john. When it fails, it has said `200 OK` already; no bytes have left yet. */
const greeting: Application = (environ, startResponse) => {
  startResponse('200 OK', [['Content-Type', 'text/plain; charset=utf-8']])
  const subject = subjectOf(environ.QUERY_STRING)
  if (subject === 'john') throw new Error('Cannot be john')
  return [new TextEncoder().encode(`Hello ${subject}`)]
}

/**
 * As the article does it. Being a generator, it calls the application when it is asked for its first
 * chunk, so one `try` holds both the call and the iteration.
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
        // Refused, if the application has called startResponse before: its status stands. Here: 200.
      }
      yield traceback(error)
    } finally {
      await body?.close?.()
    }
  }

/**
 * The right way: `excInfo` says that the second call is meant. As long as no bytes have left, the
 * new status and headers take the place of the old. If some have, it is too late for an error page:
 * `startResponse` throws the error back, and the server cuts the connection, so that nobody takes
 * half an answer for a whole one.
 */
export const mendedErrorPage: Middleware = (app) => async (environ, startResponse) => {
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
    // An array has nothing left to fail, and the server can tell its length: it passes as it is.
    return Array.isArray(body) ? body : watched(body, show)
  } catch (error) {
    return [show(error)]
  }
}

/** The same chunks and the same `close()`. An error on the way ends them with its page. */
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

/** Whom to greet: `john` for `subject=john`. The first name that is not empty counts. */
function subjectOf(query: string): string {
  // URLSearchParams drops one leading question mark: this one, and none that belongs to the query.
  const parameters = new URLSearchParams(`?${wsgiToText(query)}`)
  return parameters.getAll('subject').find((name) => name !== '') ?? 'world'
}

function traceback(error: unknown): Uint8Array {
  return new TextEncoder().encode(`Traceback (most recent call first):\n${inspect(error)}\n`)
}

export const application: Application = errorPage(greeting)
export const mended: Application = mendedErrorPage(greeting)

// Only when this file itself is what Node was told to run, not when a server imports it.
if (import.meta.filename === process.argv[1]) {
  const server = makeServer('localhost', 8080, application)
  await server.ready()
  console.log('http://localhost:8080/')
  await server.serveForever()
}
