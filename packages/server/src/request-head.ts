/** What a transport knows of a request, for core's `makeEnviron`. */
import type { ErrorStream, InputStream, RequestHead } from '@phial/core'
import type { Peer } from './transport.ts'

/** What the client's own lines say. */
type Said = Pick<RequestHead, 'method' | 'target' | 'protocol' | 'headers' | 'upgrade'>

/** What is the same for every request of a transport. */
interface Home {
  readonly errors: ErrorStream
  readonly multiprocess: boolean
}

/** A class, so that the signal is a getter that costs nothing until it is asked for. */
export class ReceivedHead implements RequestHead {
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
  readonly retiring: AbortSignal | undefined
  readonly upgrade: string | undefined
  readonly #source: { readonly signal: AbortSignal }

  constructor(
    said: Said,
    peer: Peer,
    home: Home,
    retiring: AbortSignal | undefined,
    input: InputStream,
    source: { readonly signal: AbortSignal },
  ) {
    this.method = said.method
    this.target = said.target
    this.protocol = said.protocol
    this.headers = said.headers
    this.upgrade = said.upgrade
    this.scheme = peer.scheme
    this.serverName = peer.serverName
    this.serverPort = peer.serverPort
    this.remoteAddr = peer.remoteAddr
    this.remotePort = peer.remotePort
    this.input = input
    this.errors = home.errors
    this.multiprocess = home.multiprocess
    this.retiring = retiring
    this.#source = source
  }

  get signal(): AbortSignal {
    return this.#source.signal
  }
}
