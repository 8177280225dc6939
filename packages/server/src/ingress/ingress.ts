/**
 * Prepares a new connection for the transport:
 *
 *     raw socket → PROXY protocol (client address) → TLS → accept(socket, peer)
 */
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { ErrorStream } from '@phial/core'
import type { AccessRecord } from '../logs/access.ts'
import { Deadline, Deadlines, type Timed } from '../deadlines.ts'
import { lingeringClose } from '../lingering-close.ts'
import { peerOf, type LocalEnd, type Peer } from '../transport.ts'
import { refusalBytes, rejectedRecord, type Refusal } from '../refusal.ts'
import { allowList, type Allow } from './allow.ts'
import type { Ends, ProxyProtocol } from './proxy-line.ts'
import { takeProxyLine } from './proxy-protocol.ts'
import { openTls, type Tls, type TlsFiles } from './tls.ts'

/** Options of {@link openIngress}. */
export interface IngressOptions {
  /** Whether connections begin with a PROXY header. Default: `off`. */
  readonly proxyProtocol?: ProxyProtocol | undefined
  /** The proxies that may send a PROXY header, in the format of {@link allowList}. */
  readonly allow: readonly string[]
  /** The certificate and its key. Default: no TLS. */
  readonly tls?: TlsFiles | undefined
  /** The time limit for the PROXY header and the TLS handshake, in seconds; 0 means no limit. */
  readonly timeout: number
  /** Called for each rejected connection. */
  readonly onAnswer?: ((record: AccessRecord) => void) | undefined
  readonly errors: ErrorStream
  readonly multiprocess: boolean
}

/** Prepares connections for the transport. */
export interface Ingress {
  /** Accepts a raw socket from which nothing has been read. `home` is its local address. */
  enter(socket: Socket, localEnd: LocalEnd): void
  /** Reads certificate and key again for new connections. Throws a {@link StartError}, and keeps the old ones, on failure. */
  reload(): void
  /** Resolves when no connection is being prepared. */
  emptied(): Promise<void>
  /** Destroys the connections that are being prepared. None of them has sent a request. */
  close(): void
}

/**
 * Creates an ingress. Throws a {@link StartError} for an invalid list of proxies or an unusable certificate.
 *
 * ```ts
 * const ingress = openIngress({ allow: ['127.0.0.1'], timeout: 30, errors, multiprocess: false }, transport.accept)
 * createServer({ allowHalfOpen: true }, (socket) => ingress.enter(socket, localEnd)).listen(8000)
 * ```
 */
export function openIngress(
  options: IngressOptions,
  accept: (socket: Socket, peer: Peer) => void,
): Ingress {
  return new ConnectionIngress(options, accept)
}

/** A connection that is being prepared. It is destroyed when its time limit expires. */
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

class ConnectionIngress implements Ingress {
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

  enter(socket: Socket, localEnd: LocalEnd): void {
    const peer = peerOf(socket, localEnd)
    if (peer === undefined) return void socket.destroy() // reset by the client, so its address is unknown
    if (this.#mode === 'off' && !this.#tls) this.#accept(socket, peer)
    else void this.#pass(socket, peer)
  }

  reload(): void {
    this.#tls?.reload()
  }

  emptied(): Promise<void> {
    return new Promise((resolve) => {
      this.#whenEmpty.push(resolve)
      this.#notifyEmpty()
    })
  }

  #notifyEmpty(): void {
    if (this.#entering.size === 0) for (const resolve of this.#whenEmpty.splice(0)) resolve()
  }

  close(): void {
    for (const { socket } of this.#entering.all()) socket.destroy()
  }

  /** Runs the steps. Drops the connection if the client disconnects or does not speak TLS. */
  async #pass(socket: Socket, peer: Peer): Promise<void> {
    const began = performance.now()
    const entering = new Entering(socket, this.#options.timeout)
    this.#entering.add(entering)
    socket.on('error', () => undefined).once('close', () => this.#entering.delete(entering))
    try {
      const ends = await this.#ends(socket, peer)
      if (ends && 'status' in ends) return this.#refuse(socket, peer, ends, began)
      const through = this.#tls ? await handshake(this.#tls.open(socket)) : socket
      this.#accept(through, { ...peer, ...ends, scheme: this.#tls ? 'https' : 'http' })
    } catch {
      socket.destroy()
    } finally {
      this.#entering.delete(entering)
      this.#notifyEmpty()
    }
  }

  /** Reads both ends of the connection from the PROXY header. Resolves with `undefined` if it has no addresses. */
  async #ends(socket: Socket, { remoteAddr }: Peer): Promise<Ends | Refusal | undefined> {
    if (this.#mode === 'off') return undefined
    return this.#isAllowed(remoteAddr) ? takeProxyLine(socket, this.#mode) : FORBIDDEN
  }

  #refuse(socket: Socket, peer: Peer, refused: Refusal, began: number): void {
    const { errors, multiprocess, onAnswer } = this.#options
    const duration = performance.now() - began
    onAnswer?.(rejectedRecord(refused, { peer, errors, multiprocess }, duration))
    lingeringClose(socket, this.#tls ? '' : refusalBytes(refused)) // no response is possible before the handshake
  }
}

const FORBIDDEN: Refusal = {
  status: '403 Forbidden',
  reason: 'only proxies listed in --forwarded-allow-ips may connect',
}

/** Resolves once the handshake has completed. */
function handshake(socket: TLSSocket): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    socket.once('secure', () => resolve(socket))
    socket.once('close', () => reject(new Error('The TLS handshake failed.')))
    socket.on('error', () => undefined) // 'close' follows
  })
}
