/** The writer through which core's driver sends a response, and the serialization of the response head. RFC 9112 §4 to §6 */
import type { Environ, HeaderList } from '@phial/core'
import type { AccessRecord } from '../logs/access.ts'
import { refusalAnswer, type Refusal } from '../refusal.ts'
import type { TransportOptions, TransportResponse } from '../transport.ts'
import { Share } from '../turns.ts'
import type { Output } from './output.ts'
import type { Head } from './request.ts'

/** The connection of a response. */
export interface ResponseOwner {
  readonly options: TransportOptions
  readonly output: Output
  /** The headers of a connection that persists, as `persistence` serializes them. */
  readonly persistence: string
  /** Whether the server closes the connection after the response to this request. */
  readonly isLast: boolean
  /** Called with the head of a 101: the following bytes are not HTTP. */
  switched(): void
  /** Called when the response has ended. */
  answered(response: EngineResponse): void
  /** Called when the response fails. The client must be able to detect that it is incomplete. */
  broken(response: EngineResponse): void
}

const NOTHING = new Uint8Array(0)

export class EngineResponse implements TransportResponse {
  readonly #owner: ResponseOwner
  readonly #request: Head
  readonly began: number = performance.now()
  #share: Share | undefined
  status = ''
  headers: HeaderList = []
  /** The number of body bytes sent. */
  bytes = 0
  /** Whether the response has ended. */
  isOver = false
  /** Whether the head announced that the connection closes after this response. */
  isLast = false
  #framing: Framing = 'none'
  /** The serialized head, until it is sent with the first bytes of the body. */
  #head = ''
  isGone = false
  #gone: AbortController | undefined
  #onGone: (() => void) | undefined

  constructor(request: Head, owner: ResponseOwner) {
    this.#request = request
    this.#owner = owner
  }

  /** Whether the head was written, so that an error can no longer replace the response. */
  get hasBegun(): boolean {
    return this.status !== ''
  }

  /** Serializes the head. Adds the headers that the server is responsible for: `Date`, `Connection` and the framing. */
  writeHead(status: string, headers: HeaderList): void {
    if (this.isOver) return
    this.status = status
    this.headers = headers
    let text = `HTTP/1.1 ${status}\r\n`
    let hasDate = false
    let hasLength = false
    for (const [name, value] of headers) {
      text += `${name}: ${value}\r\n`
      if (name === 'Content-Length' || isLike(name, 'content-length')) hasLength = true
      if (isLike(name, 'date')) hasDate = true
    }
    if (!hasDate) text += dateLine()
    const framing = framingOf(status, hasLength, this.#request)
    if (framing === 'chunks') text += 'Transfer-Encoding: chunked\r\n'
    this.#framing = framing
    this.isLast = framing === 'end' || framing === 'raw' || this.#owner.isLast
    if (framing === 'raw') this.#switch(text)
    else this.#head = text + (this.isLast ? CLOSE : this.#owner.persistence)
  }

  #switch(text: string): void {
    this.#head = `${text}Connection: Upgrade\r\nUpgrade: ${this.#request.upgrade ?? ''}\r\n\r\n`
    this.#owner.switched()
  }

  write(chunk: Uint8Array): void | Promise<void> {
    if (this.isOver) return undefined
    const { output } = this.#owner
    this.bytes += chunk.byteLength
    if (this.#framing === 'chunks') output.gather(this.#before(chunk), chunk, '\r\n')
    else output.gather(this.#takeHead(), chunk, '')
    if (output.isFull) return output.room()
    this.#share ??= new Share(this.began)
    return this.#share.wait()
  }

  flushHeaders(): void {
    if (!this.isOver && this.#head !== '') this.#owner.output.gather(this.#takeHead(), NOTHING, '')
  }

  end(chunk?: Uint8Array): void {
    if (this.isOver) return
    const { output } = this.#owner
    const last = this.#framing === 'chunks' ? '0\r\n\r\n' : ''
    this.bytes += chunk?.byteLength ?? 0
    if (chunk === undefined) output.send(this.#takeHead() + last)
    else if (last === '') output.send(this.#takeHead(), chunk)
    else output.send(this.#before(chunk), chunk, `\r\n${last}`)
    this.isOver = true
    this.#owner.answered(this)
  }

  /** Returns the bytes that precede a chunk: its size, and the head if it has not been sent. RFC 9112 §7.1 */
  #before(chunk: Uint8Array): string {
    return `${this.#takeHead()}${chunk.byteLength.toString(16)}\r\n`
  }

  /** Returns the head if it has not been sent, else an empty string. */
  #takeHead(): string {
    const head = this.#head
    this.#head = ''
    return head
  }

  destroy(): void {
    if (this.isOver) return
    if (this.#head !== '') this.#owner.output.send(this.#takeHead())
    this.isOver = true
    this.#owner.broken(this)
  }

  /** Sends an error response. The connection must close, because the end of the rejected request is unknown. */
  refuse(refusal: Refusal): void {
    const { headers, body } = refusalAnswer(refusal)
    this.writeHead(refusal.status, headers)
    this.end(this.#request.method === 'HEAD' ? undefined : body)
  }

  /** Marks the client as disconnected: nothing more is sent, and the signal fires. */
  leave(): void {
    this.isOver = true
    this.isGone = true
    this.#onGone?.()
    this.#gone?.abort()
  }

  onGone(leave: (() => void) | undefined): void {
    this.#onGone = leave
    if (this.isGone) leave?.()
  }

  /** The value of `phial.signal`. Created on first access, because few responses need it. */
  get signal(): AbortSignal {
    this.#gone ??= new AbortController()
    if (this.isGone) this.#gone.abort()
    return this.#gone.signal
  }

  /** Returns the record for the access log. */
  record(environ: Environ): AccessRecord {
    const { status, headers, bytes } = this
    const duration = performance.now() - this.began
    const time = new Date(Date.now() - duration)
    return { environ, status, headers, bytes, time, duration }
  }
}

/**
 * What marks the end of the body: a length, the last chunk, or the end of the connection. `none` is a response without
 * a body. `raw` is another protocol, which also ends with the connection.
 */
type Framing = 'length' | 'chunks' | 'end' | 'none' | 'raw'

function framingOf(status: string, hasLength: boolean, { method, isOld, upgrade }: Head): Framing {
  if (upgrade !== undefined && status.startsWith('101')) return 'raw'
  if (method === 'HEAD' || status.startsWith('204') || status.startsWith('304')) return 'none'
  if (hasLength) return 'length'
  return isOld ? 'end' : 'chunks'
}

/** Reports whether a header name is this one, in any case. */
function isLike(name: string, lower: string): boolean {
  return name.length === lower.length && name.toLowerCase() === lower
}

/** The end of the head of the last response on a connection. */
const CLOSE = 'Connection: close\r\n\r\n'

/**
 * Returns the end of the head of a response that others may follow on the connection within so many seconds; 0 means no
 * limit. HTTP/1.0 clients need `Connection`; `Keep-Alive` announces the timeout.
 */
export function persistence(seconds: number): string {
  const timeout = seconds === 0 ? '' : `Keep-Alive: timeout=${Math.floor(seconds)}\r\n`
  return `Connection: keep-alive\r\n${timeout}\r\n`
}

let line: string | undefined

/** Returns `Date` with the current time, made once a second, as in `node:http`. RFC 9110 §6.6.1 */
export function dateLine(): string {
  if (line !== undefined) return line
  const now = new Date()
  line = `Date: ${now.toUTCString()}\r\n`
  setTimeout(() => (line = undefined), 1000 - now.getMilliseconds()).unref()
  return line
}
