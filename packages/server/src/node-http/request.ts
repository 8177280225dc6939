/**
 * Validates a `node:http` request, and creates its environ.
 *
 * `node:http` accepts some requests that RFC 9112 forbids. Of these, its parser hides `RTSP/1.0` and `ICE/1.0` (they arrive
 * as `1.0`), and more than one space around the target, so they cannot be rejected here.
 */
import type { IncomingMessage } from 'node:http'
import { makeEnviron } from '@phial/core'
import type { Environ, ErrorStream, InputStream } from '@phial/core'
import { otherHost, wrongFraming, wrongHost, wrongMethod, wrongTarget, wrongVersion } from '../head-rules.ts' // prettier-ignore
import { bad, boundsOf, type Refusal, type ConnectionContext } from '../refusal.ts'
import type { Limits } from '../transport.ts'

/** The parts of an `IncomingMessage` that the rules need. */
interface RequestLike {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly httpVersion: string
  readonly rawHeaders: readonly string[]
}

/** Returns the refusal of an invalid request, or `undefined` if it is valid. */
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

/** Returns the refusal for an error of `node:http`'s parser. */
export function refusalOf(error: Error & { code?: string }): Refusal {
  if (error.code === 'HPE_HEADER_OVERFLOW')
    return { status: '431 Request Header Fields Too Large', reason: 'the request head is too long' }
  if (error.code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW')
    return { status: '413 Content Too Large', reason: 'the chunk extensions are too long' }
  return bad('this is not a valid HTTP request (RFC 9112)')
}

const reported = new WeakSet<ErrorStream>()

/** Logs once that a client requested a WebSocket. `node:http` would pass the connection on as a socket, outside of the gateway. */
function reportUpgrade({ headers }: IncomingMessage, errors: ErrorStream): void {
  if (headers.upgrade?.toLowerCase() !== 'websocket' || reported.has(errors)) return
  reported.add(errors)
  errors.write(
    'A client requested a WebSocket, which this server does not support (phial.upgrade). Serve the application with phial-server, without --transport http.\n',
  )
}

/** The number of bytes at the end of a line, and between the name and the value of a field. */
const LINE_END = 2

/** Returns the refusal of a request that exceeds a limit of its head or declares a body that is too long; `undefined` for others. */
export function excess(
  { method = '', url = '', rawHeaders, headers }: IncomingMessage,
  limits: Limits,
): Refusal | undefined {
  const { refusals, ...most } = boundsOf(limits)
  const line = `${method} ${url} HTTP/1.1`.length
  if (line > most.requestLine) return refusals.line
  if (rawHeaders.length / 2 > most.fields) return refusals.fields
  let total = line + 2 * LINE_END
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const size = (rawHeaders[at] ?? '').length + (rawHeaders[at + 1] ?? '').length
    if (size > most.fieldSize) return refusals.field
    total += size + 2 * LINE_END
  }
  if (total > most.head) return refusals.head
  return Number(headers['content-length'] ?? 0) > most.body ? refusals.body : undefined
}

/** The properties of an environ that belong to the response. They are created on first access. */
interface EnvironSource {
  readonly input: InputStream
  readonly signal: AbortSignal
}

/** Returns the environ of a request. */
export function environOf(
  request: IncomingMessage,
  source: EnvironSource,
  connection: ConnectionContext,
): Environ {
  const { peer, errors, multiprocess, retiring } = connection
  const head = {
    method: request.method ?? '',
    target: request.url ?? '',
    protocol: request.httpVersion === '1.1' ? 'HTTP/1.1' : `HTTP/${request.httpVersion}`,
    headers: pairs(request.rawHeaders),
    input: source.input,
  }
  reportUpgrade(request, errors)
  return makeEnviron({ ...head, ...peer, errors, multiprocess, retiring }, source)
}

/** Returns the headers as pairs. Drops the pseudo-headers of HTTP/2, whose names begin with a colon, except that `:authority` becomes `Host`. */
function pairs(rawHeaders: readonly string[]): [name: string, value: string][] {
  const found: [name: string, value: string][] = []
  for (let at = 1; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at - 1] ?? ''
    if (!name.startsWith(':')) found.push([name, rawHeaders[at] ?? ''])
    else if (name === ':authority') found.push(['Host', rawHeaders[at] ?? ''])
  }
  return found
}
