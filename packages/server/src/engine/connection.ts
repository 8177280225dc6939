/**
 * A connection. It parses requests one after another and sends their responses.
 *
 *     idle ──► head ──► response ──► rest of the body ──► idle, or closing ──► closed
 *
 * `advance` is the loop. Each of its steps runs as far as the received bytes allow.
 */
import type { Socket } from 'node:net'
import type { Environ } from '@phial/core'
import { Deadline, type Timed } from '../deadlines.ts'
import { LINGER_IDLE, LINGER_SILENCE, LINGER_TIME } from '../lingering-close.ts'
import { Refused, type Bounds, type Refusal } from '../refusal.ts'
import { BODY_RATE, LAST_CALL, type Peer, type TransportOptions } from '../transport.ts'
import { turns } from '../turns.ts'
import { RequestBody, type BodyOwner } from './body.ts'
import { decoderOf, RawDecoder } from './decoder.ts'
import { HeadReader } from './head.ts'
import { Output, type OutputOwner, type Shared } from './output.ts'
import { Intake, type IntakeOwner } from './reader.ts'
import { environOf, unreadHead, type Head } from './request.ts'
import { EngineResponse, type ResponseOwner } from './response.ts'

const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n'

/** The engine, as a connection uses it. */
export interface ConnectionOwner extends Shared {
  readonly options: TransportOptions
  readonly bounds: Bounds
  /** The value of `phial.retiring` in environs. */
  readonly retiring: AbortSignal
  /** The headers of a connection that persists. */
  readonly persistence: string
  /** Whether each response is the last on its connection. */
  readonly isRetiring: boolean
  /** Whether idle connections are closed. */
  readonly isClosing: boolean
  closed(connection: EngineConnection): void
}

/** What a connection waits for while no request is in progress. */
type AwaitedEvent =
  | 'first request'
  | 'next request'
  | 'end of a head'
  | 'end of a body'
  | 'end of the connection'

/** What the client may still send when the server closes the connection. */
type StillSends = 'nothing' | 'a request' | 'a body'

export class EngineConnection implements IntakeOwner, OutputOwner, ResponseOwner, BodyOwner, Timed {
  place = -1
  readonly output: Output
  readonly #socket: Socket
  readonly peer: Peer
  readonly options: TransportOptions
  readonly persistence: string
  readonly #owner: ConnectionOwner
  readonly #intake: Intake
  readonly #heads: HeadReader
  readonly #deadline = new Deadline()
  #rest: AwaitedEvent = 'first request'
  /** The request in progress: its environ, response and body, and whether the connection closes after it. */
  #environ: Environ | undefined
  #response: EngineResponse | undefined
  #body: RequestBody | undefined
  #closes = false
  /** Decodes the bytes after a switch to another protocol. */
  #raw: RawDecoder | undefined
  /** Whether the client holds the body back until it is asked for. RFC 9110 §10.1.1 */
  #holdsBack = false
  /** The number of body bytes that must arrive before the body timeout restarts. */
  #owed = 0
  #isAdvancing = false
  /** Whether the next request waits for another turn of the event loop. */
  #awaitsTurn = false
  /** Whether the client has closed its side. */
  #hasEnded = false
  /** How long the client may be silent after the server has closed its side, in seconds. */
  #silence = LINGER_IDLE
  /** Limits the lingering close of a client that keeps sending. */
  #lingering: Deadline | undefined

  constructor(socket: Socket, peer: Peer, owner: ConnectionOwner) {
    const { limits } = owner.options
    this.#socket = socket
    this.peer = peer
    this.options = owner.options
    this.persistence = owner.persistence
    this.#owner = owner
    this.#heads = new HeadReader(owner.bounds)
    this.output = new Output(socket, owner, limits.writeTimeout, this)
    this.#deadline.start(limits.headTimeout)
    socket.allowHalfOpen = true // responses must still be sent after the client has closed its side
    socket.setNoDelay(true)
    this.#intake = new Intake(socket, this)
    socket.on('end', this.#ended)
    socket.on('error', ignore) // 'close' follows
    socket.on('close', this.#closed)
  }

  // Reading requests

  /** Handles received bytes: part of a request, or data sent during a lingering close. */
  arrived(): void {
    if (this.#rest !== 'end of the connection') this.advance()
    else if (this.#socket.writableFinished) this.#deadline.start(this.#silence)
  }

  /** Runs the loop as far as the received bytes allow. */
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

  /** Performs one step. Returns whether another step may be possible. */
  #step(): boolean {
    if (this.#rest === 'end of the connection') return false
    if (this.#response === undefined) return this.#readHead()
    if (this.#response.isOver) return this.#finish(this.#response)
    this.#body?.arrived()
    return false
  }

  #readHead(): boolean {
    if (this.#awaitsTurn) return false
    if (this.output.isFull) return false // the client does not read its responses
    const head = this.#heads.read(this.#intake)
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
      this.#body = new RequestBody(decoderOf(this.#intake, head.length, this.#owner.bounds), this)
    else if (head.upgrade !== undefined)
      this.#body = new RequestBody((this.#raw = new RawDecoder(this.#intake)), this)
    const response = this.#respondTo(head)
    if (head.refusal !== undefined) this.#refuse(head.refusal)
    else if (this.#environ !== undefined) void options.handle(this.#environ, response)
  }

  /** Creates the response to a request, and its environ. */
  #respondTo(head: Head): EngineResponse {
    const response = new EngineResponse(head, this)
    this.#response = response
    this.#environ = environOf(head, this, this.#owner.retiring, this.#body, response)
    return response
  }

  /** Discards the rest of the body, then continues with the next request or closes. Returns whether to continue. */
  #finish(response: EngineResponse): boolean {
    const body = this.#body
    const isDropped = body === undefined || body.drop()
    const isWhole = body === undefined || body.isDone
    const isWanted = !this.#owner.isClosing || this.#intake.size > 0
    if (response.isLast || (isDropped && !isWhole) || !isWanted) {
      // RFC 9112 §9.6: a client that asked for `close` sends no more requests. Nor does one that closed its side.
      const isSilent = (this.#closes || this.#hasEnded) && this.#intake.size === 0
      this.#close(!isWhole ? 'a body' : isSilent ? 'nothing' : 'a request')
      return false
    }
    if (!isWhole) {
      if (this.#rest !== 'end of a body') this.#deadline.start(this.options.limits.bodyTimeout)
      this.#rest = 'end of a body'
      return false
    }
    this.#environ = this.#response = this.#body = this.#raw = undefined
    this.#rest = 'next request'
    if (this.#intake.size > 0 && turns.isOver(performance.now())) return this.#awaitTurn()
    this.#deadline.start(this.options.limits.keepAlive)
    return true
  }

  /** Lets other connections run before the next pipelined request of this client. */
  #awaitTurn(): false {
    this.#awaitsTurn = true
    turns.later(() => {
      this.#awaitsTurn = false
      this.advance()
    })
    return false
  }

  /** Called when the received bytes do not allow another step. */
  #wait(): void {
    if (this.#hasEnded && !this.#awaitsTurn && this.#raw?.isOpen !== true) this.#leaveAndClose()
    if (this.#response === undefined && this.#rest === 'next request' && !this.#awaitsTurn) {
      if (this.#heads.hasBegun || this.#intake.hasBegun) {
        this.#rest = 'end of a head'
        this.#deadline.start(this.options.limits.headTimeout)
      }
    }
    this.#intake.balance()
  }

  // Requests from the response and the body

  /** Whether the client still waits for a 100 (Continue). */
  get #isHeldBack(): boolean {
    return this.#holdsBack && this.#intake.size === 0
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
    if (this.#raw?.isOpen === true) return // another protocol has its own timeouts
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

  switched(): void {
    if (this.#raw === undefined) return
    this.#raw.isOpen = true
    this.#raw.hasEnded = this.#hasEnded
  }

  answered(response: EngineResponse): void {
    if (this.options.onAnswer !== undefined) this.#record(response)
    this.advance()
  }

  broken(response: EngineResponse): void {
    this.#record(response)
    this.#close()
  }

  /** Rejects the request in progress, or bytes that are not a valid request. Nothing after them is parsed. */
  #refuse(refusal: Refusal): void {
    this.#closes = true
    const body = this.#body
    this.#body = undefined // its end is unknown
    const response = (this.#response ??= this.#respondTo(unreadHead(this.#heads.line)))
    if (response.hasBegun) response.destroy()
    else response.refuse(refusal)
    response.leave()
    body?.fail(new DOMException(refusal.reason, 'AbortError'))
    this.#close('a body')
  }

  #record(response: EngineResponse): void {
    if (this.#environ !== undefined) this.options.onAnswer?.(response.record(this.#environ))
  }

  // Closing

  /** Whether no byte of a request has arrived. Such a connection is closed without a response. */
  get #isIdle(): boolean {
    const hasBegun = this.#heads.hasBegun || this.#intake.hasBegun
    return this.#rest === 'next request' || (this.#rest === 'first request' && !hasBegun)
  }

  look(passed: number): void {
    if (this.#deadline.isOver(passed)) this.#late()
    if (this.#lingering?.isOver(passed) === true || this.output.isStuck(passed)) this.cut()
  }

  /** Handles an expired deadline. */
  #late(): void {
    const response = this.#response
    if (this.#rest === 'end of the connection') this.cut()
    else if (response?.isOver === true) this.#close()
    else if (response !== undefined) this.#refuse(lateBody)
    else if (this.#isIdle || this.#owner.isClosing) this.#close()
    else this.#refuse(lateHead)
    this.advance()
  }

  /**
   * Handles the client closing its side. As in nginx and `node:http`, this counts as a disconnect, because the server
   * cannot distinguish the two. Requests that arrived earlier are answered if the application answers synchronously. In
   * another protocol, it only ends the input of the application.
   */
  readonly #ended = (): void => {
    this.#hasEnded = true
    if (this.#raw?.isOpen === true) {
      this.#raw.hasEnded = true
      this.advance()
    } else if (!this.#awaitsTurn) this.#leaveAndClose()
  }

  #leaveAndClose(): void {
    this.#leave()
    this.#close()
  }

  #leave(): void {
    const response = this.#response
    if (response === undefined || response.isOver) return
    response.leave()
    this.#body?.fail(
      new DOMException('The client disconnected before its request was complete.', 'AbortError'),
    )
    this.#record(response)
  }

  /**
   * Closes the connection once all data is sent. If the client may still be sending, its data is discarded for a while,
   * so that it can read the response. With TLS, the close is always announced to the client first.
   */
  #close(sends: StillSends = 'a request'): void {
    if (this.#rest === 'end of the connection') return
    this.#rest = 'end of the connection'
    this.#deadline.stop()
    if (sends === 'nothing' && this.peer.scheme === 'http' && this.output.isSent) {
      this.#socket.destroy()
      return
    }
    if (sends === 'a body') this.#linger()
    this.#socket.once('finish', () => this.#deadline.start(this.#silence))
    this.#intake.end()
    this.output.end()
  }

  #linger(): void {
    this.#silence = LINGER_SILENCE
    this.#lingering = new Deadline()
    this.#lingering.start(LINGER_TIME)
  }

  readonly #closed = (): void => {
    this.#rest = 'end of the connection'
    if (this.#response?.isOver === false) this.#leave()
    this.output.closed()
    this.#owner.closed(this)
  }

  /** Waits less for the next request, if it waits. */
  retire(): void {
    if (this.#rest !== 'next request' || this.#response !== undefined) return
    this.#deadline.shorten(this.options.limits.keepAlive, LAST_CALL)
  }

  /** Closes an idle connection. A new connection gets a short delay, because its client may be about to send a request. */
  closeIfIdle(): void {
    if (this.#response !== undefined || this.#awaitsTurn) return
    if (this.#rest === 'first request' && !this.#heads.hasBegun) this.#deadline.start(LINGER_IDLE)
    else if (this.#rest === 'next request') this.#close()
  }

  /** Destroys the connection. */
  cut(): void {
    this.#socket.destroy()
  }
}

const ignore = (): void => undefined

const late = (what: string): Refusal => ({
  status: '408 Request Timeout',
  reason: `the ${what} did not arrive in time (RFC 9110 §15.5.9)`,
})
const lateHead = late('head of the request')
const lateBody = late('rest of the body')
