/** A request of the engine: its head as it was parsed, and the environ that an application gets. */
import { emptyInput, inputStream, makeEnviron } from '@phial/core'
import type { Environ } from '@phial/core'
import type { Refusal } from '../refusal.ts'
import { ReceivedHead } from '../request-head.ts'
import type { Peer, TransportOptions } from '../transport.ts'
import type { RequestBody } from './body.ts'
import type { Field } from './field.ts'

/** A well-formed head, and what it says of its connection. */
export class Head {
  readonly method: string
  readonly target: string
  /** `HTTP/1.1` */
  readonly protocol: string
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

  constructor(method: string, target: string, protocol: string) {
    this.method = method
    this.target = target
    this.protocol = protocol
  }

  /** Returns a new head with the same request line. */
  again(): Head {
    return new Head(this.method, this.target, this.protocol)
  }

  get isOld(): boolean {
    return this.protocol === 'HTTP/1.0'
  }
}

/** The head that stands for one that could not be parsed: as much as its first line says, for the access log. */
export function unreadHead(line: string): Head {
  const [method = '-', target = '-', ...protocol] = line === '' ? [] : line.split(' ')
  return new Head(method, target, protocol.join(' ') || '-')
}

/** What an environ says of its connection and its server. */
interface Origin {
  readonly peer: Peer
  readonly options: TransportOptions
}

/** Returns the environ of a request. `source` makes `phial.signal` when an application asks for it. */
export function environOf(
  head: Head,
  { peer, options }: Origin,
  retiring: AbortSignal,
  body: RequestBody | undefined,
  source: { readonly signal: AbortSignal },
): Environ {
  const input = body === undefined ? emptyInput() : inputStream(body)
  return makeEnviron(new ReceivedHead(head, peer, options, retiring, input, source))
}
