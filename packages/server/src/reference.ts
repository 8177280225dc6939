/**
 * The reference server, a complete gateway server that is written to be read from top to bottom.
 *
 *     makeServer → WsgiServer listens, and accepts → the transport reads HTTP (node-http.ts)
 *       → a request waits for its turn → core's `run` calls the application → the response is sent
 *
 * It is the counterpart of Python's wsgiref.simple_server, with its names in camelCase.
 */
import { withCode } from '@phial/core'
import { once } from 'node:events'
import { createServer, type ListenOptions } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { asApplication, errorStream, run } from '@phial/core'
import type { ApplicationLike, Environ, ErrorStream } from '@phial/core'
import type { AccessRecord } from './logs/access.ts'
import type { NodeResponse } from './node-http/response.ts'
import { nodeHttpTransport } from './node-http.ts'
import {
  defaultLimits,
  localEndOf,
  type LocalEnd,
  type HttpTransport,
  type Limits,
  peerOf,
} from './transport.ts'

/**
 * Creates a server that listens immediately, like wsgiref's `make_server`. Requests wait until `serveForever` or
 * `handleRequest` is called. An empty host means all addresses of the machine, port 0 a free port. Throws `TypeError` if
 * `app` is not an application.
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

/** Options of {@link WsgiServer}. */
export interface WsgiServerOptions {
  /** The value of `wsgi.errors`. Default: writes to standard error. */
  readonly errors?: ErrorStream
  /** Called with each completed response. */
  readonly onAnswer?: (record: AccessRecord) => void
  /** Size and time limits of requests. Default: those of `phial-server`. */
  readonly limits?: Partial<Limits>
}

/**
 * A server for one address. `makeServer` creates one that already listens.
 *
 * ```ts
 * const server = new WsgiServer({ host: '127.0.0.1', port: 0 })
 * server.setApp(app)
 * server.listen()
 * await server.handleRequest() // one request, then no more
 * await server.close()
 * ```
 */
export class WsgiServer {
  readonly #address: ListenOptions
  readonly #errors: ErrorStream
  readonly #transport: HttpTransport
  readonly #listener = createServer({ allowHalfOpen: true, noDelay: true }, (socket) =>
    this.#transport.accept(socket, peerOf(socket, this.#localEnd)),
  )
  readonly #requests: WaitingRequest[] = []
  readonly #callers: ((request: WaitingRequest | undefined) => void)[] = []
  #app: ApplicationLike | undefined
  #listening: Promise<unknown> | undefined
  #closed: Promise<void> | undefined
  #isServing = false
  #isClosed = false

  constructor(address: ListenOptions, { errors, onAnswer, limits }: WsgiServerOptions = {}) {
    this.#address = address
    this.#errors = errors ?? errorStream((text) => void process.stderr.write(text))
    this.#transport = nodeHttpTransport({
      handle: (environ, response) => this.#requested({ environ, response }),
      onAnswer,
      errors: this.#errors,
      multiprocess: false,
      limits: { ...defaultLimits, ...limits },
    })
  }

  /** The local address of connections. */
  get #localEnd(): LocalEnd {
    return localEndOf(this.#listener.address(), this.#address.host)
  }

  getApp(): ApplicationLike | undefined {
    return this.#app
  }

  setApp(app: ApplicationLike): void {
    asApplication(app) // throws a TypeError if it is not an application
    this.#app = app
  }

  /** The host and port, which are the actual ones once it listens, or the path of a unix socket. */
  get serverAddress(): readonly [host: string, port: number] | string {
    const address = this.#listener.address() ?? this.#address.path
    if (typeof address === 'string') return address
    return [address?.address ?? this.#address.host ?? '', address?.port ?? this.#address.port ?? 0]
  }

  /** The port, which is the actual one once it listens; 0 for a unix socket. */
  get serverPort(): number {
    const address = this.serverAddress
    return typeof address === 'string' ? 0 : address[1]
  }

  /** Starts to listen. `ready`, `serveForever` and `handleRequest` reject if that fails (`EADDRINUSE`, `EACCES`, …). */
  listen(): void {
    if (this.#listening) return
    this.#listening = once(this.#listener, 'listening')
    this.#listening.then(
      () => this.#listener.on('error', (error) => this.#errors.write(`${error.message}\n`)),
      () => undefined, // reported to the callers that await it
    )
    this.#listener.listen(this.#address)
    this.#listener.unref() // as in Python, serving keeps the program running, listening alone does not
  }

  /** Resolves once the server listens. Rejects if it cannot. */
  async ready(): Promise<void> {
    if (!this.#listening)
      throw withCode(
        'ERR_PHIAL_SERVER_SETUP',
        new Error('This server is not listening: call listen() first.'),
      )
    await this.#listening
  }

  /** Serves requests. Resolves after `close()`. */
  async serveForever(): Promise<void> {
    await this.#begin()
    this.#isServing = true
    for (const request of this.#requests.splice(0)) this.#serve(request)
    if (!this.#closed) await once(this.#listener, 'close')
    await this.#closed
  }

  /** Serves the next request and closes its connection. Rejected requests do not count. */
  async handleRequest(): Promise<void> {
    await this.#begin()
    const request = await this.#nextRequest()
    if (request) {
      request.response.isLast = true
      this.#serve(request)
      await request.response.over()
    }
    this.#listener.unref()
  }

  async #begin(): Promise<void> {
    if (!this.#app)
      throw withCode(
        'ERR_PHIAL_SERVER_SETUP',
        new TypeError('This server does not have an application: call setApp(app) first.'),
      )
    await this.ready()
    this.#listener.ref()
  }

  /** Serves a new request, or queues it until it is asked for. */
  #requested(request: WaitingRequest): void {
    if (this.#isServing) this.#serve(request)
    else if (this.#callers.length > 0) this.#callers.shift()?.(request)
    else this.#requests.push(request)
  }

  /** Resolves with the next request; with `undefined` once the server has closed. */
  async #nextRequest(): Promise<WaitingRequest | undefined> {
    if (this.#isClosed) return undefined
    return this.#requests.shift() ?? new Promise((take) => this.#callers.push(take))
  }

  /** Calls the application and sends its response. This is the core of the server. */
  #serve({ environ, response }: WaitingRequest): void {
    if (this.#app) void run(this.#app, environ, response)
  }

  /** Stops listening, waits for in-flight requests, and closes every connection. With `force`, cuts off in-flight requests. */
  close(force = false): Promise<void> {
    const closed = this.#transport.close(force)
    this.#closed ??= this.#close(closed)
    return this.#closed
  }

  async #close(closed: Promise<void>): Promise<void> {
    await this.#listening?.catch(() => undefined)
    await turn() // accepts connections that have already arrived
    await turn()
    this.#isClosed = true
    this.#listener.close()
    for (const take of this.#callers.splice(0)) take(undefined)
    for (const { response } of this.#requests.splice(0)) response.destroy()
    await closed
  }
}

/** A request that waits for `serveForever` or `handleRequest`. */
interface WaitingRequest {
  readonly environ: Environ
  readonly response: NodeResponse
}
