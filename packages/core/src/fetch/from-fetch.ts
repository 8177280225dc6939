/** Adapts a fetch handler to a gateway application, for example to mount Hono in a dispatcher. */
import { hasBody, requestHeaders } from '../environ.ts'
import { splitHost } from '../grammar.ts'
import { isHopByHop } from '../headers.ts'
import type {
  Application,
  Body,
  Environ,
  HeaderList,
  InputStream,
  StartResponse,
} from '../types.ts'
import { decodePath, origin, parseUrl, rawPath } from '../url.ts'
import { streamChunks } from './stream-chunks.ts'

const NOTHING = new Uint8Array(0)

/** A handler as in Workers, Deno, Bun and most of their frameworks. */
export type FetchHandler = (request: Request) => Response | Promise<Response>

/**
 * Returns a gateway application that calls a fetch handler, such as Hono’s `app.fetch`.
 *
 * ```ts
 * const app = dispatcher(site, { '/api': fromFetch(hono.fetch) })
 * ```
 *
 * The URL is built from `RAW_URI` if it matches `PATH_INFO`, so that `%2F` in a segment is preserved. The URL class
 * resolves `..`, treats `\` as `/`, and normalizes methods and hosts. If the handler would see a different request than the
 * outer layers, which may have checked it, the response is 400. The Fetch standard does not support `TRACE` and `CONNECT`,
 * which result in 501. A response without `Content-Length` is a stream, so its head is sent before its first bytes.
 */
export function fromFetch(handler: FetchHandler): Application {
  return async (environ, startResponse) => {
    if (FORBIDDEN_METHOD.test(environ.REQUEST_METHOD))
      return reject(startResponse, '501 Not Implemented')
    const request = environRequest(environ)
    if (request === undefined) return reject(startResponse, '400 Bad Request')
    const response = await handler(request)
    const headers = responseHeaders(response)
    const write = startResponse(`${response.status} ${response.statusText}`, headers)
    if (response.body === null) return []
    if (!headers.some(([name]) => name.toLowerCase() === 'content-length')) void write(NOTHING)
    return streamChunks(response.body)
  }
}

/** Fetch standard, §2.2.1: forbidden methods. */
const FORBIDDEN_METHOD = /^(?:CONNECT|TRACE|TRACK)$/i

function reject(startResponse: StartResponse, status: string): Body {
  startResponse(status, [['Content-Type', 'text/plain; charset=utf-8']])
  return [new TextEncoder().encode(`${status.slice(4)}\n`)]
}

/** Content codings that `fetch` decodes on every platform. */
const DECODED: ReadonlySet<string> = new Set(['gzip', 'x-gzip', 'deflate', 'br'])
/** Headers that describe the encoded bytes. */
const ENCODING_HEADERS: ReadonlySet<string> = new Set([
  'content-encoding',
  'content-length',
  'content-digest',
  'digest',
  'repr-digest',
  'content-md5',
])

/**
 * Returns the headers of a `Response` for use in a gateway response. Omits hop-by-hop headers, which only the server may
 * set. `fetch` decompresses the body of an upstream response but keeps its headers. For such a response, headers
 * that describe the compressed bytes are omitted, and a strong `ETag` becomes a weak one. A `Response` that was created by
 * code keeps all other headers.
 *
 * ```ts
 * const upstream = await fetch('https://example.com/')
 * startResponse(`${upstream.status} ${upstream.statusText}`, responseHeaders(upstream))
 * ```
 */
export function responseHeaders(response: Response): HeaderList {
  const headers: HeaderList = [...response.headers].filter(([name]) => !isHopByHop(name))
  if (!isDecoded(response)) return headers
  return headers
    .filter(([name]) => !ENCODING_HEADERS.has(name))
    .map(([name, value]) => [name, name === 'etag' ? value.replace(/^(?=")/, 'W/') : value])
}

/** Reports whether `fetch` has decoded the body. Only `fetch` sets the URL of a response. If one of the codings is unknown to it, it decodes none. */
function isDecoded({ url, type, headers }: Response): boolean {
  if (url === '' && type === 'default') return false
  const codings = (headers.get('content-encoding') ?? '').toLowerCase().split(',')
  return codings.every((coding) => DECODED.has(coding.trim()) || decodesZstd(coding.trim()))
}

/** Reports whether `fetch` decodes zstd: on Bun, and on Node from 24. Only the name of the platform can tell. */
function decodesZstd(coding: string): boolean {
  const { navigator } = globalThis as { navigator?: { readonly userAgent?: string } }
  return (
    coding === 'zstd' && /^(?:Bun|Node\.js\/(?:2[4-9]|[3-9]\d))/.test(navigator?.userAgent ?? '')
  )
}

/** Returns the `Request` for an environ, or `undefined` if it would differ from the environ. */
function environRequest(environ: Environ): Request | undefined {
  const url = fetchUrl(environ)
  if (url === undefined) return undefined
  const { REQUEST_METHOD: method } = environ
  const signal = environ['phial.signal']
  const sendsBody = method !== 'GET' && method !== 'HEAD' && hasBody(environ)
  const request = new Request(url, {
    method,
    headers: requestHeaders(environ),
    ...(sendsBody && { body: inputBody(environ['wsgi.input']), duplex: 'half' }),
    ...(signal !== undefined && { signal }),
  })
  return request.method === method ? request : undefined
}

/** Returns the URL of the request, with its original encoding if middleware has not changed the path. Returns `undefined` if a `URL` cannot represent it. */
function fetchUrl(environ: Environ): URL | undefined {
  const host = origin(environ)
  const path = rawPath(environ)
  const text = `${host}${path}${environ.QUERY_STRING === '' ? '' : `?${environ.QUERY_STRING}`}`
  const url = parseUrl(text)
  if (url === undefined) return undefined
  const isSame =
    isSameOrigin(url, host) &&
    url.hash === '' &&
    decodePath(url.pathname) === decodePath(path || '/')
  return isSame ? url : undefined
}

/** Compares the hosts. Accepts any IPv6 host, because an IPv6 address has many spellings. */
function isSameOrigin(url: URL, origin: string): boolean {
  const { name = '' } = splitHost(origin.slice(url.protocol.length + 2)) ?? {}
  return (
    url.hostname === name.toLowerCase() || (name.startsWith('[') && url.hostname.startsWith('['))
  )
}

/** Returns `wsgi.input` as a stream that is read on demand. */
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
