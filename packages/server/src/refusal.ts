/**
 * What `node:http` lets through though RFC 9112 says to refuse it, as far as that can be seen from
 * above its parser. Not to be seen from here: `RTSP/1.0` and `ICE/1.0` (they arrive as `1.0`), and
 * more than one space around the target.
 */
import {
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

/** What node:http's parser said no to, as a status. */
export function statusOf(error: Error & { code?: string }): string {
  if (error.code === 'HPE_HEADER_OVERFLOW') return '431 Request Header Fields Too Large'
  if (error.code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW') return '413 Content Too Large'
  return error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? '408 Request Timeout' : '400 Bad Request'
}

/** A whole answer, for a connection on which there is no request to answer. */
export function errorAnswer(status: string): string {
  const head = [
    `HTTP/1.1 ${status}`,
    `Date: ${new Date().toUTCString()}`,
    'Connection: close',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${status.length + 1}`,
  ]
  return `${head.join('\r\n')}\r\n\r\n${status}\n`
}
