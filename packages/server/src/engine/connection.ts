/**
 * One connection: bytes become requests, one after another, and their answers go back.
 *
 *     at rest ──► head ──► answer ──► rest of the body ──► at rest, or closing ──► closed
 *
 * `advance` is the loop; each of its steps looks at what has come, and goes as far as that allows.
 */
import type { Socket } from 'node:net'
import { Refused, type Refusal } from '../head-rules.ts'
import { BODY_RATE, type Peer, type TransportOptions } from '../transport.ts'
import { Answer, type AnswerOwner } from './answer.ts'
import { Body, type BodyOwner } from './body.ts'
import { Deadline } from './deadlines.ts'
import { decoderOf } from './decoder.ts'
import { unreadHead } from './environ.ts'
import { HeadReader, type Head } from './head.ts'
import { Intake } from './intake.ts'
import { Output, type Shared } from './output.ts'
import type { Reader } from './reader.ts'

/** How long, in seconds, a client that still sends is heard out so that it can see the answer. RFC 9112 §9.6 */
const LINGER = 1
const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n'

/** What connections share. */
export interface Host extends Shared {
  readonly options: TransportOptions
  /** Whether each answer is to be the last on its connection. */
  readonly isRetiring: boolean
  /** Whether nothing is waited for any more. */
  readonly isClosing: boolean
  closed(connection: Connection): void
}

/** What is waited for while no request is under way. */
type Rest =
  | 'first request'
  | 'next request'
  | 'end of a head'
  | 'end of a body'
  | 'end of the connection'

export class Connection implements AnswerOwner, BodyOwner {
  readonly output: Output
  readonly #socket: Socket
  readonly peer: Peer
  readonly options: TransportOptions
  readonly #host: Host
  readonly #intake: Intake
  readonly #reader: Reader
  readonly #heads: HeadReader
  readonly #deadline = new Deadline(() => this.#late())
  #rest: Rest = 'first request'
  /** The request under way: its answer, its body if it has one, and whether it is to be the last. */
  #answer: Answer | undefined
  #body: Body | undefined
  #closes = false
  /** Whether the client holds the body back until it is asked for. RFC 9110 §10.1.1 */
  #holdsBack = false
  /** How many bytes of it have to come before its time begins anew. */
  #owed = 0
  #isAdvancing = false

  constructor(socket: Socket, peer: Peer, host: Host) {
    const { limits } = host.options
    this.#socket = socket
    this.peer = peer
    this.options = host.options
    this.#host = host
    this.#heads = new HeadReader(limits)
    this.output = new Output(socket, host, limits.writeTimeout, () => this.advance())
    this.#deadline.start(limits.headTimeout)
    host.deadlines.add(this.#deadline)
    socket.allowHalfOpen = true // else an answer could not leave after the client's end
    socket.setNoDelay(true)
    this.#intake = new Intake(socket, () => this.advance())
    this.#reader = this.#intake.reader
    socket.on('end', () => this.#ended())
    socket.on('finish', () => this.#deadline.start(LINGER))
    socket.on('error', () => undefined) // 'close' comes after it
    socket.on('close', () => this.#closed())
  }

  // Requests come.

  /** Goes on as far as what has come allows. */
  advance(): void {
    if (this.#isAdvancing) return
    this.#isAdvancing = true
    try {
      while (this.#step());
    } catch (error) {
      this.bodyRefused(error)
    } finally {
      this.#isAdvancing = false
    }
    this.#wait()
  }

  /** Whether there may be another step to go. */
  #step(): boolean {
    if (this.#rest === 'end of the connection') return false
    if (this.#answer === undefined) return this.#readHead()
    if (this.#answer.isOver) return this.#finish(this.#answer)
    this.#body?.arrived()
    return false
  }

  #readHead(): boolean {
    if (this.output.isFull) return false // the client takes no answers: it gets no more
    const head = this.#heads.read(this.#reader)
    if (head === undefined) return false
    this.#begin(head)
    return true
  }

  #begin(head: Head): void {
    const { options } = this
    this.#deadline.stop()
    this.#closes = head.closes
    this.#holdsBack = head.expects && head.length > 0
    this.#owed = 0
    if (head.length > 0)
      this.#body = new Body(decoderOf(this.#reader, head.length, options.limits), this)
    const answer = new Answer(head, this.#body, this)
    this.#answer = answer
    if (head.refusal === undefined) void options.handle(answer.environ, answer)
    else this.#refuse(head.refusal)
  }

  /** What is left of the body is dropped; then the next request has its turn, if there is to be one. */
  #finish(answer: Answer): boolean {
    const body = this.#body
    if (body !== undefined && !this.#isHeldBack && !body.drop()) {
      if (this.#rest !== 'end of a body')
        this.#deadline.start(answer.isLast ? LINGER : this.options.limits.bodyTimeout)
      this.#rest = 'end of a body'
      return false
    }
    const isWhole = body === undefined || body.isDone
    const isWanted = !this.#host.isClosing || this.#reader.size > 0
    if (answer.isLast || !isWhole || !isWanted) {
      this.#close()
      return false
    }
    this.#answer = this.#body = undefined
    this.#rest = 'next request'
    this.#deadline.start(this.options.limits.keepAlive)
    return true
  }

  /** Nothing more can be done with what is here. */
  #wait(): void {
    if (this.#answer === undefined && this.#rest === 'next request') {
      if (this.#heads.hasBegun || this.#reader.hasBegun) {
        this.#rest = 'end of a head'
        this.#deadline.start(this.options.limits.headTimeout)
      }
    }
    this.#intake.balance()
  }

  // What the answer and the body ask for.

  /** Whether the client waits to be asked for its body, and has not been. */
  get #isHeldBack(): boolean {
    return this.#holdsBack && this.#reader.size === 0
  }

  get isLast(): boolean {
    return (
      this.#closes ||
      this.#host.isRetiring ||
      this.#isHeldBack ||
      (this.#body !== undefined && this.#body.isTooLong)
    )
  }

  bodyAsked(): void {
    if (this.#isHeldBack && this.#answer?.hasBegun === false) this.output.send(CONTINUE)
    this.#holdsBack = false
    if (this.#owed > 0) return this.#deadline.resume()
    this.#owed = BODY_RATE * this.options.limits.bodyTimeout
    this.#deadline.start(this.options.limits.bodyTimeout)
  }

  bodyCame(count: number): void {
    this.#holdsBack = false
    this.#owed -= count
    this.#deadline.stop()
    if (!this.#isAdvancing) this.#wait()
  }

  bodyRefused(error: unknown): void {
    if (!(error instanceof Refused)) throw error
    this.#refuse(error.refusal)
  }

  answered(answer: Answer): void {
    this.#record(answer)
    this.advance()
  }

  broken(answer: Answer): void {
    this.#record(answer)
    this.#close()
  }

  /** Refuses the request under way, or what ought to have been one. Nothing after it is looked at. */
  #refuse(refusal: Refusal): void {
    this.#closes = true
    const body = this.#body
    this.#body = undefined // nobody knows where it ends
    const answer = (this.#answer ??= new Answer(unreadHead(this.#heads.line), undefined, this))
    if (answer.hasBegun) answer.destroy()
    else answer.refuse(refusal)
    answer.leave()
    body?.fail(new DOMException(refusal.reason, 'AbortError'))
    this.#close()
  }

  #record(answer: Answer): void {
    this.options.onAnswer?.(answer.record())
  }

  // The end.

  /** Too long has passed. */
  #late(): void {
    const answer = this.#answer
    if (this.#rest === 'end of the connection') this.#socket.destroy()
    else if (answer?.isOver === true) this.#close()
    else if (answer !== undefined) this.#refuse(lateBody)
    else if (this.#rest === 'next request' || this.#host.isClosing) this.#close()
    else this.#refuse(lateHead)
    this.advance()
  }

  /** The client sends no more. Whoever waits for the answer has gone, for all that can be told from here. */
  #ended(): void {
    this.#leave()
    this.#close()
  }

  #leave(): void {
    const answer = this.#answer
    if (answer === undefined || answer.isOver) return
    answer.leave()
    this.#body?.fail(
      new DOMException('The client left before its request was whole.', 'AbortError'),
    )
    this.#record(answer)
  }

  /** Closes once all is sent; until the client has closed too, what it sends is dropped, so that it can see the answer. */
  #close(): void {
    if (this.#rest === 'end of the connection') return
    this.#rest = 'end of the connection'
    this.#deadline.stop()
    this.#intake.end()
    this.output.end()
  }

  #closed(): void {
    this.#leave()
    this.output.closed()
    this.#host.deadlines.delete(this.#deadline)
    this.#host.closed(this)
  }

  /** Closes if no request is under way. A fresh connection is given a moment: its client may be about to ask. */
  closeAtRest(): void {
    if (this.#answer !== undefined) return
    if (this.#rest === 'first request' && !this.#heads.hasBegun) this.#deadline.start(LINGER)
    else if (this.#rest === 'next request') this.#close()
  }

  /** Cuts the connection. */
  cut(): void {
    this.#socket.destroy()
  }
}

const late = (what: string): Refusal => ({
  status: '408 Request Timeout',
  reason: `the ${what} did not come in time (RFC 9110 §15.5.9)`,
})
const lateHead = late('head of the request')
const lateBody = late('rest of the body')
