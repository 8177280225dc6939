/** A request of the engine: its head as it was parsed, and the environ that an application gets. */
import { emptyInput, inputStream, makeEnviron } from '@phial/core'
import type { Environ, SignalSource } from '@phial/core'
import type { Refusal } from '../refusal.ts'
import type { Peer, TransportOptions } from '../transport.ts'
import type { RequestBody } from './body.ts'
import type { Field } from './field.ts'

/** A request line in its parts. */
export interface RequestLine {
  readonly method: string
  readonly target: string
  /** `HTTP/1.1` */
  readonly protocol: string
}

/** A well-formed head, and what it says of its connection. */
export class Head implements RequestLine {
  readonly method: string
  readonly target: string
  readonly protocol: string
  /** Whether the client speaks HTTP/1.0. */
  readonly isOld: boolean
  /** In the order in which they came, repeats included. */
  readonly headers: NonNullable<Field['header']>[] = []
  /** The length of the body, in bytes; infinite for a chunked one. */
  length = 0
  /** Whether the client wants the connection closed after the answer. RFC 9112 §9.3 */
  closes = false
  /** Whether the client sends its body only after a 100 (Continue). RFC 9110 §10.1.1 */
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

/** The head that stands for one that could not be parsed: as much as its first line says, for the access log. */
export function unreadHead(line: string): Head {
  const [method = '-', target = '-', ...protocol] = line === '' ? [] : line.split(' ')
  return new Head({ method, target, protocol: protocol.join(' ') || '-' })
}

/** What an environ says of its connection and its server. */
interface Origin {
  readonly peer: Peer
  readonly options: TransportOptions
}

/** Returns the environ of a request. `signals` makes `phial.signal` when an application asks for it. */
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
