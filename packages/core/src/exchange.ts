/** One answer on its way: what `startResponse` said, and how much has been sent. The state of the driver. */
import { isPromise } from './chunks.ts'
import { isSwitching } from './grammar.ts'
import { errorText, isAbortError, logError } from './log-error.ts'
import { checkHead, type ResponseHead } from './response-head.ts'
import { breach, enforce } from './rules/index.ts'
import type { Sent } from './rules/rule.ts'
import type { ResponseWriter } from './response-writer.ts'
import type { Environ, HeaderList, StartResponse, Write } from './types.ts'

/** What is told of an error. Servers log it; `call` hands it to its caller. */
export type OnError = (error: unknown) => void

/** Stands for an error where there is none to report: the client has left. */
export const GONE: Error = new Error('The client has gone')

const ERROR_TEXT = new TextEncoder().encode('Internal Server Error\n')
const ERROR_HEADERS: HeaderList = [
  ['Content-Type', 'text/plain; charset=utf-8'],
  ['Content-Length', String(ERROR_TEXT.byteLength)],
]

export class Exchange {
  readonly #environ: Environ
  readonly #method: string
  /** The server's `phial.upgrade`. */
  readonly #offered: string | undefined
  readonly #writer: ResponseWriter
  readonly #onError: OnError | undefined
  /** Whether `startResponse` was called, even if that call was refused. */
  #called = false
  #head: ResponseHead | undefined
  /** Whether the bytes of the response are not for the wire: to `HEAD`, and with 204, 205 and 304. */
  #carriesNothing: boolean
  /** Whether the head has left. */
  #sending = false
  /** Whether nothing more will leave. */
  #over = false
  /** Whether bytes came that `Content-Length` leaves no room for. */
  #full = false
  #sent = 0
  #onGone: (() => void) | undefined
  /** Kept when there is room again for what follows all that `write` was given. */
  writing: Promise<void> | undefined

  /** `onError` defaults to the log of the request, `wsgi.errors`. */
  constructor(environ: Environ, writer: ResponseWriter, onError?: OnError) {
    this.#environ = environ
    this.#method = environ.REQUEST_METHOD
    this.#carriesNothing = this.#method === 'HEAD'
    this.#offered = environ['phial.upgrade']
    this.#writer = writer
    this.#onError = onError
  }

  readonly startResponse: StartResponse = (...args) => {
    const [status, headers, excInfo] = args
    const again = this.#called
    this.#called = true
    if (this.#sending && excInfo !== undefined && excInfo !== null) throw excInfo
    const offered = this.#offered
    const head = checkHead({ args: args.length, status, headers, excInfo, again, offered })
    this.#head = head
    this.#carriesNothing = head.isBodyless || this.#method === 'HEAD'
    if (isSwitching(head.status)) this.#switch()
    return this.write
  }

  /** The client waits for the head before it speaks the other protocol. */
  #switch(): void {
    const room = this.#flushHead()
    if (isPromise(room)) this.#waitFor(room)
  }

  /** Sends a chunk at once, and the head before it; no bytes send the head alone. PEP 3333, “The `write()` Callable”. */
  readonly write: Write = (chunk) => {
    if (this.#over) throw breach('APP-20', 'write was called after the end')
    const room = this.send(chunk) ?? this.#flushHead()
    if (isPromise(room)) this.#waitFor(room)
    return room
  }

  #flushHead(): void | Promise<void> {
    if (this.#sending || this.#head === undefined || this.isGone) return undefined
    this.#sendHead()
    return this.#writer.flushHeaders?.()
  }

  /** The driver waits before the body; until it does, a failure is nobody’s unhandled rejection. */
  #waitFor(room: Promise<void>): void {
    const { writing } = this
    this.writing = writing === undefined ? room : writing.then(() => room)
    Promise.all([room, this.writing]).catch(() => undefined)
  }

  /** Whether head, length and body can still leave together. */
  get canEndWhole(): boolean {
    return this.#head !== undefined && !this.#sending && !this.#over
  }

  /** Whether nothing that may still come would be sent. */
  get isDone(): boolean {
    return this.#over || this.#full || (this.#sending && this.#carriesNothing)
  }

  /** Whether the client has left. */
  get isGone(): boolean {
    return this.#writer.isGone ?? this.#writer.signal?.aborted === true
  }

  /** Leaves the loop around the body by way of `fail`, which has nothing to report then. */
  stopIfGone(): void {
    if (this.isGone) throw GONE
  }

  /** Sends a chunk, and the head before the first one that has bytes. */
  send(chunk: Uint8Array): void | Promise<void> {
    this.#check(chunk)
    const part = this.#fit(chunk)
    if (part.byteLength === 0) return undefined
    this.#sendHead()
    this.#sent += part.byteLength
    return this.#carriesNothing ? undefined : this.#writer.write(part)
  }

  /** Ends the answer. If the head has not left, there were no bytes, and it says so. */
  end(): void | Promise<void> {
    if (this.#over) return undefined
    if (this.#head !== undefined) this.#sendHead(0)
    if (!this.isDone) this.#checkEnd()
    this.#over = true
    return this.#writer.end()
  }

  /** Ends the answer with the only chunk that it has: its length is known before the head leaves. */
  endWith(chunk: Uint8Array): void | Promise<void> {
    this.#check(chunk)
    const declared = this.#head?.length ?? chunk.byteLength
    if (declared !== chunk.byteLength) return this.#endWithOther(chunk)
    this.#sendHead(declared)
    this.#over = true
    return chunk.byteLength === 0 || this.#carriesNothing
      ? this.#writer.end()
      : this.#writer.end(chunk)
  }

  /** The same, where the application gave another length. */
  #endWithOther(chunk: Uint8Array): void | Promise<void> {
    const room = this.send(chunk)
    return isPromise(room) ? room.then(() => this.end()) : this.end()
  }

  /** Answers an error: with 500 if nothing has left yet and somebody still listens, by cutting the connection otherwise. */
  fail(error: unknown): void | Promise<void> {
    this.report(error)
    if (this.#over) return undefined
    this.#over = true
    if (this.#sending || this.isGone) return this.#writer.destroy(error)
    this.#sending = true
    this.#writer.writeHead(
      '500 Internal Server Error',
      ERROR_HEADERS.map(([name, value]) => [name, value]),
    )
    return this.#method === 'HEAD' ? this.#writer.end() : this.#writer.end(ERROR_TEXT)
  }

  /** Passes an error on, unless it only says that the client has left. */
  readonly report = (error: unknown): void => {
    if (error === GONE || (this.isGone && this.#saysGone(error))) return
    try {
      if (this.#onError === undefined) logError(this.#environ, error)
      else this.#onError(error)
    } catch (failure) {
      console.error(errorText(failure))
    }
  }

  #saysGone(error: unknown): boolean {
    return error === this.#writer.signal?.reason || isAbortError(error)
  }

  /** Calls back once when the client leaves; at once if it has left already. */
  onGone(leave: () => void): void {
    if (this.#writer.onGone !== undefined) return this.#writer.onGone(leave)
    const { signal } = this.#writer
    if (signal === undefined) return
    this.#onGone = () => leave()
    signal.addEventListener('abort', this.#onGone)
    if (signal.aborted) leave()
  }

  /** Takes the callback back. */
  release(): void {
    this.#writer.onGone?.(undefined)
    if (this.#onGone !== undefined) this.#writer.signal?.removeEventListener('abort', this.#onGone)
    this.#onGone = undefined
  }

  #check(chunk: Uint8Array): void {
    if (chunk instanceof Uint8Array && this.#head !== undefined) return
    enforce('chunk', { ...this.#progress(), chunk }, 'driver')
  }

  #checkEnd(): void {
    const { length = 0 } = this.#head ?? {}
    if (this.#head !== undefined && this.#sent >= length) return
    enforce('end', { ...this.#progress(), trapped: false }, 'driver')
  }

  /** As much of a chunk as `Content-Length` has room for. Too much is an error, and is reported: it is never sent. */
  #fit(chunk: Uint8Array): Uint8Array {
    const declared = this.#head?.length
    if (declared === undefined || this.#carriesNothing) return chunk
    const room = declared - this.#sent
    if (chunk.byteLength <= room) return chunk
    this.#full = true
    this.report(
      breach(
        'APP-17',
        `${this.#sent + chunk.byteLength} bytes came where Content-Length says ${declared}`,
      ),
    )
    return chunk.subarray(0, room)
  }

  /** Sends the head, once. `length` is that of the body, where it is known and the application did not give it. */
  #sendHead(length?: number): void {
    const head = this.#head
    if (this.#sending || head === undefined) return
    this.#sending = true
    const { status } = head
    let { headers } = head
    if (head.isBodyless) headers = bodyless(status, headers)
    else if (
      length !== undefined &&
      head.length === undefined &&
      (length > 0 || !this.#carriesNothing)
    )
      headers.push(['Content-Length', String(length)])
    this.#writer.writeHead(status, headers)
  }

  #progress(): Sent {
    const { status = '', headers = [] } = this.#head ?? {}
    return {
      started: this.#head !== undefined,
      status,
      headers,
      sent: this.#sent,
      method: this.#method,
    }
  }
}

/** The headers of a response without a body. 204 has no length, that of 205 is 0, and 304 has the one of a 200. RFC 9110 §8.6 and §15.3.6 */
function bodyless(status: string, headers: HeaderList): HeaderList {
  if (status.startsWith('304')) return headers
  const others = headers.filter(([name]) => name.toLowerCase() !== 'content-length')
  return status.startsWith('205') ? [...others, ['Content-Length', '0']] : others
}
