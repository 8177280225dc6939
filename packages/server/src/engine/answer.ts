/** One answer on its way to the client: the transport that core's driver speaks to. */
import type { Environ, HeaderList, ResponseWriter } from '@phial/core'
import type { Refusal } from '../head-rules.ts'
import type { AccessRecord } from '../logs/access.ts'
import { refusalAnswer } from '../refusal.ts'
import type { Body } from './body.ts'
import { environOf, type Surroundings } from './environ.ts'
import type { Head } from './head.ts'
import type { Output } from './output.ts'
import { responseHead, type Framing } from './response-head.ts'

/** What an answer asks of its connection. */
export interface AnswerOwner extends Surroundings {
  readonly output: Output
  /** Whether the connection closes after the answer to this request, as far as the server has a say. */
  readonly isLast: boolean
  /** The answer is over. */
  answered(answer: Answer): void
  /** The answer broke off: the client has to see that it is not whole. */
  broken(answer: Answer): void
}

export class Answer implements ResponseWriter {
  readonly environ: Environ
  readonly #owner: AnswerOwner
  readonly #method: string
  readonly #isOld: boolean
  /** When it began, by the clock of `performance`; 0 where nobody asks. */
  readonly #began: number
  status = ''
  headers: HeaderList = []
  /** How many bytes of the body were sent. */
  bytes = 0
  /** Whether nothing more will be sent. */
  isOver = false
  /** Whether the connection closes after it, which its head has said. */
  isLast = false
  #framing: Framing = 'none'
  /** The head, until it leaves with the first bytes. */
  #head = ''
  isGone = false
  #gone: AbortController | undefined

  constructor(head: Head, body: Body | undefined, owner: AnswerOwner) {
    this.#method = head.method
    this.#isOld = head.isOld
    this.#owner = owner
    this.#began = owner.options.onAnswer === undefined ? 0 : performance.now()
    this.environ = environOf(head, owner, body, this)
  }

  /** Whether the client can still be told of an error. */
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
    })
    this.#head = head.text
    this.#framing = head.framing
    this.isLast = head.isLast
  }

  write(chunk: Uint8Array): void | Promise<void> {
    if (this.isOver) return undefined
    const { output } = this.#owner
    this.bytes += chunk.byteLength
    if (this.#framing === 'chunks') output.gather(this.#before(chunk), chunk, '\r\n')
    else output.gather(this.#takeHead(), chunk, '')
    return output.isFull ? output.room() : undefined
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

  /** What leaves before a chunk: its size, and the head if it has not left. RFC 9112 §7.1 */
  #before(chunk: Uint8Array): string {
    return `${this.#takeHead()}${chunk.byteLength.toString(16)}\r\n`
  }

  /** The head, if it has not left. */
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

  /** Answers in the server's own words. The connection has to close: what follows cannot be told apart. */
  refuse(refusal: Refusal): void {
    const { headers, body } = refusalAnswer(refusal)
    this.writeHead(refusal.status, headers)
    this.end(this.#method === 'HEAD' ? undefined : body)
  }

  /** The client has gone: nothing is sent any more, and whoever listens is told. */
  leave(): void {
    this.isOver = true
    this.isGone = true
    this.#gone?.abort()
  }

  /** Made when it is asked for: few answers take long enough. */
  get signal(): AbortSignal {
    this.#gone ??= new AbortController()
    if (this.isGone) this.#gone.abort()
    return this.#gone.signal
  }

  /** What the access log is told. */
  record(): AccessRecord {
    const { environ, status, headers, bytes } = this
    const duration = performance.now() - this.#began
    const time = new Date(Date.now() - duration)
    return { environ, status, headers, bytes, time, duration }
  }
}
