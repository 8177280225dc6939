/** From a head to the environ that an application is called with. */
import { emptyInput, inputStream, makeEnviron } from '@phial/core'
import type { Environ, ErrorStream, InputStream, RequestHead } from '@phial/core'
import type { Peer, TransportOptions } from '../transport.ts'
import type { Body } from './body.ts'
import { Head } from './head.ts'

/** What an environ says beside the request itself. */
export interface Surroundings {
  readonly peer: Peer
  readonly options: TransportOptions
}

/** The environ of a request; `body` where it has one, `source` knows whether its client has gone. */
export function environOf(
  head: Head,
  around: Surroundings,
  body: Body | undefined,
  source: { readonly signal: AbortSignal },
): Environ {
  return makeEnviron(new Request(head, around, body, source))
}

/** A class, so that the signal is a getter that costs nothing until it is asked for. */
class Request implements RequestHead {
  readonly method: string
  readonly target: string
  readonly protocol: string
  readonly headers: RequestHead['headers']
  readonly scheme: 'http' | 'https'
  readonly serverName: string
  readonly serverPort: string
  readonly remoteAddr: string
  readonly remotePort: string
  readonly input: InputStream
  readonly errors: ErrorStream
  readonly multiprocess: boolean
  readonly #source: { readonly signal: AbortSignal }

  constructor(
    head: Head,
    { peer, options }: Surroundings,
    body: Body | undefined,
    source: { readonly signal: AbortSignal },
  ) {
    this.method = head.method
    this.target = head.target
    this.protocol = head.protocol
    this.headers = head.headers
    this.scheme = peer.scheme
    this.serverName = peer.serverName
    this.serverPort = peer.serverPort
    this.remoteAddr = peer.remoteAddr
    this.remotePort = peer.remotePort
    this.input = body === undefined ? emptyInput() : inputStream(body)
    this.errors = options.errors
    this.multiprocess = options.multiprocess
    this.#source = source
  }

  get signal(): AbortSignal {
    return this.#source.signal
  }
}

/** What stands for a head that could not be read: as much as its first line says, for the log. */
export function unreadHead(line: string): Head {
  const [method = '-', target = '-', ...protocol] = line === '' ? [] : line.split(' ')
  return new Head(method, target, protocol.join(' ') || '-')
}
