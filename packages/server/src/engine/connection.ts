/**
 * One connection: bytes become requests, one after another, and their responses go back.
 *
 *     idle ──► head ──► response ──► rest of the body ──► idle, or closing ──► closed
 *
 * `advance` is the loop. Each of its steps goes as far as the bytes that have arrived allow.
 */
import type { Socket } from 'node:net'
import type { Environ } from '@phial/core'
import { Refused, type Refusal } from '../refusal.ts'
import { BODY_RATE, type Peer, type TransportOptions } from '../transport.ts'
import { RequestBody, type BodyOwner } from './body.ts'
import { Deadline } from './deadlines.ts'
import { decoderOf } from './decoder.ts'
import { HeadReader } from './head.ts'
import { Intake } from './intake.ts'
import { Output, type Shared } from './output.ts'
import type { Reader } from './reader.ts'
import { environOf, unreadHead, type Head } from './request.ts'
import { EngineResponse, type ResponseOwner } from './response.ts'

/** How long, in seconds, a client that still sends is read, so that it can see the response. RFC 9112 §9.6 */
const LINGER = 1
const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n'

/** What connections need of their engine. */
export interface ConnectionOwner extends Shared {
  readonly options: TransportOptions
  /** Whether each response is the last on its connection. */
  readonly isRetiring: boolean
  /** Whether idle connections are closed. */
  readonly isClosing: boolean
  closed(connection: EngineConnection): void
}

/** What a connection waits for while no request is in progress. */
type Rest =
  | 'first request'
  | 'next request'
  | 'end of a head'
  | 'end of a body'
  | 'end of the connection'

export class EngineConnection implements ResponseOwner, BodyOwner {
  readonly output: Output
  readonly #socket: Socket
  readonly peer: Peer
  readonly options: TransportOptions
  readonly #owner: ConnectionOwner
  readonly #intake: Intake
  readonly #reader: Reader
  readonly #heads: HeadReader
  readonly #deadline = new Deadline(() => this.#late())
  #rest: Rest = 'first request'
  /** The request in progress: its environ, its response, its body if it has one, and whether the connection closes after it. */
  #environ: Environ | undefined
  #response: EngineResponse | undefined
  #body: RequestBody | undefined
  #closes = false
  /** Whether the client holds the body back until it is asked for. RFC 9110 §10.1.1 */
  #holdsBack = false
  /** How many bytes of it have to come before its time begins anew. */
  #owed = 0
  #isAdvancing = false

  constructor(socket: Socket, peer: Peer, owner: ConnectionOwner) {
    const { limits } = owner.options
    this.#socket = socket
    this.peer = peer
    this.options = owner.options
    this.#owner = owner
    this.#heads = new HeadReader(limits)
    this.output = new Output(socket, owner, limits.writeTimeout, () => this.advance())
    this.#deadline.start(limits.headTimeout)
    owner.deadlines.add(this.#deadline)
    socket.allowHalfOpen = true // or a response could not leave after the client's end
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
    if (this.#response === undefined) return this.#readHead()
    if (this.#response.isOver) return this.#finish(this.#response)
    this.#body?.arrived()
    return false
  }

  #readHead(): boolean {
    if (this.output.isFull) return false // the client reads no responses, so it gets no more
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
      this.#body = new RequestBody(decoderOf(this.#reader, head.length, options.limits), this)
    const response = this.#respondTo(head)
    if (head.refusal !== undefined) this.#refuse(head.refusal)
    else if (this.#environ !== undefined) void options.handle(this.#environ, response)
  }

  /** Begins a response, and makes the environ that belongs to it. */
  #respondTo(head: Head): EngineResponse {
    const response = new EngineResponse(head, this)
    this.#response = response
    this.#environ = environOf(head, this, this.#body, response)
    return response
  }

  /** What is left of the body is dropped; then the next request has its turn, if there is to be one. */
  #finish(response: EngineResponse): boolean {
    const body = this.#body
    if (body !== undefined && !this.#isHeldBack && !body.drop()) {
      if (this.#rest !== 'end of a body')
        this.#deadline.start(response.isLast ? LINGER : this.options.limits.bodyTimeout)
      this.#rest = 'end of a body'
      return false
    }
    const isWhole = body === undefined || body.isDone
    const isWanted = !this.#owner.isClosing || this.#reader.size > 0
    if (response.isLast || !isWhole || !isWanted) {
      this.#close()
      return false
    }
    this.#response = this.#body = undefined
    this.#rest = 'next request'
    this.#deadline.start(this.options.limits.keepAlive)
    return true
  }

  /** Nothing more can be done with what is here. */
  #wait(): void {
    if (this.#response === undefined && this.#rest === 'next request') {
      if (this.#heads.hasBegun || this.#reader.hasBegun) {
        this.#rest = 'end of a head'
        this.#deadline.start(this.options.limits.headTimeout)
      }
    }
    this.#intake.balance()
  }

  // What the response and the body ask for.

  /** Whether the client waits to be asked for its body, and has not been. */
  get #isHeldBack(): boolean {
    return this.#holdsBack && this.#reader.size === 0
  }

  get isLast(): boolean {
    return (
      this.#closes ||
      this.#owner.isRetiring ||
      this.#isHeldBack ||
      (this.#body !== undefined && this.#body.isTooLong)
    )
  }

  bodyAsked(): void {
    if (this.#isHeldBack && this.#response?.hasBegun === false) this.output.send(CONTINUE)
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

  answered(response: EngineResponse): void {
    this.#record(response)
    this.advance()
  }

  broken(response: EngineResponse): void {
    this.#record(response)
    this.#close()
  }

  /** Refuses the request under way, or what ought to have been one. Nothing after it is looked at. */
  #refuse(refusal: Refusal): void {
    this.#closes = true
    const body = this.#body
    this.#body = undefined // nobody knows where it ends
    const response = (this.#response ??= this.#respondTo(unreadHead(this.#heads.line)))
    if (response.hasBegun) response.destroy()
    else response.refuse(refusal)
    response.leave()
    body?.fail(new DOMException(refusal.reason, 'AbortError'))
    this.#close()
  }

  #record(response: EngineResponse): void {
    if (this.#environ !== undefined) this.options.onAnswer?.(response.record(this.#environ))
  }

  // The end.

  /** Too long has passed. */
  #late(): void {
    const response = this.#response
    if (this.#rest === 'end of the connection') this.#socket.destroy()
    else if (response?.isOver === true) this.#close()
    else if (response !== undefined) this.#refuse(lateBody)
    else if (this.#rest === 'next request' || this.#owner.isClosing) this.#close()
    else this.#refuse(lateHead)
    this.advance()
  }

  /** The client sends no more. Whoever waits for the answer has gone, for all that can be told from here. */
  #ended(): void {
    this.#leave()
    this.#close()
  }

  #leave(): void {
    const response = this.#response
    if (response === undefined || response.isOver) return
    response.leave()
    this.#body?.fail(
      new DOMException('The client left before its request was whole.', 'AbortError'),
    )
    this.#record(response)
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
    this.#owner.deadlines.delete(this.#deadline)
    this.#owner.closed(this)
  }

  /** Closes if no request is under way. A fresh connection is given a moment: its client may be about to ask. */
  closeAtRest(): void {
    if (this.#response !== undefined) return
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
