/** A fetch handler, where a gateway application is asked for: Hono, say, under a dispatcher. */
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
 * segment survives. A URL resolves `..`, takes `\` for `/` and knows methods and hosts in one
 * spelling only, so a request that the handler would see differently from the layers outside gets
 * a 400: they may have checked it. Fetch knows no `TRACE` and no `CONNECT`, which get a 501. A response
 * without `Content-Length` is a stream, so its head leaves before its first bytes.
 */
export function fromFetch(handler: FetchHandler): Application {
  return async (environ, startResponse) => {
    if (UNKNOWN_TO_FETCH.test(environ.REQUEST_METHOD))
      return refuse(startResponse, '501 Not Implemented')
    const request = environRequest(environ)
    if (request === undefined) return refuse(startResponse, '400 Bad Request')
    const response = await handler(request)
    const headers = responseHeaders(response)
    const write = startResponse(`${response.status} ${response.statusText}`, headers)
    if (response.body === null) return []
    if (!headers.some(([name]) => name.toLowerCase() === 'content-length')) void write(NOTHING)
    return streamChunks(response.body)
  }
}

/** Fetch standard, §2.2.1: forbidden methods. */
const UNKNOWN_TO_FETCH = /^(?:CONNECT|TRACE|TRACK)$/i

function refuse(startResponse: StartResponse, status: string): Body {
  startResponse(status, [['Content-Type', 'text/plain; charset=utf-8']])
  return [new TextEncoder().encode(`${status.slice(4)}\n`)]
}

/** Content codings that `fetch` unpacks on every platform. */
const UNPACKED: ReadonlySet<string> = new Set(['gzip', 'x-gzip', 'deflate', 'br'])
/** Headers about the bytes as they were before they were unpacked. */
const OF_PACKED: ReadonlySet<string> = new Set([
  'content-encoding',
  'content-length',
  'content-digest',
  'digest',
  'repr-digest',
  'content-md5',
])

/**
 * The headers of a platform’s `Response` that a gateway’s answer has. Hop-by-hop headers are left
 * out: they are the server’s. `fetch` unpacks what an upstream has compressed, and leaves the
 * headers as they were: for such a response, those that describe the packed bytes are left out, and
 * a strong `ETag` becomes a weak one. A `Response` made by hand keeps all of its headers.
 *
 * ```ts
 * const upstream = await fetch('https://example.com/')
 * startResponse(`${upstream.status} ${upstream.statusText}`, responseHeaders(upstream))
 * ```
 */
export function responseHeaders(response: Response): HeaderList {
  const headers: HeaderList = [...response.headers].filter(([name]) => !isHopByHop(name))
  if (!isUnpacked(response)) return headers
  return headers
    .filter(([name]) => !OF_PACKED.has(name))
    .map(([name, value]) => [name, name === 'etag' ? value.replace(/^(?=")/, 'W/') : value])
}

/** Only `fetch` gives a response a URL. A coding that it does not know it leaves alone, with all that come with it. */
function isUnpacked({ url, type, headers }: Response): boolean {
  if (url === '' && type === 'default') return false
  const codings = (headers.get('content-encoding') ?? '').toLowerCase().split(',')
  return codings.every((coding) => UNPACKED.has(coding.trim()) || unpacksZstd(coding.trim()))
}

/** Nothing but the platform’s name tells whether its `fetch` knows zstd: Bun’s does, and Node’s from 24 on. */
function unpacksZstd(coding: string): boolean {
  const { navigator } = globalThis as { navigator?: { readonly userAgent?: string } }
  return (
    coding === 'zstd' && /^(?:Bun|Node\.js\/(?:2[4-9]|[3-9]\d))/.test(navigator?.userAgent ?? '')
  )
}

/** The request as a handler sees it; `undefined` if that is another one than the environ tells of. */
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

/** The URL that was asked for, undecoded where middleware has left the path alone; `undefined` if a URL cannot say it. */
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

/** An IPv6 address may be written in many ways, all of which mean the same. */
function isSameOrigin(url: URL, origin: string): boolean {
  const { name = '' } = splitHost(origin.slice(url.protocol.length + 2)) ?? {}
  return (
    url.hostname === name.toLowerCase() || (name.startsWith('[') && url.hostname.startsWith('['))
  )
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
