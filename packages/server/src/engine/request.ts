/** The parsed head of a request, and its conversion to an environ. */
import { emptyInput, inputStream, makeEnviron } from '@phial/core'
import type { Environ, SignalSource } from '@phial/core'
import type { Refusal } from '../refusal.ts'
import type { Peer, TransportOptions } from '../transport.ts'
import type { RequestBody } from './body.ts'
import type { Field } from './field.ts'

/** The parts of a request line. */
export interface RequestLine {
  readonly method: string
  readonly target: string
  /** `HTTP/1.1` */
  readonly protocol: string
}

/** A well-formed request head. */
export class Head implements RequestLine {
  readonly method: string
  readonly target: string
  readonly protocol: string
  /** Whether the client speaks HTTP/1.0. */
  readonly isOld: boolean
  /** The headers in their original order, including repeated ones. */
  readonly headers: NonNullable<Field['header']>[] = []
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
  body: RequestBody | undefined,
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
