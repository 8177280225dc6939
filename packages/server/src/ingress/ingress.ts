/**
 * The way of a fresh connection to the transport, through whatever stands before its HTTP:
 *
 *     a raw socket → the PROXY protocol says whose it is → TLS → accept(socket, peer)
 */
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { ErrorStream } from '@phial/core'
import type { AccessRecord } from '../logs/access.ts'
import { Deadline, Deadlines, type Timed } from '../deadlines.ts'
import { lingeringClose } from '../lingering-close.ts'
import { peerOf, type Home, type Peer } from '../transport.ts'
import { refusalBytes, rejectedRecord, type Refusal } from '../refusal.ts'
import { allowList, type Allow } from './allow.ts'
import type { Ends, ProxyProtocol } from './proxy-line.ts'
import { takeProxyLine } from './proxy-protocol.ts'
import { openTls, type Tls, type TlsFiles } from './tls.ts'

/** What a door is made with. */
export interface IngressOptions {
  /** Whether connections begin with the PROXY protocol. `off`, if not given. */
  readonly proxyProtocol?: ProxyProtocol | undefined
  /** The proxies that may speak it, as {@link allowList} reads them. */
  readonly allow: readonly string[]
  /** No TLS, if not given. */
  readonly tls?: TlsFiles | undefined
  /** How long, in seconds, PROXY protocol and TLS may take; 0 is no limit. */
  readonly timeout: number
  /** Told of each connection that was refused here. */
  readonly onAnswer?: ((record: AccessRecord) => void) | undefined
  readonly errors: ErrorStream
  readonly multiprocess: boolean
}

/** Lets connections in. */
export interface Ingress {
  /** Takes a raw socket from which nothing has been read. `home` is the address that it came to. */
  enter(socket: Socket, home: Home): void
  /** Reads certificate and key anew, for the connections to come. A {@link StartError} leaves the old ones. */
  reload(): void
  /** Resolves when no connection is on its way through. */
  emptied(): Promise<void>
  /** Cuts the connections that are not through yet: none of them has sent a request. */
  close(): void
}

/**
 * Makes a door. Throws a {@link StartError} for a bad list of proxies or a certificate that cannot
 * be used.
 *
 * ```ts
 * const door = openIngress({ allow: ['127.0.0.1'], timeout: 30, errors, multiprocess: false }, transport.accept)
 * createServer({ allowHalfOpen: true }, (socket) => door.enter(socket, home)).listen(8000)
 * ```
 */
export function openIngress(
  options: IngressOptions,
  accept: (socket: Socket, peer: Peer) => void,
): Ingress {
  return new Doorway(options, accept)
}

/** A connection on its way through, cut if that takes too long. */
class Entering implements Timed {
  place = -1
  readonly socket: Socket
  readonly #deadline = new Deadline()

  constructor(socket: Socket, timeout: number) {
    this.socket = socket
    this.#deadline.start(timeout)
  }

  look(passed: number): void {
    if (this.#deadline.isOver(passed)) this.socket.destroy()
  }
}

class Doorway implements Ingress {
  readonly #options: IngressOptions
  readonly #accept: (socket: Socket, peer: Peer) => void
  readonly #mode: ProxyProtocol
  readonly #isAllowed: Allow
  readonly #tls: Tls | undefined
  readonly #entering: Deadlines<Entering>
  #whenEmpty: (() => void)[] = []

  constructor(options: IngressOptions, accept: (socket: Socket, peer: Peer) => void) {
    this.#options = options
    this.#accept = accept
    this.#mode = options.proxyProtocol ?? 'off'
    this.#isAllowed = allowList(options.allow)
    this.#tls = options.tls && openTls(options.tls)
    this.#entering = new Deadlines(options.timeout)
  }

  enter(socket: Socket, home: Home): void {
    const peer = peerOf(socket, home)
    if (peer === undefined) return void socket.destroy() // its client has reset it: nobody knows whom to trust
    if (this.#mode === 'off' && !this.#tls) this.#accept(socket, peer)
    else void this.#pass(socket, peer)
  }

  reload(): void {
    this.#tls?.reload()
  }

  emptied(): Promise<void> {
    return new Promise((resolve) => {
      this.#whenEmpty.push(resolve)
      this.#tellEmpty()
    })
  }

  #tellEmpty(): void {
    if (this.#entering.size === 0) for (const resolve of this.#whenEmpty.splice(0)) resolve()
  }

  close(): void {
    for (const { socket } of this.#entering.all()) socket.destroy()
  }

  /** Step by step, in time. A client that leaves on the way, or speaks no TLS, is let go. */
  async #pass(socket: Socket, peer: Peer): Promise<void> {
    const began = performance.now()
    const entering = new Entering(socket, this.#options.timeout)
    this.#entering.add(entering)
    socket.on('error', () => undefined).once('close', () => this.#entering.delete(entering))
    try {
      const told = await this.#ends(socket, peer)
      if (told && 'status' in told) return this.#refuse(socket, peer, told, began)
      const through = this.#tls ? await handshake(this.#tls.open(socket)) : socket
      this.#accept(through, { ...peer, ...told, scheme: this.#tls ? 'https' : 'http' })
    } catch {
      socket.destroy()
    } finally {
      this.#entering.delete(entering)
      this.#tellEmpty()
    }
  }

  /** What the PROXY protocol says of both ends; nothing if it is not spoken here, or says nothing. */
  async #ends(socket: Socket, { remoteAddr }: Peer): Promise<Ends | Refusal | undefined> {
    if (this.#mode === 'off') return undefined
    return this.#isAllowed(remoteAddr) ? takeProxyLine(socket, this.#mode) : FORBIDDEN
  }

  #refuse(socket: Socket, peer: Peer, refused: Refusal, began: number): void {
    const { errors, multiprocess, onAnswer } = this.#options
    const duration = performance.now() - began
    onAnswer?.(rejectedRecord(refused, { peer, errors, multiprocess }, duration))
    lingeringClose(socket, this.#tls ? '' : refusalBytes(refused)) // before a handshake there are no words
  }
}

const FORBIDDEN: Refusal = {
  status: '403 Forbidden',
  reason: 'only proxies connect here, those in --forwarded-allow-ips',
}

/** Kept once a handshake is through. */
function handshake(socket: TLSSocket): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    socket.once('secure', () => resolve(socket))
    socket.once('close', () => reject(new Error('The handshake broke off.')))
    socket.on('error', () => undefined) // it closes, which is enough
  })
}
