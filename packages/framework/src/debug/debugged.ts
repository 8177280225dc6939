/** Replaces a plain 500 with a debug page: wraps an application, or replaces one that could not be loaded. */
import {
  admitDeveloper,
  type Application,
  type ApplicationLike,
  asApplication,
  type Body,
  type Environ,
  type HeaderList,
  logError,
  type StartResponse,
  whyNotDeveloper,
  whyRemote,
} from '@phial/core'
import { andThen, recover } from '../helpers/promises.ts'
import { contextOf, watchContexts } from './contexts.ts'
import { debugPage } from './page.ts'

/**
 * Wraps an application so that an error causes a debug page instead of a plain 500. A Phial app must be in debug mode. For
 * clients on other machines, `DEBUG_PAGE_FROM_ANYWHERE` must also be set. Otherwise, the error is rethrown to the server, so
 * a remote client gets the usual response. If a program has printed a token, a browser on this machine that does not send
 * the token gets a hint.
 *
 * ```ts
 * if (app.config.DEBUG) app.wsgiApp = debugged(app.wsgiApp)
 * ```
 */
export function debugged(app: ApplicationLike): Application {
  watchContexts()
  const inner = asApplication(app)
  return admitDeveloper((environ, startResponse) => {
    // Checked before the application runs, because it may trust forwarded client addresses.
    const viewer = { remote: whyRemote(environ), hidden: whyNotDeveloper(environ) }
    const show = (error: unknown): Promise<Uint8Array> =>
      respond(error, environ, startResponse, viewer)
    return recover<Body>(
      () =>
        andThen(inner(environ, startResponse), (body) =>
          Array.isArray(body) ? body : new WatchedBody(body, show),
        ),
      async (error) => [await show(error)],
    )
  })
}

/**
 * Returns an application that replaces one that could not be loaded. It responds to each request with the debug page for
 * the error. Clients on other machines only learn that loading failed.
 *
 * ```ts
 * const app = await load().catch(errorApplication)
 * ```
 */
export function errorApplication(error: unknown): Application {
  return admitDeveloper(async (environ, startResponse) => {
    if (whyNotDeveloper(environ) === undefined)
      return [await sendPage(error, environ, startResponse)]
    const isLocal = whyRemote(environ) === undefined
    startResponse(STATUS, [['Content-Type', 'text/plain']], error)
    return [new TextEncoder().encode(`${NOT_LOADED}\n${isLocal ? HINT : ''}`)]
  })
}

const STATUS = '500 Internal Server Error'
const NOT_LOADED = 'The application could not be loaded. The log says why.'
/** A hint for browsers on this machine. */
const HINT = `
A debug page exists for this error. Open the address with the token that the terminal printed, then reload this page.
`

/** Wraps a body, and replaces it with a debug page if it fails before its first chunk. */
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

/** The reasons why a client may not see the page; `undefined` where a reason does not apply. */
interface Viewer {
  /** The client is on another machine. */
  readonly remote: string | undefined
  /** The client is on another machine, or did not send the token. */
  readonly hidden: string | undefined
}

/** Logs the error and sends the page. Rethrows the error if the client may not see it. */
async function respond(
  error: unknown,
  environ: Environ,
  startResponse: StartResponse,
  { remote, hidden }: Viewer,
): Promise<Uint8Array> {
  const context = contextOf(environ)
  const { DEBUG = true, DEBUG_PAGE_FROM_ANYWHERE = false } = context?.app.config ?? {}
  if (!DEBUG) throw error
  const isShown = hidden === undefined || DEBUG_PAGE_FROM_ANYWHERE
  if (!isShown) environ['wsgi.errors'].write(`No debug page for this request: ${hidden}.\n`)
  if (!isShown && remote !== undefined) throw error
  if (context === undefined) logError(environ, error)
  else context.app.logException(error, context)
  return isShown ? sendPage(error, environ, startResponse) : sendHint(error, startResponse)
}

function sendHint(error: unknown, startResponse: StartResponse): Uint8Array {
  const bytes = new TextEncoder().encode(`Internal Server Error\n${HINT}`)
  const headers: HeaderList = [
    ['Content-Type', 'text/plain; charset=utf-8'],
    ['Content-Length', String(bytes.length)],
  ]
  startResponse(STATUS, headers, error)
  return bytes
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
