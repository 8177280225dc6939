/** One connection of the `node:http` transport: its requests in order, and how long it has waited for the next one. */
import type { Socket } from 'node:net'
import type { Environ } from '@phial/core'
import type { AccessRecord } from '../logs/access.ts'
import type { Timed } from '../deadlines.ts'
import type { Limits, Peer } from '../transport.ts'
import { turns } from '../turns.ts'
import type { NodeResponse } from './response.ts'

/** A request that is in progress or waits for its turn. */
export interface PendingRequest {
  /** Made when it is asked for: a burst of requests is parsed in one turn of the event loop. */
  readonly environ: Environ
  readonly response: NodeResponse
  /** Asks the application for the response. */
  readonly start: () => void
}

/** What an idle connection waited for when its time was over. */
export type Late = 'first request' | 'end of a head' | 'next request'

/** The times that a connection may take, in seconds; 0 is no limit. */
export type IdleLimits = Pick<Limits, 'headTimeout' | 'keepAlive'>

export class NodeConnection implements Timed {
  place = -1
  readonly socket: Socket
  readonly peer: Peer
  /** In the order in which they came. Each waits for the end of the one before, so that a client that reads nothing makes the server build nothing. */
  readonly requests: Set<PendingRequest> = new Set()
  /** Resolves once the connection is closed. */
  readonly closed: Promise<void>
  /** Whether no more requests are taken from it. */
  isOver = false
  /** Whether what came can no longer be told apart into requests. */
  isBroken = false
  /** For how long, in milliseconds, the client has not taken a whole write of a response. */
  stuckFor = 0
  #taken = 0
  readonly #limits: IdleLimits
  readonly #late: (connection: NodeConnection, late: Late) => void
  #underWay: PendingRequest | undefined
  #latest: NodeResponse | undefined
  /** For how long it has waited, in milliseconds, and whether for the rest of a head. */
  #waited = 0
  #isComing = false
  /** How many bytes had come when it became idle. */
  #idleAt: number

  /** Calls `late` when an idle connection has taken longer than `limits` allow. */
  constructor(
    socket: Socket,
    peer: Peer,
    limits: IdleLimits,
    late: (connection: NodeConnection, late: Late) => void,
  ) {
    this.socket = socket
    this.peer = peer
    this.#limits = limits
    this.#late = late
    this.#idleAt = socket.bytesRead - socket.readableLength
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()))
  }

  /** Whether the connection is idle. */
  get isIdle(): boolean {
    return this.requests.size === 0
  }

  /** Whether a part of the next head has come. */
  get isComing(): boolean {
    return this.isIdle && (this.#isComing || this.socket.bytesRead > this.#idleAt)
  }

  /** Whether the client may still be sending the body of its latest request. */
  get isReceiving(): boolean {
    return this.#latest?.isReceived === false
  }

  begin(request: PendingRequest): void {
    this.requests.add(request)
    this.#latest = request.response
    if (this.requests.size === 1) this.#start(request)
  }

  #start(request: PendingRequest): void {
    this.#underWay = request
    request.start()
  }

  /** Whether it has been started and is not over. */
  isUnderWay(request: PendingRequest): boolean {
    return this.#underWay === request
  }

  /** Ends a request. The next one is started at once, or in another turn of the event loop if this one has lasted long. */
  end(request: PendingRequest): void {
    this.requests.delete(request)
    this.#idleAt = this.socket.bytesRead
    this.#waited = 0
    this.#isComing = false
    if (!this.isUnderWay(request)) return
    this.#underWay = undefined
    if (this.isIdle) return
    if (turns.isOver(performance.now())) turns.later(() => this.#startNext())
    else this.#startNext()
  }

  #startNext(): void {
    const [next] = this.requests
    if (next && !this.#underWay && this.socket.writable) this.#start(next)
  }

  /** Counts the time that an idle connection takes, or a client that reads nothing of a response. */
  look(passed: number): void {
    this.#countStuck(passed)
    if (!this.isIdle || this.isOver) return
    const isFresh = this.#latest === undefined
    const { isComing } = this
    if (isComing && !this.#isComing && !isFresh) this.#waited = 0
    else this.#waited += passed
    this.#isComing = isComing
    const late = isComing ? 'end of a head' : isFresh ? 'first request' : 'next request'
    const limit = late === 'next request' ? this.#limits.keepAlive : this.#limits.headTimeout
    if (limit > 0 && this.#waited >= limit * 1000) this.#late(this, late)
  }

  #countStuck(passed: number): void {
    const taken = this.socket.bytesWritten - this.socket.writableLength
    const isStuck = !this.isIdle && this.socket.writableLength > 0 && taken === this.#taken
    this.stuckFor = isStuck ? this.stuckFor + passed : 0
    this.#taken = taken
  }

  /** For how long, in milliseconds, it has been idle, or a head has been coming. */
  get waited(): number {
    return this.#waited
  }
}

/** Returns the record of a request for the access log. */
export function recordOf({ environ, response }: Omit<PendingRequest, 'start'>): AccessRecord {
  const { status, headers, bytes, duration } = response
  return { environ, status, headers, bytes, time: new Date(Date.now() - duration), duration }
}
