/**
 * What `node:http` lets through though RFC 9112 says to refuse it, as far as that can be seen from
 * above its parser. Not to be seen from here: `RTSP/1.0` and `ICE/1.0` (they arrive as `1.0`), and
 * more than one space around the target.
 */
import { isIPv6 } from 'node:net'
import type { HeaderList } from '@phial/core'

/** What a refused request is answered with. */
export interface Refusal {
  readonly status: string
  /** Which rule was broken, for whoever wrote the client. */
  readonly reason: string
}

/** The parts of node:http's `IncomingMessage` that are looked at. */
interface RequestLike {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly httpVersion: string
  readonly rawHeaders: readonly string[]
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const VISIBLE = /^[\x21-\x22\x24-\x7e]+$/
const HOST = /^(?:\[([^\]]*)\]|(?:[\w.~-]|%[0-9A-F]{2})*)(?::(\d*))?$/i

/** Why a request is refused; `undefined` for one that is in order. */
export function refusal(request: RequestLike): Refusal | undefined {
  const { method = '', url = '', httpVersion } = request
  if (!TOKEN.test(method)) return bad('the method is no token (RFC 9110 §9.1)')
  if (!/^1\.[01]$/.test(httpVersion)) return version(httpVersion)
  return target(method, url) ?? host(request) ?? framing(request)
}

function version(httpVersion: string): Refusal {
  const status = '505 HTTP Version Not Supported'
  return {
    status,
    reason: `HTTP/${httpVersion} is not spoken here; HTTP/1.1 and HTTP/1.0 are (RFC 9110 §15.6.6)`,
  }
}

/** The request target, RFC 9112 §3.2: `/path?query`, `http://host/path`, or `*` with OPTIONS. */
function target(method: string, url: string): Refusal | undefined {
  if (!VISIBLE.test(url))
    return bad('the target has a character that belongs escaped (RFC 9112 §3.2)')
  if (url === '*')
    return method === 'OPTIONS' ? undefined : bad('* is for OPTIONS only (RFC 9112 §3.2.4)')
  if (url.startsWith('/')) return undefined
  const authority = /^https?:\/\/([^/?]*)/i.exec(url)?.[1]
  if (!authority || !isHost(authority)) {
    return bad('the target is neither a path nor an http URL (RFC 9112 §3.2)')
  }
  return undefined
}

/** RFC 9112 §3.2: one `Host` line, of host and port, unless the client speaks HTTP/1.0. */
function host({ httpVersion, rawHeaders }: RequestLike): Refusal | undefined {
  const [value, ...more] = values(rawHeaders, 'host')
  if (more.length > 0) return bad('there is more than one Host line (RFC 9112 §3.2)')
  if (value === undefined) {
    return httpVersion === '1.0' ? undefined : bad('there is no Host line (RFC 9112 §3.2)')
  }
  return isHost(value) ? undefined : bad('Host is no host with a port (RFC 9112 §3.2)')
}

function isHost(value: string): boolean {
  const [whole, ipv6, port = ''] = HOST.exec(value) ?? []
  return whole !== undefined && (ipv6 === undefined || isIPv6(ipv6)) && Number(port) <= 65_535
}

/** How long the body is, RFC 9112 §6: never guessed, never said twice. */
function framing({ httpVersion, rawHeaders }: RequestLike): Refusal | undefined {
  const lengths = values(rawHeaders, 'content-length')
  const codings = values(rawHeaders, 'transfer-encoding')
  if (lengths.length > 1) return bad('there is more than one Content-Length (RFC 9112 §6.3)')
  if (lengths.some((length) => !/^\d+$/.test(length)))
    return bad('Content-Length is no number (RFC 9112 §6.3)')
  if (codings.length === 0) return undefined
  if (lengths.length > 0)
    return bad('Content-Length stands beside Transfer-Encoding (RFC 9112 §6.1)')
  if (httpVersion === '1.0') return bad('HTTP/1.0 has no Transfer-Encoding (RFC 9112 §6.1)')
  return coding(codings.join().toLowerCase())
}

function coding(codings: string): Refusal | undefined {
  if (codings === 'chunked') return undefined
  if (!/(?:^|,)[ \t]*chunked$/.test(codings) || /chunked.*chunked/.test(codings)) {
    return bad('Transfer-Encoding does not end in chunked, once (RFC 9112 §6.3)')
  }
  const reason = 'chunked is the only transfer coding that is read here (RFC 9112 §6.1)'
  return { status: '501 Not Implemented', reason }
}

function values(rawHeaders: readonly string[], wanted: string): string[] {
  return rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === wanted)
}

function bad(reason: string): Refusal {
  return { status: '400 Bad Request', reason }
}

/** What node:http's parser said no to. */
export function refusalOf(error: Error & { code?: string }): Refusal {
  if (error.code === 'HPE_HEADER_OVERFLOW')
    return { status: '431 Request Header Fields Too Large', reason: 'the head is too long' }
  if (error.code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW')
    return { status: '413 Content Too Large', reason: 'the chunk extensions are too long' }
  return bad('this cannot be read as an HTTP request (RFC 9112)')
}

/** What a refused client is told. */
export interface RefusalAnswer {
  readonly headers: HeaderList
  readonly body: Buffer
}

/** The answer to a request that is refused: in the server's own words, never the application's. */
export function refusalAnswer({ status, reason }: Refusal): RefusalAnswer {
  const body = Buffer.from(reason === '' ? `${status}\n` : `${status}: ${reason}\n`)
  const headers: HeaderList = [
    ['Content-Type', 'text/plain; charset=utf-8'],
    ['Content-Length', String(body.byteLength)],
  ]
  return { headers, body }
}

/** The same as it goes over the wire, for a connection on which there is no request to answer. */
export function refusalBytes(refusal: Refusal): Buffer {
  const { headers, body } = refusalAnswer(refusal)
  const lines = [
    `HTTP/1.1 ${refusal.status}`,
    `Date: ${new Date().toUTCString()}`,
    'Connection: close',
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ]
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body])
}
