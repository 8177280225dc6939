/**
 * What `node:http` lets through though RFC 9112 says to refuse it, as far as that can be seen from
 * above its parser. Not to be seen from here: `RTSP/1.0` and `ICE/1.0` (they arrive as `1.0`), and
 * more than one space around the target.
 */
import type { HeaderList } from '@phial/core'
import {
  bad,
  otherHost,
  wrongFraming,
  wrongHost,
  wrongMethod,
  wrongTarget,
  wrongVersion,
  type Refusal,
} from './head-rules.ts'

/** The parts of node:http's `IncomingMessage` that are looked at. */
interface RequestLike {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly httpVersion: string
  readonly rawHeaders: readonly string[]
}

/** Why a request is refused; `undefined` for one that is in order. */
export function refusal(request: RequestLike): Refusal | undefined {
  const { method = '', url = '', httpVersion: version, rawHeaders } = request
  const hosts = values(rawHeaders, 'host')
  return (
    wrongMethod(method) ??
    wrongVersion(version) ??
    wrongTarget(method, url) ??
    wrongHost(hosts, version) ??
    otherHost(url, hosts[0]) ??
    wrongFraming(
      values(rawHeaders, 'content-length'),
      values(rawHeaders, 'transfer-encoding'),
      version,
    )
  )
}

function values(rawHeaders: readonly string[], wanted: string): string[] {
  return rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === wanted)
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
