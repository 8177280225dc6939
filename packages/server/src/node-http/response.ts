/**
 * Sends a response for core's driver through a `ServerResponse`, which does the framing. It also has the body of the
 * request, because they share a connection, and the unread part of the body decides whether the connection can be kept
 * open.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { emptyInput, inputStream } from '@phial/core'
import type { HeaderList, InputStream } from '@phial/core'
import { lingeringClose } from '../lingering-close.ts'
import { refusalAnswer, type Refusal } from '../refusal.ts'
import { UNREAD_LIMIT, type Limits, type TransportResponse } from '../transport.ts'
import { atEndOfTurn, Share } from '../turns.ts'
import { NodeRequestBody, type Clock } from './body.ts'

/** Options of a response. */
export interface ResponseSetting {
  /** Whether to send 100 (Continue). Default: true. A server that embeds an application sends its own. */
  readonly sendsContinue?: boolean
  /** Measures the body's time limit. Default: no limit. */
  readonly deadlines?: Clock
}

export class NodeResponse implements TransportResponse {
  /** The request's body. */
  readonly input: InputStream
  status = ''
  headers: HeaderList = []
  /** The number of body bytes sent. */
  bytes = 0
  /** Whether the connection closes after this response. */
  isLast = false
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  readonly #body: NodeRequestBody
  readonly began: number = performance.now()
  #share: Share | undefined
  #gone: AbortController | undefined
  /** Whether further output of the application is ignored, because the client has disconnected or the server has responded itself. */
  #isAborted = false
  /** Whether the client waits for a 100 (Continue) before it sends the body. RFC 9110 §10.1.1 */
  #expectsContinue: boolean

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    limits: Limits,
    { sendsContinue = true, deadlines }: ResponseSetting = {},
  ) {
    this.#request = request
    this.#response = response
    this.#body = new NodeRequestBody(request, limits, deadlines)
    this.#expectsContinue =
      sendsContinue && request.headers.expect !== undefined && request.httpVersion === '1.1'
    this.input = this.#body.length === 0 ? emptyInput() : inputStream(this.#pieces())
  }

  /** Calls back when the response is complete, or the client has disconnected. */
  onOver(over: () => void): void {
    this.#response.once('close', over)
  }

  /** Resolves when the response is complete, or the client has disconnected. */
  over(): Promise<void> {
    return this.#response.closed
      ? Promise.resolve()
      : new Promise((resolve) => this.onOver(resolve))
  }

  /** Must be called when the connection has closed or the response is complete. If it is not complete, the client has disconnected. */
  closed(): void {
    if (!this.isComplete(this.#response)) this.#abort()
  }

  protected isComplete(response: ServerResponse): boolean {
    return response.writableFinished
  }

  #abort(): void {
    this.#isAborted = true
    this.#gone?.abort()
  }

  /** The time since the request arrived, in milliseconds. */
  get duration(): number {
    return performance.now() - this.began
  }

  get isGone(): boolean {
    return this.#isAborted
  }

  get signal(): AbortSignal {
    if (this.#gone === undefined) {
      this.#gone = new AbortController()
      if (this.#isAborted) this.#gone.abort()
    }
    return this.#gone.signal
  }

  /** Whether the complete request has arrived. */
  get isReceived(): boolean {
    return this.#body.isReceived
  }

  async *#pieces(): AsyncGenerator<Uint8Array> {
    if (this.#expectsContinue && !this.#response.headersSent) {
      this.#response.writeContinue()
      this.#expectsContinue = false
    }
    yield* this.#body.pieces((refusal) => this.#interrupt(refusal))
  }

  writeHead(status: string, headers: HeaderList): void {
    if (!this.#isAborted) this.#writeHead(status, headers)
  }

  #writeHead(status: string, headers: HeaderList): void {
    this.status = status
    this.headers = headers
    const isTooLong = !this.isReceived && this.#body.length > UNREAD_LIMIT
    this.sendHead(this.#response, this.isLast || isTooLong)
  }

  /** Passes the head to Node. Overridden for HTTP/2. */
  protected sendHead(response: ServerResponse, closes: boolean): void {
    const lines: string[] = []
    for (const [name, value] of this.headers) lines.push(name, value)
    if (closes) lines.push('Connection', 'close')
    response.writeHead(Number(this.status.slice(0, 3)), this.status.slice(4), lines)
  }

  /** Writes a copy of the chunk, because Node keeps it until the socket is writable, and the application may reuse its buffer before that. */
  write(chunk: Uint8Array): void | Promise<void> {
    if (this.#response.destroyed || this.#isAborted) return undefined
    this.bytes += chunk.byteLength
    if (!this.#response.write(Buffer.from(chunk))) return this.#drained()
    this.#share ??= new Share(this.began)
    return this.#share.wait()
  }

  /** Sends the head at the end of this turn of the event loop, unless bytes of the body are written before that. */
  flushHeaders(): void {
    atEndOfTurn(() => {
      const isSent = this.bytes > 0 || this.#response.writableEnded || this.#response.destroyed
      if (!isSent && !this.#isAborted) this.#response.flushHeaders()
    })
  }

  /** Resolves when Node's buffer has drained, or the client has disconnected. */
  #drained(): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#response.off('drain', done)
        this.signal.removeEventListener('abort', done)
        resolve()
      }
      this.#response.once('drain', done)
      this.signal.addEventListener('abort', done)
    })
  }

  end(chunk?: Uint8Array): void {
    if (!this.#response.destroyed && !this.#isAborted) this.#end(chunk)
  }

  #end(chunk?: Uint8Array): void {
    if (chunk !== undefined) this.bytes += chunk.byteLength
    if (chunk === undefined) this.#response.end()
    else this.#response.end(Buffer.from(chunk))
    if (!this.isReceived && !this.#expectsContinue) this.#body.discard()
  }

  destroy(): void {
    if (!this.#isAborted) this.cut(this.#response)
  }

  protected cut(response: ServerResponse): void {
    if (response.socket) lingeringClose(response.socket)
    else response.destroy()
  }

  /** Sends the response to a rejected request, and closes the connection. */
  refuse(refusal: Refusal): void {
    const { headers, body } = refusalAnswer(refusal)
    this.isLast = true
    this.#writeHead(refusal.status, headers)
    this.#end(this.#request.method === 'HEAD' ? undefined : body)
  }

  /** Rejects the request while the application handles it. If its response has begun, cuts it off instead. */
  #interrupt(refusal: Refusal): void {
    if (this.status === '') this.refuse(refusal)
    else this.cut(this.#response)
    this.#abort()
  }

  /** Records a rejection that the transport sends itself. Returns false if the application's response has begun. */
  replaceWith(refusal: Refusal): boolean {
    if (this.status !== '') return false
    const { headers, body } = refusalAnswer(refusal)
    this.status = refusal.status
    this.headers = headers
    this.bytes = body.byteLength
    return true
  }
}
