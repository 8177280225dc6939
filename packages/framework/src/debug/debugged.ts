/** Where a debug page takes the place of a plain 500: around an application, and instead of one. */
import {
  type Application,
  type ApplicationLike,
  asApplication,
  type Body,
  type Environ,
  type HeaderList,
  logError,
  type StartResponse,
  whyRemote,
} from '@phial/core'
import { andThen, recover } from '../maybe.ts'
import { contextOf, watchContexts } from './contexts.ts'
import { debugPage } from './page.ts'

/**
 * An application whose errors are answered with a debug page, where it says why, instead of a plain
 * 500. An app of Phial's has to be in debug mode; a page for others than this machine has to be asked
 * for twice, with `DEBUG` and `DEBUG_PAGE_FROM_ANYWHERE`. Whoever may not see it gets what they would
 * get without it: the error goes on to the server.
 *
 * ```ts
 * if (app.config.DEBUG) app.wsgiApp = debugged(app.wsgiApp)
 * ```
 */
export function debugged(app: ApplicationLike): Application {
  watchContexts()
  const inner = asApplication(app)
  return (environ, startResponse) => {
    const isStranger = whyRemote(environ)
    const show = (error: unknown): Promise<Uint8Array> =>
      answer(error, environ, startResponse, isStranger)
    return recover<Body>(
      () =>
        andThen(inner(environ, startResponse), (body) =>
          Array.isArray(body) ? body : new WatchedBody(body, show),
        ),
      async (error) => [await show(error)],
    )
  }
}

/**
 * The application that stands in for one that could not be loaded: it answers each request with the
 * page about that error. Others than this machine are told no more than that.
 *
 * ```ts
 * const app = await load().catch(errorApplication)
 * ```
 */
export function errorApplication(error: unknown): Application {
  return async (environ, startResponse) => {
    if (whyRemote(environ) === undefined) return [await sendPage(error, environ, startResponse)]
    startResponse(STATUS, [['Content-Type', 'text/plain']], error)
    return [new TextEncoder().encode('The application could not be loaded. The log says why.\n')]
  }
}

const STATUS = '500 Internal Server Error'

/** A body that ends with a page if it fails before anything of it was sent. */
class WatchedBody implements AsyncIterable<Uint8Array> {
  readonly #body: Body
  readonly #show: (error: unknown) => Promise<Uint8Array>

  constructor(body: Body, show: (error: unknown) => Promise<Uint8Array>) {
    this.#body = body
    this.#show = show
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void> {
    let isSent = false
    try {
      for await (const chunk of this.#body) {
        isSent ||= chunk.length > 0
        yield chunk
      }
    } catch (error) {
      if (isSent) throw error
      yield await this.#show(error)
    }
  }

  close(): unknown {
    return this.#body.close?.()
  }
}

/** Logs the error, and sends the page. The error goes on if nobody is to see it. */
async function answer(
  error: unknown,
  environ: Environ,
  startResponse: StartResponse,
  isStranger: string | undefined,
): Promise<Uint8Array> {
  const context = contextOf(environ)
  const { DEBUG = true, DEBUG_PAGE_FROM_ANYWHERE = false } = context?.app.config ?? {}
  if (!DEBUG) throw error
  if (isStranger !== undefined && !DEBUG_PAGE_FROM_ANYWHERE) {
    environ['wsgi.errors'].write(`There is no debug page for this request: ${isStranger}.\n`)
    throw error
  }
  if (context === undefined) logError(environ, error)
  else context.app.logException(error, context)
  return sendPage(error, environ, startResponse)
}

async function sendPage(
  error: unknown,
  environ: Environ,
  startResponse: StartResponse,
): Promise<Uint8Array> {
  const { headers, text } = await debugPage(error, environ)
  const bytes = new TextEncoder().encode(text)
  const length: HeaderList = [['Content-Length', String(bytes.length)]]
  startResponse(STATUS, [...headers, ...length], error)
  return bytes
}
