/**
 * The reference server: all that a gateway server is, on `node:http`, to be read from top to bottom.
 *
 *     makeServer → WsgiServer listens → a request comes → refused (refusal.ts), or made an environ
 *       → core's `run` calls the application → Answer (node-http.ts) sends what it gives → the end
 *
 * It is the counterpart of Python's wsgiref.simple_server, with its names in camelCase.
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { Server as NetServer, type ListenOptions, type Socket } from 'node:net'
import { hostname } from 'node:os'
import { setImmediate as turn } from 'node:timers/promises'
import { asApplication, errorStream, run } from '@phial/core'
import type { ApplicationLike, Environ, ErrorStream } from '@phial/core'
import type { AccessRecord } from './logs/access.ts'
import { Answer, environOf, hangUp, type Home } from './node-http.ts'
import { errorAnswer, refusal, statusOf } from './refusal.ts'

/**
 * Makes a server that listens at once, as wsgiref's `make_server` does. Requests wait until they are
 * asked for by `serveForever` or `handleRequest`. An empty host is every address of the machine,
 * port 0 a free port. Throws a `TypeError` for an application that is none.
 *
 * ```ts
 * const server = makeServer('127.0.0.1', 8000, app)
 * await server.serveForever()
 * ```
 */
export function makeServer(host: string, port: number, app: ApplicationLike): WsgiServer {
  const server = new WsgiServer({ host, port })
  server.setApp(app)
  server.listen()
  return server
}

export interface WsgiServerOptions {
  /** What applications find as `wsgi.errors`. Standard error, if not given. */
  readonly errors?: ErrorStream
  /** Told of each answer once it is over. */
  readonly onAnswer?: (record: AccessRecord) => void
}

/** A server for one address. `makeServer` is the short way to one that listens. */
export class WsgiServer {
  /** The server below, for its timeouts and limits. */
  readonly http: Server = createServer({ insecureHTTPParser: false, requireHostHeader: false })
  readonly #address: ListenOptions
  readonly #errors: ErrorStream
  readonly #onAnswer: WsgiServerOptions['onAnswer']
  readonly #connections = new Map<Socket, Connection>()
  readonly #requests: Exchange[] = []
  readonly #takers: ((exchange: Exchange | undefined) => void)[] = []
  #app: ApplicationLike | undefined
  #home: Home | undefined
  #listening: Promise<unknown> | undefined
  #closed: Promise<void> | undefined
  #isClosed = false

  constructor(address: ListenOptions, options: WsgiServerOptions = {}) {
    this.#address = address
    this.#errors = options.errors ?? errorStream((text) => void process.stderr.write(text))
    this.#onAnswer = options.onAnswer
  }

  getApp(): ApplicationLike | undefined {
    return this.#app
  }

  setApp(app: ApplicationLike): void {
    asApplication(app) // a TypeError that says what came instead
    this.#app = app
  }

  /** Host and port, the real ones once it listens; the path of a unix socket. */
  get serverAddress(): readonly [host: string, port: number] | string {
    const address = this.http.address() ?? this.#address.path
    if (typeof address === 'string') return address
    return [address?.address ?? this.#address.host ?? '', address?.port ?? this.#address.port ?? 0]
  }

  /** The real port once it listens; 0 on a unix socket. */
  get serverPort(): number {
    const address = this.serverAddress
    return typeof address === 'string' ? 0 : address[1]
  }

  /** Starts to listen. `ready`, `serveForever` and `handleRequest` reject if that fails (`EADDRINUSE`, `EACCES`, …). */
  listen(): void {
    if (this.#listening) return
    this.http.maxHeadersCount = 0 // else those beyond 2000 were dropped in silence
    this.http.on('connection', (socket: Socket) => this.#connected(socket))
    this.http.on('request', (request, response) => this.#requested(request, response))
    this.http.on('checkContinue', (request, response) => this.#requested(request, response))
    this.http.on('connect', ({ socket }) => void this.#refuse(socket, '501 Not Implemented'))
    this.http.on(
      'clientError',
      (error, socket) => void this.#refuse(socket as Socket, statusOf(error)),
    )
    this.#listening = once(this.http, 'listening')
    this.#listening.then(
      () => this.http.on('error', (error) => this.#errors.write(`${error.message}\n`)),
      () => undefined, // told to whoever waits for it
    )
    this.http.listen(this.#address)
    this.http.unref() // as in Python, serving keeps the program running, listening alone does not
  }

  /** Kept once the server listens. */
  async ready(): Promise<void> {
    if (!this.#listening) throw new Error('This server does not listen yet: call listen() first.')
    await this.#listening
  }

  /** Serves what comes, until `close()`; then the promise is kept. */
  async serveForever(): Promise<void> {
    await this.#begin()
    for (;;) {
      const exchange = await this.#nextRequest()
      if (!exchange) break
      this.#serve(exchange)
    }
    await this.#closed
  }

  /** Serves one request, the next one that comes or waits, and closes its connection. Those that are refused do not count. */
  async handleRequest(): Promise<void> {
    await this.#begin()
    const exchange = await this.#nextRequest()
    if (exchange) {
      exchange.answer.isLast = true
      this.#serve(exchange)
      await exchange.answer.over
    }
    this.http.unref()
  }

  async #begin(): Promise<void> {
    if (!this.#app)
      throw new TypeError('This server has no application yet: call setApp(app) first.')
    await this.ready()
    this.http.ref()
  }

  // A connection, and the requests on it.

  #connected(socket: Socket): void {
    const exchanges = new Set<Exchange>()
    this.#connections.set(socket, { exchanges, isOver: false, isBroken: false })
    socket.once('close', () => {
      this.#connections.delete(socket)
      for (const { answer } of exchanges) answer.leave()
    })
  }

  #requested(request: IncomingMessage, response: ServerResponse): void {
    const connection = this.#connections.get(request.socket)
    if (!connection || connection.isOver) return
    const answer = new Answer(request, response)
    this.#home ??= { ...nameOf(this.#address, this.serverPort), errors: this.#errors }
    const exchange = { answer, environ: environOf(request, answer, this.#home) }
    connection.exchanges.add(exchange)
    void answer.over.then(() => this.#answered(request.socket, connection, exchange))
    const refused = refusal(request)
    connection.isOver = refused !== undefined
    if (refused) answer.refuse(refused.status, refused.reason)
    else if (this.#takers.length > 0) this.#takers.shift()?.(exchange)
    else this.#requests.push(exchange)
  }

  /** The next request to serve; `undefined` once the server is closed. */
  async #nextRequest(): Promise<Exchange | undefined> {
    if (this.#isClosed) return undefined
    return this.#requests.shift() ?? new Promise((take) => this.#takers.push(take))
  }

  /** The middle of it all: the application is called, and its answer goes out. */
  #serve({ environ, answer }: Exchange): void {
    if (this.#closed) answer.isLast = true
    if (this.#app) void run(this.#app, environ, answer)
  }

  #answered(socket: Socket, connection: Connection, exchange: Exchange): void {
    const { status, headers, bytes, time, duration } = exchange.answer
    connection.exchanges.delete(exchange)
    if (this.#closed && connection.exchanges.size === 0) socket.destroySoon()
    this.#onAnswer?.({ environ: exchange.environ, status, headers, bytes, time, duration })
  }

  /** What cannot be read as a request: the requests before it are answered, then it is refused and the connection closed. */
  async #refuse(socket: Socket, status: string): Promise<void> {
    const connection = this.#connections.get(socket)
    if (!connection || connection.isBroken) return
    connection.isBroken = true
    connection.isOver = true
    const answers = [...connection.exchanges].map(({ answer }) => answer)
    await Promise.all(answers.filter(({ isReceived }) => isReceived).map(({ over }) => over))
    const hasBegun = answers.some((answer) => !answer.isReceived && answer.status !== '')
    hangUp(socket, hasBegun ? '' : errorAnswer(status))
  }

  // The end.

  /** Stops listening, finishes what is under way, and closes every connection. With `force`, cuts what is under way. */
  close(force = false): Promise<void> {
    this.#closed ??= this.#close()
    if (force) for (const socket of this.#connections.keys()) socket.destroy()
    return this.#closed
  }

  async #close(): Promise<void> {
    for (const { exchanges } of this.#connections.values()) {
      for (const { answer } of exchanges) answer.isLast = true
    }
    await this.#listening?.catch(() => undefined)
    await turn() // what has arrived by now is still taken
    await turn()
    this.#isClosed = true
    const closed = this.http.listening ? once(this.http, 'close') : undefined
    // http's own close() would cut answers that are not flushed yet
    NetServer.prototype.close.call(this.http)
    for (const take of this.#takers.splice(0)) take(undefined)
    for (const { answer } of this.#requests.splice(0)) answer.destroy()
    for (const [socket, { exchanges }] of this.#connections) {
      if (exchanges.size === 0) socket.destroySoon()
    }
    await closed
    await turn() // what the last connections have to tell comes after that
    this.http.close() // lets go of its timer
  }
}

interface Connection {
  /** What is under way on it. */
  readonly exchanges: Set<Exchange>
  /** Whether nothing more is taken from it. */
  isOver: boolean
  /** Whether what came can no longer be told apart into requests. */
  isBroken: boolean
}

interface Exchange {
  readonly environ: Environ
  readonly answer: Answer
}

/** `SERVER_NAME` and `SERVER_PORT`, for an address that may have neither. */
function nameOf({ host, path }: ListenOptions, port: number): Omit<Home, 'errors'> {
  if (path !== undefined) return { serverName: 'localhost', serverPort: '80' }
  const isAny = !host || host === '0.0.0.0' || host === '::'
  return { serverName: isAny ? hostname() : host, serverPort: String(port) }
}
