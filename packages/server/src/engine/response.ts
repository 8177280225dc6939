/** The writer that core's driver sends one response through, and the head that it sends. RFC 9112 §4 to §6 */
import type { Environ, HeaderList, ResponseWriter } from '@phial/core'
import type { AccessRecord } from '../logs/access.ts'
import { refusalAnswer, type Refusal } from '../refusal.ts'
import type { TransportOptions } from '../transport.ts'
import { Share } from '../turns.ts'
import type { Output } from './output.ts'
import type { Head } from './request.ts'

/** What a response needs of its connection. */
export interface ResponseOwner {
  readonly options: TransportOptions
  readonly output: Output
  /** Whether the server closes the connection after the response to this request. */
  readonly isLast: boolean
  /** Called when the head of a 101 was made: what comes from now on is not HTTP. */
  switched(): void
  /** Called when the response is over. */
  answered(response: EngineResponse): void
  /** Called when the response breaks off: the client has to see that it is incomplete. */
  broken(response: EngineResponse): void
}

const NOTHING = new Uint8Array(0)

export class EngineResponse implements ResponseWriter {
  readonly #owner: ResponseOwner
  readonly #method: string
  readonly #isOld: boolean
  readonly #upgrade: string | undefined
  /** When the request began, by the clock of `performance`. */
  readonly #began = performance.now()
  #share: Share | undefined
  status = ''
  headers: HeaderList = []
  /** Bytes of the body that were sent. */
  bytes = 0
  /** Whether nothing more will be sent. */
  isOver = false
  /** Whether the connection closes after this response, as its head said. */
  isLast = false
  #framing: Framing = 'none'
  /** The head, until it leaves with the first bytes of the body. */
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

  /** Returns what precedes a chunk: its size, and the head if that has not left. RFC 9112 §7.1 */
  #before(chunk: Uint8Array): string {
    return `${this.#takeHead()}${chunk.byteLength.toString(16)}\r\n`
  }

  /** Returns the head if it has not left. */
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

  /** Sends a refusal. The connection has to close, because the next request cannot be told apart from the rest of this one. */
  refuse(refusal: Refusal): void {
    const { headers, body } = refusalAnswer(refusal)
    this.writeHead(refusal.status, headers)
    this.end(this.#method === 'HEAD' ? undefined : body)
  }

  /** Marks the client as gone: nothing more is sent, and the signal fires. */
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

  /** Made on first access: few responses take long enough to need it. */
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

/** What decides about the framing. */
export interface Asked {
  readonly method: string
  /** Whether it was asked for in HTTP/1.0. */
  readonly isOld: boolean
  /** Whether the connection closes after this answer. */
  readonly isLast: boolean
  /** How long, in seconds, it is kept if it does not; 0 for ever. */
  readonly keepAlive: number
  /** The protocol that the client offers to switch to. */
  readonly upgrade: string | undefined
}

export interface WireHead {
  readonly text: string
  readonly framing: Framing
  /** Whether the connection closes: the client asked for that, or learns in no other way where the body ends. */
  readonly isLast: boolean
}

/** Adds what the application leaves to the server: `Date`, `Connection` and the framing. */
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

/** What HTTP/1.0 needs to hear, and what tells a client of HTTP/1.1 how long a connection is good for. */
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

/** The time as `Date` says it, made once a second. RFC 9110 §5.6.7 */
export function httpDate(): string {
  const now = Date.now()
  if (now - second >= 1000 || now < second) {
    second = now - (now % 1000)
    text = new Date(now).toUTCString()
  }
  return text
}
