/**
 * The writer that core's driver sends one response through, on top of a `ServerResponse`, which does the
 * framing. It knows the request's body too, because they share a connection: the unread rest of the body
 * decides whether the connection can be kept.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { emptyInput, inputStream } from '@phial/core'
import type { HeaderList, InputStream } from '@phial/core'
import { lingeringClose } from '../lingering-close.ts'
import { refusalAnswer, type Refusal } from '../refusal.ts'
import { UNREAD_LIMIT, type Limits, type TransportResponse } from '../transport.ts'
import { atEndOfTurn, Share } from '../turns.ts'
import { NodeRequestBody, type Clock } from './body.ts'

/** What a response has from its server. */
export interface ResponseSetting {
  /** Whether the 100 (Continue) is left to it. True if not given: a host that embeds an application sends its own. */
  readonly asks?: boolean
  /** The clock for the body's time limit. None if not given. */
  readonly deadlines?: Clock
}

export class NodeResponse implements TransportResponse {
  /** The request's body. */
  readonly input: InputStream
  status = ''
  headers: HeaderList = []
  /** How many bytes of the body were sent. */
  bytes = 0
  /** Whether the connection closes after this answer. */
  isLast = false
  readonly #request: IncomingMessage
  readonly #response: ServerResponse
  readonly #body: NodeRequestBody
  readonly began: number = performance.now()
  #share: Share | undefined
  #gone: AbortController | undefined
  /** Whether what the application still says is for nobody: the client has gone, or the server has answered itself. */
  #isDeaf = false
  /** Whether the client holds its body back until it is asked for. RFC 9110 §10.1.1 */
  #holdsBack: boolean

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    limits: Limits,
    { asks = true, deadlines }: ResponseSetting = {},
  ) {
    this.#request = request
    this.#response = response
    this.#body = new NodeRequestBody(request, limits, deadlines)
    this.#holdsBack = asks && request.headers.expect !== undefined && request.httpVersion === '1.1'
    this.input = this.#body.length === 0 ? emptyInput() : inputStream(this.#pieces())
  }

  /** Calls back when the answer is through, or the client has gone. */
  onOver(over: () => void): void {
    this.#response.once('close', over)
  }

  /** Kept when it is. */
  over(): Promise<void> {
    return this.#response.closed
      ? Promise.resolve()
      : new Promise((resolve) => this.onOver(resolve))
  }

  /** The connection is closed, or this answer is through. If it is not, its client has gone. */
  leave(): void {
    if (!this.isThrough(this.#response)) this.#turnDeaf()
  }

  protected isThrough(response: ServerResponse): boolean {
    return response.writableFinished
  }

  #turnDeaf(): void {
    this.#isDeaf = true
    this.#gone?.abort()
  }

  /** How long it has taken, in milliseconds. */
  get duration(): number {
    return performance.now() - this.began
  }

  get isGone(): boolean {
    return this.#isDeaf
  }

  get signal(): AbortSignal {
    if (this.#gone === undefined) {
      this.#gone = new AbortController()
      if (this.#isDeaf) this.#gone.abort()
    }
    return this.#gone.signal
  }

  /** Whether the request is here to its last byte. */
  get isReceived(): boolean {
    return this.#body.isReceived
  }

  async *#pieces(): AsyncGenerator<Uint8Array> {
    if (this.#holdsBack && !this.#response.headersSent) {
      this.#response.writeContinue()
      this.#holdsBack = false
    }
    yield* this.#body.pieces((refusal) => this.#interrupt(refusal))
  }

  writeHead(status: string, headers: HeaderList): void {
    if (!this.#isDeaf) this.#writeHead(status, headers)
  }

  #writeHead(status: string, headers: HeaderList): void {
    this.status = status
    this.headers = headers
    const isTooLong = !this.isReceived && this.#body.length > UNREAD_LIMIT
    this.sendHead(this.#response, this.isLast || isTooLong)
  }

  /** How it goes to Node; HTTP/2 has another way. */
  protected sendHead(response: ServerResponse, closes: boolean): void {
    const lines: string[] = []
    for (const [name, value] of this.headers) lines.push(name, value)
    if (closes) lines.push('Connection', 'close')
    response.writeHead(Number(this.status.slice(0, 3)), this.status.slice(4), lines)
  }

  /** Node holds a chunk until the socket takes it; the application may fill it anew before that, so it is copied. */
  write(chunk: Uint8Array): void | Promise<void> {
    if (this.#response.destroyed || this.#isDeaf) return undefined
    this.bytes += chunk.byteLength
    if (!this.#response.write(Buffer.from(chunk))) return this.#room()
    this.#share ??= new Share(this.began)
    return this.#share.wait()
  }

  /** Waits for the end of this turn of the event loop: the first bytes may come in it. */
  flushHeaders(): void {
    atEndOfTurn(() => {
      const isSent = this.bytes > 0 || this.#response.writableEnded || this.#response.destroyed
      if (!isSent && !this.#isDeaf) this.#response.flushHeaders()
    })
  }

  /** Kept when there is room again, or the client has gone. */
  #room(): Promise<void> {
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
    if (!this.#response.destroyed && !this.#isDeaf) this.#end(chunk)
  }

  #end(chunk?: Uint8Array): void {
    if (chunk !== undefined) this.bytes += chunk.byteLength
    if (chunk === undefined) this.#response.end()
    else this.#response.end(Buffer.from(chunk))
    if (!this.isReceived && !this.#holdsBack) this.#body.discard()
  }

  destroy(): void {
    if (!this.#isDeaf) this.cut(this.#response)
  }

  protected cut(response: ServerResponse): void {
    if (response.socket) lingeringClose(response.socket)
    else response.destroy()
  }

  /** Answers in the server's own words, and closes. */
  refuse(refusal: Refusal): void {
    const { headers, body } = refusalAnswer(refusal)
    this.isLast = true
    this.#writeHead(refusal.status, headers)
    this.#end(this.#request.method === 'HEAD' ? undefined : body)
  }

  /** The same while the application is at it: if its answer has begun, it is cut off instead. */
  #interrupt(refusal: Refusal): void {
    if (this.status === '') this.refuse(refusal)
    else this.cut(this.#response)
    this.#turnDeaf()
  }

  /** Its request broke off: the client is told by other means. False if the answer has begun. */
  giveWay(refusal: Refusal): boolean {
    if (this.status !== '') return false
    const { headers, body } = refusalAnswer(refusal)
    this.status = refusal.status
    this.headers = headers
    this.bytes = body.byteLength
    return true
  }
}
