/** One connection of the `node:http` transport: its requests in order, and how long it has waited for the next one. */
import type { Socket } from 'node:net'
import type { Environ } from '@phial/core'
import type { AccessRecord } from '../logs/access.ts'
import type { Peer } from '../transport.ts'
import type { NodeResponse } from './response.ts'

/** A request that is in progress or waits for its turn. */
export interface PendingRequest {
  readonly environ: Environ
  readonly response: NodeResponse
  /** Asks the application for the response. */
  readonly start: () => void
}

export class NodeConnection {
  readonly socket: Socket
  readonly peer: Peer
  /** In the order in which they came. Each waits for the end of the one before, so that a client that reads nothing makes the server build nothing. */
  readonly requests: Set<PendingRequest> = new Set()
  /** Resolves once the connection is closed. */
  readonly closed: Promise<void>
  /** Whether nothing more is taken from it. */
  isOver = false
  /** Whether what came can no longer be told apart into requests. */
  isBroken = false
  #underWay: PendingRequest | undefined
  /** Since when a head has been coming; `undefined` while none does. */
  #headSince: number | undefined = performance.now()
  /** How many bytes had come when the last request was over. */
  #restedAt = 0

  constructor(socket: Socket, peer: Peer) {
    this.socket = socket
    this.peer = peer
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()))
  }

  /** Whether the connection is idle. */
  get isIdle(): boolean {
    return this.requests.size === 0
  }

  /** Whether it is idle between two requests, and nothing of the next one has come. */
  get isKept(): boolean {
    return this.isIdle && this.#headSince === undefined
  }

  begin(request: PendingRequest): void {
    this.requests.add(request)
    this.#headSince = undefined
    if (!this.#underWay) this.#start(request)
  }

  #start(request: PendingRequest): void {
    this.#underWay = request
    request.start()
  }

  /** Whether it was called for, and is not over. */
  isUnderWay(request: PendingRequest): boolean {
    return this.#underWay === request
  }

  end(request: PendingRequest): void {
    this.requests.delete(request)
    this.#restedAt = this.socket.bytesRead
    if (this.isUnderWay(request)) this.#underWay = undefined
    const [next] = this.requests
    if (next && this.socket.writable) this.#start(next)
  }

  /** For how long, in milliseconds, a head has been coming, seen each time that this is asked. */
  headAge(): number {
    if (!this.isIdle || this.isOver) return 0
    const isComing = this.#headSince !== undefined || this.socket.bytesRead > this.#restedAt
    if (!isComing) return 0
    this.#headSince ??= performance.now()
    return performance.now() - this.#headSince
  }
}

/** Returns the record of a request for the access log. */
export function recordOf({ environ, response }: Omit<PendingRequest, 'start'>): AccessRecord {
  const { status, headers, bytes, duration } = response
  return { environ, status, headers, bytes, time: new Date(Date.now() - duration), duration }
}
