/**
 * `app.websocket`: a view that accepts the handshake, and a handler that runs as long as the connection is open.
 *
 *     GET ──hooks──► view ──checks──► 101 ──afterRequest, session──► body: the handler runs
 *
 * Until the 101 response, it is an ordinary request: sessions, `beforeRequest` and error pages work.
 */
import type { Environ } from '@phial/core'
import type { ViewFunction } from '../answer/views.ts'
import type { RequestContext } from '../context/context.ts'
import { BadRequest, HTTPException, NotImplemented } from '../errors/http-errors.ts'
import type { Maybe } from '../helpers/promises.ts'
import { Response } from '../response/response.ts'
import { checkOrigin } from '../safety/cross-site.ts'
import type { Accepted, Handshake } from './codec.ts'
import { WebSocketConnection } from './connection.ts'

/** Handles one WebSocket connection. When it returns, the connection is closed with 1000; when it throws, with 1011. */
export type WebSocketHandler<Values = Record<string, unknown>> = (
  socket: WebSocketConnection,
  values: Values,
  context: RequestContext,
) => Maybe<void>

/** Options of a WebSocket route, in addition to those of any route. */
export interface WebSocketOptions {
  /** The supported subprotocols, preferred first. Default: none. */
  protocols?: readonly string[]
}

/** Returns the view of a WebSocket route. */
export function websocketView(
  handler: WebSocketHandler<never>,
  protocols: readonly string[],
): ViewFunction {
  const view: ViewFunction = async (values, context) => {
    const { request, app } = context
    assertUpgradable(context)
    checkOrigin(request, app.config)
    const { acceptHandshake } = await import('./codec.ts')
    const { environ } = request
    const accepted = acceptHandshake(fieldsOf(environ), environ['wsgi.input'], {
      maxPayload: app.config.WEBSOCKET_MAX_MESSAGE_SIZE,
      protocols,
    })
    if (typeof accepted === 'string') throw badHandshake(accepted)
    const socket = new WebSocketConnection(accepted.codec, app.config.WEBSOCKET_PING_INTERVAL)
    return new SwitchingProtocols(accepted, new Conversation(accepted, socket, context, () => (handler as WebSocketHandler)(socket, values, context))) // prettier-ignore
  }
  Object.defineProperty(view, 'name', { value: handler.name })
  return view
}

/** The apps for which the warning has been logged. */
const warned = new WeakSet<object>()

/**
 * Throws `BadRequest` if the request is not a handshake, and `NotImplemented` if the server does not support upgrades,
 * which is logged once.
 */
function assertUpgradable({ request, app }: RequestContext): void {
  const { environ } = request
  if (environ['phial.upgrade'] === 'websocket') return
  if (String(environ['HTTP_UPGRADE']).toLowerCase() !== 'websocket')
    throw badHandshake('Expected a WebSocket handshake. Open this URL with new WebSocket(url).')
  if (!warned.has(app)) {
    warned.add(app)
    app.logger.warning(
      `${request.path} is a WebSocket route, but this server does not support phial.upgrade for it. Serve the app with phial run, or with phial-server and its own engine. A proxy in front of the server must forward Connection and Upgrade.`,
    )
  }
  throw new NotImplemented('This server does not support WebSockets.')
}

function badHandshake(why: string): BadRequest {
  return new BadRequest(why, { headers: { 'Sec-WebSocket-Version': '13' } })
}

function fieldsOf(environ: Environ): Handshake {
  const field = (name: string): string | undefined => {
    const value = environ[`HTTP_${name.toUpperCase().replaceAll('-', '_')}`]
    return typeof value === 'string' ? value : undefined
  }
  const names = ['sec-websocket-key', 'sec-websocket-version', 'sec-websocket-protocol']
  return { upgrade: 'websocket', ...Object.fromEntries(names.map((name) => [name, field(name)])) }
}

/** The 101 response. An app cannot create a response with this status otherwise. */
class SwitchingProtocols extends Response {
  constructor({ headers }: Accepted, body: Conversation) {
    super(body, { headers })
    this.headers.delete('Content-Type')
  }

  override get status(): number {
    return 101
  }

  override set status(_status: number | string) {
    // The handshake has been accepted, so the status cannot be changed.
  }

  override get statusLine(): string {
    return '101 Switching Protocols'
  }
}

/** The response body, which consists of frames. The handler starts when the first chunk is requested. */
class Conversation implements AsyncIterableIterator<Uint8Array> {
  readonly #accepted: Accepted
  readonly #socket: WebSocketConnection
  readonly #context: RequestContext
  readonly #handle: () => Maybe<void>
  #handling: Promise<void> | undefined
  readonly #retire = (): void => this.#socket.close(1001, 'The server is going away')

  constructor(
    accepted: Accepted,
    socket: WebSocketConnection,
    context: RequestContext,
    handle: () => Maybe<void>,
  ) {
    this.#accepted = accepted
    this.#socket = socket
    this.#context = context
    this.#handle = handle
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#handling ??= this.#begin()
    return this.#accepted.wire.next()
  }

  /** Closes the connection, and waits for the handler, so that the request ends after it. */
  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#accepted.wire.destroy()
    await this.#handling
    return { done: true, value: undefined }
  }

  async #begin(): Promise<void> {
    const retiring = this.#context.request.environ['phial.retiring']
    retiring?.addEventListener('abort', this.#retire)
    if (retiring?.aborted === true) this.#retire()
    try {
      await this.#handle()
      this.#socket.close()
    } catch (error) {
      this.#closeFor(error)
    } finally {
      retiring?.removeEventListener('abort', this.#retire)
    }
  }

  /**
   * Closes the connection with 1008 and the description of an HTTP error below 500. Logs any other error and closes
   * with 1011. RFC 6455 §7.4.1
   */
  #closeFor(error: unknown): void {
    const { app } = this.#context
    if (error instanceof HTTPException && error.code < 500)
      return this.#socket.close(1008, cut(error.description))
    app.logException(error, this.#context)
    this.#socket.close(1011, 'Internal Server Error')
  }
}

/** Truncates a reason to the 123 bytes that fit into a close frame. */
function cut(reason: string): string {
  const { read } = new TextEncoder().encodeInto(reason, new Uint8Array(123))
  return reason.slice(0, read)
}
