/**
 * An HTTP transport that runs `node:http` on accepted connections. The reference server and
 * `phial-server --transport http` use it.
 *
 *     accept → node:http parses → validated and converted to an environ (node-http/request.ts)
 *       → handle → NodeResponse sends the response (node-http/response.ts) → next request, or close
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import type { Environ } from '@phial/core'
import { Deadlines } from './deadlines.ts'
import { lingeringClose } from './lingering-close.ts'
import { NodeConnection, recordOf, type Late, type PendingRequest } from './node-http/connection.ts'
import { environOf, excess, refusal, refusalOf } from './node-http/request.ts'
import { NodeResponse } from './node-http/response.ts'
import { CONNECT } from './head-rules.ts'
import { refusalBytes, rejectedRecord, type ConnectionContext, type Refusal } from './refusal.ts'
import {
  type HttpTransport,
  type Limits,
  LAST_CALL,
  type Peer,
  retirement,
  type TransportOptions,
} from './transport.ts'

/**
 * The options of a transport. `handle` receives this transport's own `NodeResponse`, which reports the bytes that were sent and
 * whether the connection closes after the response.
 */
export interface NodeHttpOptions extends Omit<TransportOptions, 'handle'> {
  readonly handle: (environ: Environ, response: NodeResponse) => void | Promise<void>
}

/**
 * Creates a transport on `node:http`. Sockets must have `allowHalfOpen`. Otherwise a client that ends its side before it
 * reads the response does not receive one.
 *
 * ```ts
 * const transport = nodeHttpTransport({ handle, errors, multiprocess: false, limits: defaultLimits })
 * createServer({ allowHalfOpen: true }, (socket) => transport.accept(socket, peer)).listen(8000)
 * ```
 */
export function nodeHttpTransport(options: NodeHttpOptions): HttpTransport {
  return new NodeHttpTransport(options)
}

class NodeHttpTransport implements HttpTransport {
  readonly #options: NodeHttpOptions
  readonly #http: Server
  readonly #idle: { headTimeout: number; keepAlive: number }
  readonly #connections = new Map<Socket, NodeConnection>()
  readonly #deadlines: Deadlines
  readonly #retiring = retirement()
  #isRetiring = false
  #isClosing = false

  constructor(options: NodeHttpOptions) {
    this.#options = options
    const { headTimeout, bodyTimeout, writeTimeout, keepAlive } = options.limits
    this.#idle = { headTimeout, keepAlive }
    this.#deadlines = new Deadlines(headTimeout, bodyTimeout, writeTimeout, keepAlive)
    this.#http = httpServer(options.limits)
    this.#http.on('request', (request, response) => this.#requested(request, response))
    this.#http.on('checkContinue', (request, response) => this.#requested(request, response))
    this.#http.on('checkExpectation', (...args) => this.#requested(...args, EXPECTATION))
    this.#http.on('connect', ({ socket }) => void this.#refuse(socket, CONNECT))
    this.#http.on('clientError', (error, socket) => void this.#refuse(socket, refusalOf(error)))
    this.#http.on('timeout', (socket: Socket) => this.#timedOut(socket))
  }

  get connections(): number {
    return this.#connections.size
  }

  accept(socket: Socket, peer: Peer | undefined): void {
    if (peer === undefined) return void socket.destroy()
    const connection = new NodeConnection(socket, peer, this.#idle, (...late) =>
      this.#late(...late),
    )
    this.#connections.set(socket, connection)
    this.#deadlines.add(connection)
    socket.once('close', () => this.#closed(connection))
    lingerOnClose(connection)
    this.#http.emit('connection', socket)
    if (this.#isClosing) void this.#closeIdle()
  }

  // Requests.

  #requested(
    request: IncomingMessage,
    response: ServerResponse,
    refused: Refusal | undefined = refusal(request) ?? excess(request, this.#options.limits),
  ): void {
    const connection = this.#connections.get(request.socket)
    if (!connection || connection.isOver) return
    const own = new NodeResponse(request, response, this.#options.limits, {
      deadlines: this.#deadlines,
    })
    const context = this.#context(connection)
    let environ: Environ | undefined
    const pending: PendingRequest = {
      response: own,
      get environ() {
        return (environ ??= environOf(request, own, context))
      },
      start: () =>
        refused ? own.refuse(refused) : void this.#options.handle(pending.environ, own),
    }
    own.isLast = this.#isRetiring
    own.onOver(() => this.#ended(connection, pending))
    connection.isOver = refused !== undefined
    connection.begin(pending)
  }

  #ended(connection: NodeConnection, pending: PendingRequest): void {
    if (!connection.requests.has(pending)) return
    const wasCurrent = connection.isCurrent(pending)
    pending.response.closed()
    connection.end(pending)
    if (!wasCurrent) return
    const isLast = this.#isClosing || (this.#isRetiring && pending.response.isLast)
    if (isLast && connection.isIdle) connection.socket.destroySoon()
    this.#options.onAnswer?.(recordOf(pending))
  }

  #context({ peer }: NodeConnection): ConnectionContext {
    const { errors, multiprocess } = this.#options
    return { peer, errors, multiprocess, retiring: this.#retiring.signal }
  }

  // Malformed and late requests.

  /** Rejects bytes that are not a valid request once all earlier requests have been answered, then closes the connection. */
  async #refuse(socket: Duplex, refused: Refusal): Promise<void> {
    const connection = this.#connections.get(socket as Socket)
    if (!connection || connection.isBroken) return
    connection.isBroken = true
    connection.isOver = true
    const responses = [...connection.requests].map(({ response }) => response)
    await Promise.all(responses.filter(({ isReceived }) => isReceived).map((one) => one.over()))
    const broken = responses.find(({ isReceived }) => !isReceived)
    const canRespond = broken ? broken.replaceWith(refused) : this.#rejected(connection, refused)
    lingeringClose(connection.socket, canRespond ? refusalBytes(refused) : '')
  }

  /** Logs a connection that did not send a valid request. Returns whether the client can still receive a response. */
  #rejected(connection: NodeConnection, refused: Refusal): boolean {
    if (!connection.socket.writable) return false
    const record = rejectedRecord(refused, this.#context(connection), connection.waited)
    this.#options.onAnswer?.(record)
    return true
  }

  /**
   * Handles Node's socket timeout: a response has made no progress for `http.timeout`. This period may include time in which this
   * process did not run, so the timer starts again unless the client has read nothing for more than half of the timeout.
   * `#late` handles all other timeouts.
   */
  #timedOut(socket: Socket): void {
    const connection = this.#connections.get(socket)
    if (connection === undefined || connection.isIdle || socket.writableLength === 0) return
    const milliseconds = this.#options.limits.writeTimeout * 1000
    if (connection.stuckFor > milliseconds / 2) socket.destroy()
    else socket.setTimeout(milliseconds)
  }

  /** Handles an idle connection whose time has expired. Sends a 408 only if the client has sent part of a request head. */
  #late(connection: NodeConnection, late: Late): void {
    if (late !== 'end of a head') return connection.socket.destroySoon()
    const reason = `the request head was not complete within ${this.#options.limits.headTimeout} s`
    void this.#refuse(connection.socket, { status: '408 Request Timeout', reason })
  }

  // Shutdown.

  async retire(): Promise<void> {
    this.#isRetiring = true
    this.#idle.keepAlive = Math.min(this.#idle.keepAlive || LAST_CALL, LAST_CALL)
    this.#retiring.abort()
    for (const { requests } of this.#connections.values()) {
      for (const { response } of requests) response.isLast ||= response.status === '' // otherwise the head has already been sent
    }
    await this.#allClosed()
  }

  async close(force = false): Promise<void> {
    if (force) for (const socket of this.#connections.keys()) socket.destroy()
    this.#isClosing = true
    await Promise.all([this.retire(), this.#closeIdle()])
  }

  async #allClosed(): Promise<void> {
    while (this.#connections.size > 0) {
      // oxlint-disable-next-line no-await-in-loop -- more connections may be accepted in the meantime
      await Promise.all([...this.#connections.values()].map(({ closed }) => closed))
    }
  }

  /** Waits until data that has already arrived is read, then closes idle connections. A client may still complete a partial head. */
  async #closeIdle(): Promise<void> {
    await turn()
    await turn()
    for (const connection of this.#connections.values()) {
      if (connection.isIdle && !connection.isComing) connection.socket.destroySoon()
    }
  }

  #closed(connection: NodeConnection): void {
    for (const pending of connection.requests) this.#ended(connection, pending)
    this.#connections.delete(connection.socket)
    this.#deadlines.delete(connection)
  }
}

/** Makes Node close the connection with {@link lingeringClose} if the client may still be sending, so that the client receives the response. */
function lingerOnClose(connection: NodeConnection): void {
  const { socket } = connection
  const destroySoon = socket.destroySoon.bind(socket)
  socket.destroySoon = () => {
    connection.isOver = true
    if (connection.isReceiving) lingeringClose(socket)
    else destroySoon()
  }
}

const EXPECTATION: Refusal = {
  status: '417 Expectation Failed',
  reason: '100-continue is the only supported expectation (RFC 9110 §10.1.1)',
}

function httpServer(limits: Limits): Server {
  const http = createServer({
    insecureHTTPParser: false,
    requireHostHeader: false,
    maxHeaderSize: limits.head === 0 ? 2 ** 31 : limits.head,
  })
  http.maxHeadersCount = limits.fields === 0 ? 0 : limits.fields + 1 // by default, Node silently drops headers after the 2000th
  http.keepAliveTimeout = limits.keepAlive * 1000
  http.timeout = limits.writeTimeout * 1000
  return http
}
