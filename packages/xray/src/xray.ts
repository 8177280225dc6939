/** The middleware: records every request that passes, and serves the pictures at `/__xray__/`. */
import { admitDeveloper, watchLayers, whyNotDeveloper } from '@phial/core'
import type { Application, ApplicationLike, Body, Environ, StartResponse } from '@phial/core'
import { Gallery } from './gallery.ts'
import { indexPage } from './page/index-page.ts'
import { picturePage } from './page/picture-page.ts'
import { Recorder } from './recorder.ts'

// Applications that are built from now on report when they are called.
watchLayers()

const PATH = '/__xray__'

/** Options of `xray`. */
export interface XrayOptions {
  /** How many of the most recent requests are kept. Default: 50. */
  readonly keep?: number
}

/**
 * Draws the requests that pass through an application, at `/__xray__/`. For development: the pages are shown on this
 * machine only, to browsers with the token if a program has printed one, and secrets are masked. Make it the outermost
 * layer, and import it before the layers that it should draw.
 *
 * ```ts
 * import { xray } from '@phial/xray'
 *
 * export const application = xray(site)
 * ```
 *
 * `close()` ends the event streams of open pages, so that a server can stop.
 */
export function xray(
  app: ApplicationLike,
  options: XrayOptions = {},
): Application & { close(): void } {
  const gallery = new Gallery(options.keep ?? 50)
  const application = admitDeveloper((environ, startResponse) => {
    const path = environ.PATH_INFO
    if (path === PATH || path.startsWith(`${PATH}/`)) return show(gallery, environ, startResponse)
    const recorder = new Recorder(environ, () => gallery.changed())
    gallery.add(recorder.picture)
    return recorder.run(app, environ, startResponse)
  })
  return Object.assign(application, { close: () => gallery.close() })
}

function show(gallery: Gallery, environ: Environ, startResponse: StartResponse): Body {
  const whyNot = whyNotDeveloper(environ)
  if (whyNot !== undefined)
    return text(
      startResponse,
      '403 Forbidden',
      `X-ray is available only on the machine itself, at http://127.0.0.1 or http://localhost, and ${whyNot}.\n`,
    )
  const what = environ.PATH_INFO.slice(PATH.length + 1)
  if (environ.PATH_INFO === PATH) {
    const to = `${environ.SCRIPT_NAME}${PATH}/`
    startResponse('308 Permanent Redirect', [
      ['Location', to],
      ['Content-Type', 'text/plain; charset=utf-8'],
    ])
    return [bytes(`${to}\n`)]
  }
  if (what === '') return html(startResponse, indexPage(gallery.pictures))
  if (what === 'events') return events(gallery, environ, startResponse)
  const [, id, form] = /^(\d+)(\.html|\.json)?$/.exec(what) ?? []
  const picture = gallery.find(Number(id))
  if (!picture)
    return text(
      startResponse,
      '404 Not Found',
      'This request is not available: only the most recent ones are kept.\n',
    )
  if (form === '.json') return json(startResponse, picture)
  if (form === '.html') return html(startResponse, picturePage(picture), `xray-${picture.id}.html`)
  return html(startResponse, indexPage(gallery.pictures, picture))
}

/** Notifies a page of changes by `text/event-stream`, until the page is left. */
async function* events(
  gallery: Gallery,
  environ: Environ,
  startResponse: StartResponse,
): AsyncGenerator<Uint8Array> {
  startResponse('200 OK', [
    ['Content-Type', 'text/event-stream'],
    ['Cache-Control', 'no-store'],
  ])
  yield bytes(': an event follows when there is something new\n\n')
  const signal = environ['phial.signal']
  while (signal?.aborted !== true && !gallery.isClosed) {
    await gallery.next(signal)
    if (!gallery.isClosed) yield bytes('data: new\n\n')
  }
}

function html(startResponse: StartResponse, page: string, saveAs?: string): Body {
  const save: [string, string][] =
    saveAs === undefined ? [] : [['Content-Disposition', `attachment; filename="${saveAs}"`]]
  startResponse('200 OK', [
    ['Content-Type', 'text/html; charset=utf-8'],
    ['Cache-Control', 'no-store'],
    [
      'Content-Security-Policy',
      "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; img-src data:",
    ],
    ['X-Frame-Options', 'DENY'],
    ...save,
  ])
  return [bytes(page)]
}

function json(startResponse: StartResponse, value: unknown): Body {
  startResponse('200 OK', [
    ['Content-Type', 'application/json'],
    ['Cache-Control', 'no-store'],
  ])
  return [bytes(`${JSON.stringify(value, undefined, 2)}\n`)]
}

function text(startResponse: StartResponse, status: string, message: string): Body {
  startResponse(status, [['Content-Type', 'text/plain; charset=utf-8']])
  return [bytes(message)]
}

function bytes(words: string): Uint8Array {
  return new TextEncoder().encode(words)
}
