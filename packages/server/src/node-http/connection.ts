/** A connection of the `node:http` transport: its requests in order, and how long it has been idle. */
import type { Socket } from 'node:net'
import type { Environ } from '@phial/core'
import type { AccessRecord } from '../logs/access.ts'
import type { Timed } from '../deadlines.ts'
import type { Limits, Peer } from '../transport.ts'
import { turns } from '../turns.ts'
import type { NodeResponse } from './response.ts'

/** A request that is being answered or waits for its turn. */
export interface PendingRequest {
  /** Created on first access, because a burst of pipelined requests is parsed in one turn of the event loop. */
  readonly environ: Environ
  readonly response: NodeResponse
  /** Calls the application. */
  readonly start: () => void
}

/** What an idle connection was waiting for when its time expired. */
export type Late = 'first request' | 'end of a head' | 'next request'

/** The time limits of an idle connection, in seconds; 0 means no limit. */
export type IdleLimits = Pick<Limits, 'headTimeout' | 'keepAlive'>

export class NodeConnection implements Timed {
  place = -1
  readonly socket: Socket
  readonly peer: Peer
  /** In the order of their arrival. Each waits for the end of the one before, so that responses do not pile up if the client does not read. */
  readonly requests: Set<PendingRequest> = new Set()
  /** Resolves once the connection is closed. */
  readonly closed: Promise<void>
  /** Whether further requests are ignored. */
  isOver = false
  /** Whether the received bytes are malformed, so that no further request can be found in them. */
  isBroken = false
  /** How long the client has read nothing of a response, in milliseconds. */
  stuckFor = 0
  #sent = 0
  readonly #limits: IdleLimits
  readonly #late: (connection: NodeConnection, late: Late) => void
  #current: PendingRequest | undefined
  #latest: NodeResponse | undefined
  /** How long the connection has waited, in milliseconds, and whether it waits for the rest of a head. */
  #waited = 0
  #isComing = false
  /** The number of bytes that had arrived when the connection became idle. */
  #idleAt: number

  /** Calls `late` when the connection has been idle for longer than `limits` allow. */
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

  /** Whether part of the next head has arrived. */
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
    this.#current = request
    request.start()
  }

  /** Whether the request has been started and has not ended. */
  isCurrent(request: PendingRequest): boolean {
    return this.#current === request
  }

  /** Ends a request. Starts the next one immediately, or in a later turn of the event loop if this turn has taken long. */
  end(request: PendingRequest): void {
    this.requests.delete(request)
    this.#idleAt = this.socket.bytesRead
    this.#waited = 0
    this.#isComing = false
    if (!this.isCurrent(request)) return
    this.#current = undefined
    if (this.isIdle) return
    if (turns.isOver(performance.now())) turns.later(() => this.#startNext())
    else this.#startNext()
  }

  #startNext(): void {
    const [next] = this.requests
    if (next && !this.#current && this.socket.writable) this.#start(next)
  }

  /** Counts the time in which the connection is idle, or its client reads nothing of a response. */
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
    const sent = this.socket.bytesWritten - this.socket.writableLength
    const isStuck = !this.isIdle && this.socket.writableLength > 0 && sent === this.#sent
    this.stuckFor = isStuck ? this.stuckFor + passed : 0
    this.#sent = sent
  }

  /** How long the connection has been idle, or has waited for the rest of a head, in milliseconds. */
  get waited(): number {
    return this.#waited
  }
}

/** Returns the record of a request for the access log. */
export function recordOf({ environ, response }: Omit<PendingRequest, 'start'>): AccessRecord {
  const { status, headers, bytes, duration } = response
  return { environ, status, headers, bytes, time: new Date(Date.now() - duration), duration }
}
