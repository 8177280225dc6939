/** A fetch handler, where a gateway application is asked for: Hono, say, under a dispatcher. */
import { hasBody, requestHeaders } from '../environ.ts'
import { isHopByHop } from '../headers.ts'
import type { Application, Environ, HeaderList, InputStream } from '../types.ts'
import { origin, rawPath } from '../url.ts'
import { streamChunks } from './stream-chunks.ts'

const NOTHING = new Uint8Array(0)

/** What Workers, Deno, Bun and most frameworks on them call a handler. */
export type FetchHandler = (request: Request) => Response | Promise<Response>

/**
 * A gateway application that answers by a fetch handler: Hono’s `app.fetch`, say.
 *
 * ```ts
 * const app = dispatcher(site, { '/api': fromFetch(hono.fetch) })
 * ```
 *
 * The URL is built from `RAW_URI` as long as that agrees with `PATH_INFO`, so that `%2F` in a
 * segment survives. Hop-by-hop headers of the response are left out: they are the server’s. A response
 * without `Content-Length` is a stream, so its head leaves before its first bytes.
 */
export function fromFetch(handler: FetchHandler): Application {
  return async (environ, startResponse) => {
    const response = await handler(environRequest(environ))
    const headers: HeaderList = [...response.headers].filter(([name]) => !isHopByHop(name))
    const write = startResponse(`${response.status} ${response.statusText}`, headers)
    if (response.body === null) return []
    if (!response.headers.has('content-length')) void write(NOTHING)
    return streamChunks(response.body)
  }
}

function environRequest(environ: Environ): Request {
  const { REQUEST_METHOD: method } = environ
  const signal = environ['phial.signal']
  const sendsBody = method !== 'GET' && method !== 'HEAD' && hasBody(environ)
  return new Request(fetchUrl(environ), {
    method,
    headers: requestHeaders(environ),
    ...(sendsBody && { body: inputBody(environ['wsgi.input']), duplex: 'half' }),
    ...(signal !== undefined && { signal }),
  })
}

/** The URL that was asked for, undecoded where middleware has left the path alone. */
function fetchUrl(environ: Environ): string {
  return `${origin(environ)}${rawPath(environ)}${environ.QUERY_STRING === '' ? '' : `?${environ.QUERY_STRING}`}`
}

/** `wsgi.input` as a stream, read as it is asked for. */
function inputBody(input: InputStream): ReadableStream<Uint8Array> {
  const chunks = input[Symbol.asyncIterator]()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const step = await chunks.next()
        if (step.done === true) controller.close()
        else controller.enqueue(step.value)
      },
    },
    { highWaterMark: 0 },
  )
}
