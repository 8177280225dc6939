/** The environ that a `node:http` request becomes. */
import type { IncomingMessage } from 'node:http'
import { makeEnviron } from '@phial/core'
import type { Environ, ErrorStream, InputStream, RequestHead } from '@phial/core'
import type { Surroundings } from '../unread.ts'

/** What an environ has of the exchange: both are made when they are asked for. */
interface Exchange {
  readonly input: InputStream
  readonly signal: AbortSignal
}

/** Makes the environ of a request. */
export function environOf(
  request: IncomingMessage,
  exchange: Exchange,
  surroundings: Surroundings,
): Environ {
  return makeEnviron(new Head(request, exchange, surroundings))
}

/** A class, so that the signal is a getter that costs nothing until it is asked for. */
class Head implements RequestHead {
  readonly method: string
  readonly target: string
  readonly protocol: string
  readonly headers: Iterable<[name: string, value: string]>
  readonly scheme: 'http' | 'https'
  readonly serverName: string
  readonly serverPort: string
  readonly remoteAddr: string
  readonly remotePort: string
  readonly input: InputStream
  readonly errors: ErrorStream
  readonly multiprocess: boolean
  readonly #exchange: Exchange

  constructor(request: IncomingMessage, exchange: Exchange, around: Surroundings) {
    this.method = request.method ?? ''
    this.target = request.url ?? ''
    this.protocol = request.httpVersion === '1.1' ? 'HTTP/1.1' : `HTTP/${request.httpVersion}`
    this.headers = pairs(request.rawHeaders)
    this.scheme = around.peer.scheme
    this.serverName = around.peer.serverName
    this.serverPort = around.peer.serverPort
    this.remoteAddr = around.peer.remoteAddr
    this.remotePort = around.peer.remotePort
    this.input = exchange.input
    this.errors = around.errors
    this.multiprocess = around.multiprocess
    this.#exchange = exchange
  }

  get signal(): AbortSignal {
    return this.#exchange.signal
  }
}

/** HTTP/2 has its request line among the headers, by names with a colon; of these `:authority` is what `Host` is elsewhere. */
function pairs(rawHeaders: readonly string[]): [name: string, value: string][] {
  const found: [name: string, value: string][] = []
  for (let at = 1; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at - 1] ?? ''
    if (!name.startsWith(':')) found.push([name, rawHeaders[at] ?? ''])
    else if (name === ':authority') found.push(['Host', rawHeaders[at] ?? ''])
  }
  return found
}
