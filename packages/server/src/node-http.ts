/**
 * HTTP over connections that somebody else accepted, by `node:http`: the transport below the
 * reference server, and below `phial-server --transport http`.
 *
 *     accept → node:http parses → refused (refusal.ts, node-http/limits.ts), or made an environ
 *       → handle → Answer (node-http/answer.ts) sends what it is given → the end
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import type { Environ } from '@phial/core'
import { lingeringClose } from './lingering-close.ts'
import { Answer } from './node-http/answer.ts'
import { Connection, recordOf, type Exchange } from './node-http/connection.ts'
import { environOf } from './node-http/environ.ts'
import { excess } from './node-http/limits.ts'
import { CONNECT, type Refusal } from './head-rules.ts'
import { refusal, refusalBytes, refusalOf } from './refusal.ts'
import { rejectedRecord, type Surroundings } from './rejected.ts'
import type { HttpTransport, Limits, Peer, TransportOptions } from './transport.ts'

/**
 * What it is made with: the same as any transport, but `handle` is given this transport's own `Answer`,
 * which says what was sent, and whether the connection closes after it.
 */
export interface NodeHttpOptions extends Omit<TransportOptions, 'handle'> {
  readonly handle: (environ: Environ, answer: Answer) => void | Promise<void>
}

/**
 * Makes a transport on `node:http`. Sockets have to be `allowHalfOpen`, or a client that ends its
 * side before it reads gets no answer.
 *
 * ```ts
 * const transport = nodeHttpTransport({ handle, errors, multiprocess: false, limits: defaultLimits })
 * createServer({ allowHalfOpen: true }, (socket) => transport.accept(socket, peer)).listen(8000)
 * ```
 */
export function nodeHttpTransport(options: NodeHttpOptions): HttpTransport {
  return new NodeHttpTransport(options)
}

/** How often, in milliseconds, it is seen whether a head is late: at most. */
const LOOK = 1000

class NodeHttpTransport implements HttpTransport {
  readonly #options: NodeHttpOptions
  readonly #http: Server
  readonly #connections = new Map<Socket, Connection>()
  #look: NodeJS.Timeout | undefined
  #isRetiring = false
  #isClosing = false

  constructor(options: NodeHttpOptions) {
    this.#options = options
    this.#http = httpServer(options.limits)
    this.#http.on('request', (request, response) => this.#requested(request, response))
    this.#http.on('checkContinue', (request, response) => this.#requested(request, response))
    this.#http.on('checkExpectation', (...asked) => this.#requested(...asked, EXPECTATION))
    this.#http.on('connect', ({ socket }) => void this.#refuse(socket, CONNECT))
    this.#http.on('clientError', (error, socket) => void this.#refuse(socket, refusalOf(error)))
    this.#http.on('timeout', (socket: Socket) => this.#timedOut(socket))
  }

  get connections(): number {
    return this.#connections.size
  }

  accept(socket: Socket, peer: Peer): void {
    const connection = new Connection(socket, peer)
    this.#connections.set(socket, connection)
    socket.once('close', () => this.#closedOne(connection))
    this.#http.emit('connection', socket)
    this.#watch()
    if (this.#isClosing) void this.#closeRested()
  }

  // A request, and its end.

  #requested(
    request: IncomingMessage,
    response: ServerResponse,
    refused: Refusal | undefined = refusal(request) ?? excess(request, this.#options.limits),
  ): void {
    const connection = this.#connections.get(request.socket)
    if (!connection || connection.isOver) return
    const answer = new Answer(request, response, this.#options.limits)
    const environ = environOf(request, answer, this.#around(connection))
    const start = (): void =>
      refused ? answer.refuse(refused) : void this.#options.handle(environ, answer)
    const exchange = { environ, answer, start }
    answer.isLast = this.#isRetiring
    answer.onOver(() => this.#ended(connection, exchange))
    connection.isOver = refused !== undefined
    connection.begin(exchange)
  }

  #ended(connection: Connection, exchange: Exchange): void {
    if (!connection.exchanges.has(exchange)) return
    const wasUnderWay = connection.isUnderWay(exchange)
    exchange.answer.leave()
    connection.end(exchange)
    if (!wasUnderWay) return
    const isLast = this.#isClosing || (this.#isRetiring && exchange.answer.isLast)
    if (isLast && connection.isAtRest) connection.socket.destroySoon()
    this.#options.onAnswer?.(recordOf(exchange))
  }

  #around({ peer }: Connection): Surroundings {
    const { errors, multiprocess } = this.#options
    return { peer, errors, multiprocess }
  }

  // What is no request, and what does not come in time.

  /** What cannot be read as a request: the requests before it are answered, then it is refused and the connection closed. */
  async #refuse(socket: Duplex, refused: Refusal): Promise<void> {
    const connection = this.#connections.get(socket as Socket)
    if (!connection || connection.isBroken) return
    connection.isBroken = true
    connection.isOver = true
    const answers = [...connection.exchanges].map(({ answer }) => answer)
    await Promise.all(answers.filter(({ isReceived }) => isReceived).map((answer) => answer.over()))
    const broken = answers.find(({ isReceived }) => !isReceived)
    const isTold = broken ? broken.giveWay(refused) : this.#rejected(connection, refused)
    lingeringClose(connection.socket, isTold ? refusalBytes(refused) : '')
  }

  /** The access log is told of what never became a request, too. True if somebody is there to be told. */
  #rejected(connection: Connection, refused: Refusal): boolean {
    if (!connection.socket.writable) return false
    const record = rejectedRecord(refused, this.#around(connection), connection.headAge())
    this.#options.onAnswer?.(record)
    return true
  }

  /** Nothing came for as long as a connection is kept, or nothing was taken for as long as is waited for that. */
  #timedOut(socket: Socket): void {
    const connection = this.#connections.get(socket)
    const isStuck = connection?.isAtRest === false && socket.writableLength > 0
    if (connection?.isKept || isStuck) socket.destroy()
  }

  /** Looks at the heads that are coming, for as long as there are connections. */
  #watch(): void {
    const { headTimeout } = this.#options.limits
    if (headTimeout === 0) return
    const look = Math.min(LOOK, headTimeout * 250)
    this.#look ??= setInterval(() => this.#refuseLateHeads(headTimeout), look).unref()
  }

  #refuseLateHeads(headTimeout: number): void {
    const status = '408 Request Timeout'
    const reason = `no whole request head came within ${headTimeout} s`
    for (const connection of this.#connections.values()) {
      if (connection.headAge() < headTimeout * 1000) continue
      void this.#refuse(connection.socket, { status, reason })
    }
  }

  // The end.

  async retire(): Promise<void> {
    this.#isRetiring = true
    for (const { exchanges } of this.#connections.values()) {
      for (const { answer } of exchanges) answer.isLast ||= answer.status === '' // else its client was told otherwise
    }
    await this.#allClosed()
  }

  async close(force = false): Promise<void> {
    if (force) for (const socket of this.#connections.keys()) socket.destroy()
    this.#isClosing = true
    await Promise.all([this.retire(), this.#closeRested()])
  }

  async #allClosed(): Promise<void> {
    while (this.#connections.size > 0) {
      // oxlint-disable-next-line no-await-in-loop -- others may be accepted meanwhile
      await Promise.all([...this.#connections.values()].map(({ closed }) => closed))
    }
  }

  /** Closes what is at rest once what has arrived by now has been taken. */
  async #closeRested(): Promise<void> {
    await turn()
    await turn()
    for (const connection of this.#connections.values()) {
      if (connection.isAtRest) connection.socket.destroySoon()
    }
  }

  #closedOne(connection: Connection): void {
    for (const exchange of connection.exchanges) this.#ended(connection, exchange)
    this.#connections.delete(connection.socket)
    if (this.#connections.size > 0) return
    clearInterval(this.#look)
    this.#look = undefined
  }
}

const EXPECTATION: Refusal = {
  status: '417 Expectation Failed',
  reason: '100-continue is all that can be expected here (RFC 9110 §10.1.1)',
}

function httpServer(limits: Limits): Server {
  const http = createServer({
    insecureHTTPParser: false,
    requireHostHeader: false,
    maxHeaderSize: limits.head === 0 ? 2 ** 31 : limits.head,
  })
  http.maxHeadersCount = limits.fields === 0 ? 0 : limits.fields + 1 // else those beyond 2000 were dropped in silence
  http.keepAliveTimeout = limits.keepAlive * 1000
  http.timeout = limits.writeTimeout * 1000
  return http
}
