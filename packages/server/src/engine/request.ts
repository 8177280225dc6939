/** The parts of a request head: the request line, the field lines, and the environ made from them. RFC 9112 §3 and §5 */
import {
  cachedByName,
  emptyInput,
  environKey,
  inputStream,
  isFieldValue,
  isToken,
  makeEnviron,
  TARGET_CHARACTER,
} from '@phial/core'
import type { ChunkReader, Environ, SignalSource } from '@phial/core'
import { wrongMethod, wrongTarget, wrongVersion } from '../head-rules.ts'
import { bad, Refused, type Refusal } from '../refusal.ts'
import type { Peer, TransportOptions } from '../transport.ts'

const SPACE = 32
const TAB = 9

// The request line

/** The parts of a request line. */
export interface RequestLine {
  readonly method: string
  readonly target: string
  /** `HTTP/1.1` */
  readonly protocol: string
}

const REQUEST_LINE = /^([^ ]*) ([^ ]*) HTTP\/(\d\.\d)$/
/** Matches most valid request lines: an upper-case method other than CONNECT, and a path. */
const GOOD_LINE = new RegExp(`^(?!CONNECT )([A-Z]+) (/${TARGET_CHARACTER}*) (HTTP/1[.][01])$`)

/** The refusal for a first line that is not a request line. */
export const NO_REQUEST: Refusal = bad(
  'the request line is not METHOD target HTTP/1.1 (RFC 9112 §3)',
)

/** Parses a request line. Throws {@link Refused} if it is malformed or not supported. */
export function readRequestLine(line: string): RequestLine {
  const [, method, target, protocol] = GOOD_LINE.exec(line) ?? []
  return method === undefined || target === undefined || protocol === undefined
    ? readOtherLine(line)
    : { method, target, protocol }
}

/** Parses a request line that is unusual or invalid. */
function readOtherLine(line: string): RequestLine {
  const [, method, target, version] = REQUEST_LINE.exec(line) ?? []
  if (method === undefined || target === undefined || version === undefined)
    throw new Refused(NO_REQUEST)
  const refusal = wrongMethod(method) ?? wrongVersion(version) ?? wrongTarget(method, target)
  if (refusal !== undefined) throw new Refused(refusal)
  return { method, target, protocol: version === '1.1' ? 'HTTP/1.1' : 'HTTP/1.0' }
}

// Field lines

/** The fields that the server itself interprets. */
const KINDS = [
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'expect',
  'upgrade',
] as const

/** A field that the server itself interprets. Empty for all others. */
export type Kind = (typeof KINDS)[number] | ''

/** An entry for the environ: the name and the value as received, and the key. */
export type Header = readonly [name: string, value: string, key: string]

export interface Field {
  readonly line: string
  readonly kind: Kind
  readonly value: string
  /** `undefined` for a field that is dropped. */
  readonly header: Header | undefined
}

/** Returns the kind of a field name, or `undefined` if the name is not a token. */
const kindOf = cachedByName((name): Kind | undefined => {
  if (!isToken(name)) return undefined
  const lower = name.toLowerCase()
  return KINDS.find((kind) => kind === lower) ?? ''
})

/** Parses `Name: value`. Strips spaces and tabs around the value. Throws {@link Refused} if the line is malformed. */
export function readField(line: string): Field {
  const colon = line.indexOf(':')
  const name = line.slice(0, Math.max(colon, 0))
  const kind = kindOf(name) ?? refuseName(name, line)
  const value = trimmed(line, colon + 1)
  if (!isFieldValue(value))
    throw new Refused(bad('a field value has a control character (RFC 9110 §5.5)'))
  const key = environKey(name)
  return { line, kind, value, header: key === undefined ? undefined : [name, value, key] }
}

function refuseName(name: string, line: string): never {
  if (/^[ \t]/.test(line))
    throw new Refused(
      bad('a header line begins with whitespace, as in obsolete line folding (RFC 9112 §5.2)'),
    )
  if (!line.includes(':')) throw new Refused(bad('a field line has no colon (RFC 9112 §5)'))
  throw new Refused(
    bad(
      /[ \t]$/.test(name)
        ? 'there is whitespace before the colon of a field (RFC 9112 §5.1)'
        : 'a field name is not a token (RFC 9110 §5.1)',
    ),
  )
}

/** Strips spaces and tabs from both ends of the text after `from`. Other Unicode whitespace is kept. RFC 9110 §5.6.3 */
export function trimmed(text: string, from = 0): string {
  let begin = from
  let end = text.length
  let code = text.charCodeAt(begin)
  while (code === SPACE || code === TAB) code = text.charCodeAt(++begin)
  code = text.charCodeAt(end - 1)
  while (end > begin && (code === SPACE || code === TAB)) code = text.charCodeAt(--end - 1)
  return text.slice(begin, end)
}

// The head

const NONE: readonly Header[] = []

/** A well-formed request head. */
export class Head implements RequestLine {
  readonly method: string
  readonly target: string
  readonly protocol: string
  /** Whether the client speaks HTTP/1.0. */
  readonly isOld: boolean
  /** The headers in their original order, including repeated ones. Requests with the same headers may share the list. */
  headers: readonly Header[] = NONE
  /** The length of the body in bytes; infinite for a chunked body. */
  length = 0
  /** Whether the client wants to close the connection after the response. RFC 9112 §9.3 */
  closes = false
  /** Whether the client waits for a 100 (Continue) before it sends the body. RFC 9110 §10.1.1 */
  expects = false
  /** The protocol that the client offers to switch to. RFC 9110 §7.8 */
  upgrade: string | undefined
  /** Why the server refuses it, although it can be parsed. */
  refusal: Refusal | undefined

  constructor({ method, target, protocol }: RequestLine) {
    this.method = method
    this.target = target
    this.protocol = protocol
    this.isOld = protocol === 'HTTP/1.0'
  }
}

/** Creates a placeholder for a head that could not be parsed, from its first line. The access log needs it. */
export function unreadHead(line: string): Head {
  const [method = '-', target = '-', ...protocol] = line === '' ? [] : line.split(' ')
  return new Head({ method, target, protocol: protocol.join(' ') || '-' })
}

/** The properties of the connection and the server that an environ contains. */
interface Origin {
  readonly peer: Peer
  readonly options: TransportOptions
}

/** Creates the environ of a request. `signals` creates `phial.signal` on first access. */
export function environOf(
  { method, target, protocol, headers, upgrade }: Head,
  { peer, options }: Origin,
  retiring: AbortSignal,
  body: ChunkReader | undefined,
  signals: SignalSource,
): Environ {
  const head = {
    method,
    target,
    protocol,
    headers,
    scheme: peer.scheme,
    serverName: peer.serverName,
    serverPort: peer.serverPort,
    remoteAddr: peer.remoteAddr,
    remotePort: peer.remotePort,
    input: body === undefined ? emptyInput() : inputStream(body),
    errors: options.errors,
    multiprocess: options.multiprocess,
    retiring,
    upgrade,
  }
  return makeEnviron(head, signals)
}
