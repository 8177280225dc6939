/** One answer on its way to the client: the transport that core's driver speaks to. */
import type { Environ, HeaderList, Transport } from '@phial/core'
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

export class Answer implements Transport {
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
  #isGone = false
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
    this.#send(chunk, '')
    const { output } = this.#owner
    return output.isFull ? output.room() : undefined
  }

  end(chunk?: Uint8Array): void {
    if (this.isOver) return
    this.#send(chunk, this.#framing === 'chunks' ? '0\r\n\r\n' : '')
    this.isOver = true
    this.#owner.answered(this)
  }

  /** Head, size, bytes and end leave in one write, as far as they are there. */
  #send(chunk: Uint8Array | undefined, last: string): void {
    const head = this.#head
    this.#head = ''
    if (chunk === undefined) {
      if (head !== '' || last !== '') this.#owner.output.send(head + last)
      return
    }
    this.bytes += chunk.byteLength
    if (this.#framing !== 'chunks') this.#owner.output.send(head, chunk)
    else {
      const size = `${chunk.byteLength.toString(16)}\r\n`
      this.#owner.output.send(head + size, chunk, `\r\n${last}`)
    }
  }

  destroy(): void {
    if (this.isOver) return
    if (this.#head !== '') this.#send(undefined, '')
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
    this.#isGone = true
    this.#gone?.abort()
  }

  /** Made when it is asked for: few answers take long enough. */
  get signal(): AbortSignal {
    this.#gone ??= new AbortController()
    if (this.#isGone) this.#gone.abort()
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
