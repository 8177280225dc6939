/** Typical mistakes of beginners: each export breaks the rule that it is named after. */
import type {
  Application,
  ApplicationLike,
  Environ,
  HeaderList,
  Middleware,
  StartResponse,
} from '@phial/core'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const HTML: HeaderList = [['Content-Type', 'text/html; charset=utf-8']]

/** An application without types, as in plain JavaScript. */
type Loose = (
  environ: Environ,
  startResponse: (...args: unknown[]) => ReturnType<StartResponse>,
) => unknown
const loose = (app: Loose): Application => app as unknown as Application

export const APP1 = loose((_environ, startResponse) => {
  startResponse('200 OK')
  return [bytes('hello')]
})

export const APP2 = loose((environ, startResponse) => {
  startResponse('200 OK', HTML)
  if (environ.PATH_INFO !== '/') startResponse('404 Not Found', HTML)
  return [bytes('hello')]
})

export const APP3 = loose((_environ, startResponse) => {
  startResponse(200, HTML)
  return [bytes('hello')]
})

export const APP4 = loose((_environ, startResponse) => {
  startResponse('200 OK', { 'Content-Type': 'text/html' })
  return [bytes('hello')]
})

export const APP5 = loose((_environ, startResponse) => {
  startResponse('200 OK', [['Content-Type:', 'text/html']])
  return [bytes('hello')]
})

/** Redirects to the query. */
export const APP6: Application = (environ, startResponse) => {
  startResponse('303 See Other', [
    ...HTML,
    ['Location', decodeURIComponent(`/%0d%0a${environ.QUERY_STRING}`)],
  ])
  return []
}

export const APP7: Application = (_environ, startResponse) => {
  startResponse('200 OK', [...HTML, ['Connection', 'close']])
  return [bytes('hello')]
}

export const APP8: Application = (_environ, startResponse) => {
  startResponse('200 OK', [...HTML, ['Content-Length', '5 bytes']])
  return [bytes('hello')]
}

/** Sends the status as a header, like a CGI program. */
export const APP9: Application = (_environ, startResponse) => {
  startResponse('200 OK', [...HTML, ['Status', '200 OK']])
  return [bytes('hello')]
}

export const APP10: Application = (_environ, startResponse) => {
  startResponse('200 OK', [])
  return [bytes('hello')]
}

/** Passes `CONTENT_LENGTH`, which is a string. */
export const APP11: Application = async (environ, startResponse) => {
  await environ['wsgi.input'].read(environ.CONTENT_LENGTH as unknown as number)
  startResponse('200 OK', HTML)
  return [bytes('hello')]
}

export const APP12: Application = (environ, startResponse) => {
  if (environ.REQUEST_METHOD === 'BREW')
    environ['wsgi.errors'].write(new Error('?') as unknown as string)
  startResponse('200 OK', HTML)
  return [bytes('hello')]
}

export const APP13 = loose((_environ, startResponse) => {
  startResponse('200 OK', HTML)
  return 'hello'
})

export const APP14 = loose((_environ, startResponse) => {
  startResponse('200 OK', HTML)
  return ['hello']
})

export const APP15: Application = function* answer(_environ, startResponse) {
  yield bytes('hello')
  startResponse('200 OK', HTML)
}

/** Does not call `startResponse` on one path. */
export const APP16: Application = (environ, startResponse) => {
  if (environ.REQUEST_METHOD === 'POST') return []
  startResponse('200 OK', HTML)
  return [bytes('hello')]
}

/** Counts characters instead of bytes. */
export const APP17: Application = (_environ, startResponse) => {
  startResponse('200 OK', [...HTML, ['Content-Length', String('café'.length)]])
  return [bytes('café')]
}

export const APP18: Application = (_environ, startResponse) => {
  startResponse('200 OK', [...HTML, ['Content-Length', '100']])
  return [bytes('hello')]
}

export const APP19: Application = (environ, startResponse) => {
  if (environ['HTTP_IF_NONE_MATCH'] === '"1"') startResponse('304 Not Modified', [])
  else startResponse('200 OK', [...HTML, ['ETag', '"1"']])
  return [bytes('hello')]
}

export const APP20: Application = (_environ, startResponse) => {
  const write = startResponse('200 OK', HTML)
  setImmediate(() => void write(bytes('and one more thing')))
  return [bytes('hello')]
}

export const APP21: Application = function* answer(_environ, startResponse) {
  const write = startResponse('200 OK', HTML)
  void write(bytes('hello'))
  yield bytes('world')
}

/** Sends an error page after the head, and ignores the exception. */
export const APP22: Application = function* answer(_environ, startResponse) {
  startResponse('200 OK', HTML)
  yield bytes('<p>hello')
  try {
    startResponse('500 Oops', HTML, new Error('the database is gone'))
  } catch {
    yield bytes('<p>sorry')
  }
}

export const APP23 = loose((_environ, startResponse) => {
  startResponse('101 Switching Protocols', [['Content-Length', '0']])
  return []
})

export const APP24 = loose((_environ, startResponse) => {
  startResponse('101 Switching Protocols', [])
  return []
})

/** A correct application. */
export const good: Application = (environ, startResponse) => {
  startResponse('200 OK', HTML)
  return [bytes(environ.PATH_INFO === '/' ? 'hello' : (process.env['GREETING'] ?? 'hello again'))]
}

export const middlewares = {
  /** Does not pass the third argument on. */
  shout: ((app: Application) => (environ, startResponse) =>
    app(environ, (status, headers) => startResponse(status.toUpperCase(), headers))) as Middleware,
  passes: ((app: Application) => (environ, startResponse) =>
    app(environ, startResponse)) as Middleware,
}

/** Takes one argument, but is not a middleware. */
export const oneArgument = loose((environ) => [bytes(environ.PATH_INFO)])

export const stray: ApplicationLike = (_environ, startResponse) => {
  setImmediate(() => {
    throw new Error('thrown later')
  })
  startResponse('200 OK', HTML)
  return []
}
