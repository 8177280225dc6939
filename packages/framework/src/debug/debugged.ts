/** Where a debug page takes the place of a plain 500: around an application, and instead of one. */
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
 * An application whose errors are answered with a debug page, where it says why, instead of a plain
 * 500. An app of Phial's has to be in debug mode; a page for others than this machine has to be asked
 * for twice, with `DEBUG` and `DEBUG_PAGE_FROM_ANYWHERE`. A client elsewhere gets what it would get
 * without it: the error goes on to the server. A browser on this machine that lacks the token, where
 * a program has printed one, is told so.
 *
 * ```ts
 * if (app.config.DEBUG) app.wsgiApp = debugged(app.wsgiApp)
 * ```
 */
export function debugged(app: ApplicationLike): Application {
  watchContexts()
  const inner = asApplication(app)
  return admitDeveloper((environ, startResponse) => {
    // Before the application, which may believe its client about who it is.
    const viewer = { remote: whyRemote(environ), hidden: whyNotDeveloper(environ) }
    const show = (error: unknown): Promise<Uint8Array> =>
      answer(error, environ, startResponse, viewer)
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
 * The application that stands in for one that could not be loaded: it answers each request with the
 * page about that error. Others than this machine are told no more than that.
 *
 * ```ts
 * const app = await load().catch(errorApplication)
 * ```
 */
export function errorApplication(error: unknown): Application {
  return admitDeveloper(async (environ, startResponse) => {
    if (whyNotDeveloper(environ) === undefined)
      return [await sendPage(error, environ, startResponse)]
    const isHere = whyRemote(environ) === undefined
    startResponse(STATUS, [['Content-Type', 'text/plain']], error)
    return [new TextEncoder().encode(`${NOT_LOADED}\n${isHere ? HINT : ''}`)]
  })
}

const STATUS = '500 Internal Server Error'
const NOT_LOADED = 'The application could not be loaded. The log says why.'
/** For whoever sits at this machine. */
const HINT = `
There is a debug page for this error. Open the address that the terminal printed, which carries a token, and ask again.
`

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

/** Why a client may not see a page: because it may be elsewhere, or for want of a token. */
interface Viewer {
  readonly remote: string | undefined
  readonly hidden: string | undefined
}

/** Logs the error, and sends the page. The error goes on if it is not to be seen where the client is. */
async function answer(
  error: unknown,
  environ: Environ,
  startResponse: StartResponse,
  { remote, hidden }: Viewer,
): Promise<Uint8Array> {
  const context = contextOf(environ)
  const { DEBUG = true, DEBUG_PAGE_FROM_ANYWHERE = false } = context?.app.config ?? {}
  if (!DEBUG) throw error
  const isShown = hidden === undefined || DEBUG_PAGE_FROM_ANYWHERE
  if (!isShown)
    environ['wsgi.errors'].write(`There is no debug page for this request: ${hidden}.\n`)
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
