/** The writer through which core's driver sends a response, and the serialization of the response head. RFC 9112 §4 to §6 */
import type { Environ, HeaderList, ResponseWriter } from '@phial/core'
import type { AccessRecord } from '../logs/access.ts'
import { refusalAnswer, type Refusal } from '../refusal.ts'
import type { TransportOptions } from '../transport.ts'
import { Share } from '../turns.ts'
import type { Output } from './output.ts'
import type { Head } from './request.ts'

/** The connection of a response. */
export interface ResponseOwner {
  readonly options: TransportOptions
  readonly output: Output
  /** Whether the server closes the connection after the response to this request. */
  readonly isLast: boolean
  /** Called when the head of a 101 was made: what comes from now on is not HTTP. */
  switched(): void
  /** Called when the response has ended. */
  answered(response: EngineResponse): void
  /** Called when the response fails. The client must be able to detect that it is incomplete. */
  broken(response: EngineResponse): void
}

const NOTHING = new Uint8Array(0)

export class EngineResponse implements ResponseWriter {
  readonly #owner: ResponseOwner
  readonly #method: string
  readonly #isOld: boolean
  readonly #upgrade: string | undefined
  /** The start of the request, as returned by `performance.now()`. */
  readonly #began = performance.now()
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

  constructor(head: Head, owner: ResponseOwner) {
    this.#method = head.method
    this.#isOld = head.isOld
    this.#upgrade = head.upgrade
    this.#owner = owner
  }

  /** Whether the head was written, so that an error can no longer replace the response. */
  get hasBegun(): boolean {
    return this.status !== ''
  }

  writeHead(status: string, headers: HeaderList): void {
    if (this.isOver) return
    this.status = status
    this.headers = headers
    const { isLast } = this.#owner
    const head = responseHead(status, headers, {
      method: this.#method,
      isOld: this.#isOld,
      isLast,
      keepAlive: this.#owner.options.limits.keepAlive,
      upgrade: this.#upgrade,
    })
    this.#head = head.text
    this.#framing = head.framing
    this.isLast = head.isLast
    if (head.framing === 'raw') this.#owner.switched()
  }

  write(chunk: Uint8Array): void | Promise<void> {
    if (this.isOver) return undefined
    const { output } = this.#owner
    this.bytes += chunk.byteLength
    if (this.#framing === 'chunks') output.gather(this.#before(chunk), chunk, '\r\n')
    else output.gather(this.#takeHead(), chunk, '')
    if (output.isFull) return output.room()
    this.#share ??= new Share(this.#began)
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
    this.end(this.#method === 'HEAD' ? undefined : body)
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
    const duration = performance.now() - this.#began
    const time = new Date(Date.now() - duration)
    return { environ, status, headers, bytes, time, duration }
  }
}

/**
 * How the client learns where the body ends: a length, chunks, the end of the connection; or there is none. `raw`
 * is another protocol, which also ends with the connection.
 */
export type Framing = 'length' | 'chunks' | 'end' | 'none' | 'raw'

/** The properties of a request that determine the framing of its response. */
export interface Asked {
  readonly method: string
  /** Whether the request uses HTTP/1.0. */
  readonly isOld: boolean
  /** Whether the connection closes after this response. */
  readonly isLast: boolean
  /** The keep-alive timeout of the connection, in seconds; 0 means no limit. */
  readonly keepAlive: number
  /** The protocol that the client offers to switch to. */
  readonly upgrade: string | undefined
}

export interface WireHead {
  readonly text: string
  readonly framing: Framing
  /** Whether the connection closes, on request or to mark the end of the body. */
  readonly isLast: boolean
}

/** Serializes a response head. Adds the headers that the server is responsible for: `Date`, `Connection` and the framing. */
export function responseHead(status: string, headers: HeaderList, asked: Asked): WireHead {
  let text = `HTTP/1.1 ${status}\r\n`
  let hasDate = false
  let hasLength = false
  for (const [name, value] of headers) {
    text += `${name}: ${value}\r\n`
    if (name.length === 14 && name.toLowerCase() === 'content-length') hasLength = true
    if (name.length === 4 && name.toLowerCase() === 'date') hasDate = true
  }
  if (!hasDate) text += `Date: ${httpDate()}\r\n`
  const framing = framingOf(status, hasLength, asked)
  const isLast = asked.isLast || framing === 'end' || framing === 'raw'
  if (framing === 'chunks') text += 'Transfer-Encoding: chunked\r\n'
  if (framing === 'raw') text += `Connection: Upgrade\r\nUpgrade: ${asked.upgrade ?? ''}\r\n`
  else if (isLast) text += 'Connection: close\r\n'
  else text += kept(asked.keepAlive)
  return { text: `${text}\r\n`, framing, isLast }
}

/** Returns the headers of a persistent connection. HTTP/1.0 clients need `Connection`; `Keep-Alive` announces the timeout. */
function kept(seconds: number): string {
  const keep = 'Connection: keep-alive\r\n'
  return seconds === 0 ? keep : `${keep}Keep-Alive: timeout=${Math.floor(seconds)}\r\n`
}

function framingOf(status: string, hasLength: boolean, asked: Asked): Framing {
  const { method, isOld, upgrade } = asked
  if (upgrade !== undefined && status.startsWith('101')) return 'raw'
  if (method === 'HEAD' || status.startsWith('204') || status.startsWith('304')) return 'none'
  if (hasLength) return 'length'
  return isOld ? 'end' : 'chunks'
}

let second = 0
let text = ''

/** Returns the current time in the format of `Date`, cached for a second. RFC 9110 §5.6.7 */
export function httpDate(): string {
  const now = Date.now()
  if (now - second >= 1000 || now < second) {
    second = now - (now % 1000)
    text = new Date(now).toUTCString()
  }
  return text
}
