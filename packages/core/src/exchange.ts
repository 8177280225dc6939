/** The state of the driver for one request: the arguments of `startResponse`, and how much has been sent. */
import { isPromise } from './chunks.ts'
import {
  cachedByName,
  isBodyless,
  isContentLength,
  isFieldValue,
  isStatus,
  isSwitching,
  isToken,
} from './grammar.ts'
import { isHopByHop } from './headers.ts'
import { errorText, isAbortError, logError } from './log-error.ts'
import { declaredLength } from './rules/application.ts'
import { breach, enforce } from './rules/index.ts'
import type { Sent, Start } from './rules/rule.ts'
import type { ResponseWriter } from './response-writer.ts'
import type { Environ, HeaderList, StartResponse, Write } from './types.ts'

/** Called with an error. Servers log it; `call` rejects with it. */
export type OnError = (error: unknown) => void

/** Stops the driver if the client has disconnected. It is not reported. */
export const GONE: Error = new Error('The client has gone')

const ERROR_TEXT = new TextEncoder().encode('Internal Server Error\n')
const ERROR_HEADERS: HeaderList = [
  ['Content-Type', 'text/plain; charset=utf-8'],
  ['Content-Length', String(ERROR_TEXT.byteLength)],
]

export class Exchange {
  readonly #environ: Environ
  readonly #method: string
  /** The value of `phial.upgrade`. */
  readonly #offered: string | undefined
  readonly #writer: ResponseWriter
  readonly #onError: OnError | undefined
  /** Whether `startResponse` was called, even if the call was rejected. */
  #called = false
  #head: ResponseHead | undefined
  /** Whether no bytes of the body are sent: with `HEAD`, 204, 205 and 304. */
  #carriesNothing: boolean
  /** Whether the head was sent. */
  #sending = false
  /** Whether nothing more will be sent. */
  #over = false
  /** Whether the application sent more bytes than `Content-Length` allows. */
  #full = false
  #sent = 0
  #onGone: (() => void) | undefined
  /** Resolves when the server accepts more data after all calls of `write`. */
  writing: Promise<void> | undefined

  /** `onError` writes to `wsgi.errors` by default. */
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
    const head =
      (again || args.length > 3 ? undefined : quickHead(status, headers)) ??
      checkedHead({ args: args.length, status, headers, excInfo, again, offered })
    this.#head = head
    this.#carriesNothing = head.isBodyless || this.#method === 'HEAD'
    if (offered !== undefined && isSwitching(head.status)) this.#switch()
    return this.write
  }

  /** Sends the head now, because the client waits for it before it speaks the other protocol. */
  #switch(): void {
    const room = this.#flushHead()
    if (isPromise(room)) this.#waitFor(room)
  }

  /** Sends a chunk immediately, after the head. An empty chunk sends the head alone. PEP 3333, “The `write()` Callable”. */
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

  /** Makes the driver wait before it sends the body. Until then, a failure is not an unhandled rejection. */
  #waitFor(room: Promise<void>): void {
    const { writing } = this
    this.writing = writing === undefined ? room : writing.then(() => room)
    Promise.all([room, this.writing]).catch(() => undefined)
  }

  /** Whether the head, with the length of the body, and the body can still be sent together. */
  get canEndWhole(): boolean {
    return this.#head !== undefined && !this.#sending && !this.#over
  }

  /** Whether further chunks would not be sent. */
  get isDone(): boolean {
    return this.#over || this.#full || (this.#sending && this.#carriesNothing)
  }

  /** Whether the client has disconnected. */
  get isGone(): boolean {
    return this.#writer.isGone ?? this.#writer.signal?.aborted === true
  }

  /** Throws {@link GONE} if the client has disconnected. */
  stopIfGone(): void {
    if (this.isGone) throw GONE
  }

  /** Sends a chunk, after the head if it is the first one that is not empty. */
  send(chunk: Uint8Array): void | Promise<void> {
    this.#check(chunk)
    const part = this.#fit(chunk)
    if (part.byteLength === 0) return undefined
    this.#sendHead()
    this.#sent += part.byteLength
    return this.#carriesNothing ? undefined : this.#writer.write(part)
  }

  /** Ends the response. If the head was not sent, the body is empty, and the head says so. */
  end(): void | Promise<void> {
    if (this.#over) return undefined
    if (this.#head !== undefined) this.#sendHead(0)
    if (!this.isDone) this.#checkEnd()
    this.#over = true
    return this.#writer.end()
  }

  /** Ends the response with its only chunk, whose length the head can declare. */
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

  /** Does the same if the application declared another length. */
  #endWithOther(chunk: Uint8Array): void | Promise<void> {
    const room = this.send(chunk)
    return isPromise(room) ? room.then(() => this.end()) : this.end()
  }

  /** Reports an error. Sends a 500 if the head was not sent and the client is connected; else cuts the connection. */
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

  /** Passes an error to `onError`, unless its cause is that the client has disconnected. */
  report(error: unknown): void {
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

  /** Calls back once when the client disconnects, or immediately if it has. */
  onGone(leave: () => void): void {
    if (this.#writer.onGone !== undefined) return this.#writer.onGone(leave)
    const { signal } = this.#writer
    if (signal === undefined) return
    this.#onGone = () => leave()
    signal.addEventListener('abort', this.#onGone)
    if (signal.aborted) leave()
  }

  /** Removes the callback. */
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

  /** Returns as much of a chunk as `Content-Length` allows. The excess is never sent, and reported as an error. */
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

  /** Sends the head if it was not sent. `length` is that of the body, if known: the application may not have declared it. */
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

/** Returns the headers of a response without a body: 204 has no length, 205 has 0, 304 that of a 200. RFC 9110 §8.6 and §15.3.6 */
function bodyless(status: string, headers: HeaderList): HeaderList {
  if (status.startsWith('304')) return headers
  const others = headers.filter(([name]) => name.toLowerCase() !== 'content-length')
  return status.startsWith('205') ? [...others, ['Content-Length', '0']] : others
}

/** The checked arguments of `startResponse`. */
interface ResponseHead {
  readonly status: string
  /** A copy, so that later changes to the application's list are not sent unchecked. */
  readonly headers: HeaderList
  /** The value of `Content-Length`, if it is declared. */
  readonly length: number | undefined
  /** Whether a response with this status has no body. */
  readonly isBodyless: boolean
}

/**
 * Checks a status and headers, looking at each header once, which `bench/core.ts` measures. Returns `undefined` if they
 * are not in order, or need the table of rules to decide it: see `checkedHead`.
 */
function quickHead(status: unknown, headers: unknown): ResponseHead | undefined {
  if (typeof status !== 'string' || !Array.isArray(headers)) return undefined
  const kind = statusKind(status)
  if (kind === undefined) return undefined
  const copy: HeaderList = []
  let length: number | undefined
  for (const pair of headers as unknown[]) {
    if (!Array.isArray(pair) || pair.length !== 2) return undefined
    const [name, value] = pair as unknown[]
    if (typeof name !== 'string' || typeof value !== 'string') return undefined
    const checks = headerKind(name)
    if (checks === 'plain') {
      if (!isFieldValue(value)) return undefined
    } else if (checks === 'length' && length === undefined && isContentLength(value))
      length = Number(value)
    else return undefined
    copy.push([name, value])
  }
  return { status, headers: copy, length, isBodyless: kind === 'bodyless' }
}

/** Checks the same by the table of rules. Throws the {@link GatewayError} of the first rule that is broken. */
function checkedHead(start: Start): ResponseHead {
  enforce('start', start, 'driver')
  const status = start.status as string
  const headers = (start.headers as HeaderList).map(([name, value]): [string, string] => [
    name,
    value,
  ])
  return { status, headers, length: declaredLength(headers), isBodyless: isBodyless(status) }
}

const statusKind = cachedByName((status): 'plain' | 'bodyless' | undefined => {
  if (!isStatus(status)) return undefined
  return isBodyless(status) ? 'bodyless' : 'plain'
})

/** Tells which check a header needs: none but its value, its value as a length, or the table of rules. */
const headerKind = cachedByName((name): 'plain' | 'length' | 'other' => {
  if (name.toLowerCase() === 'content-length') return 'length'
  return isToken(name) && !isHopByHop(name) ? 'plain' : 'other'
})
