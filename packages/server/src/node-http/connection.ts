/** One connection of the `node:http` transport: what is under way on it, and since when it waits for what. */
import type { Socket } from 'node:net'
import type { Environ } from '@phial/core'
import type { AccessRecord } from '../logs/access.ts'
import type { Peer } from '../transport.ts'
import type { Answer } from './answer.ts'

/** A request that is under way, or waits for its turn. */
export interface Exchange {
  readonly environ: Environ
  readonly answer: Answer
  /** Calls for the answer. */
  readonly start: () => void
}

export class Connection {
  readonly socket: Socket
  readonly peer: Peer
  /** In the order in which they came. Each waits until the one before is over, so that who asks ahead and takes nothing has no answers made. */
  readonly exchanges: Set<Exchange> = new Set()
  /** Kept once it is closed. */
  readonly closed: Promise<void>
  /** Whether nothing more is taken from it. */
  isOver = false
  /** Whether what came can no longer be told apart into requests. */
  isBroken = false
  #underWay: Exchange | undefined
  /** Since when a head has been coming; `undefined` while none does. */
  #headSince: number | undefined = performance.now()
  /** How many bytes had come when the last request was over. */
  #restedAt = 0

  constructor(socket: Socket, peer: Peer) {
    this.socket = socket
    this.peer = peer
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()))
  }

  /** Whether it waits for a request. */
  get isAtRest(): boolean {
    return this.exchanges.size === 0
  }

  /** Whether it has been kept for a next request, of which nothing has come. */
  get isKept(): boolean {
    return this.isAtRest && this.#headSince === undefined
  }

  begin(exchange: Exchange): void {
    this.exchanges.add(exchange)
    this.#headSince = undefined
    if (!this.#underWay) this.#start(exchange)
  }

  #start(exchange: Exchange): void {
    this.#underWay = exchange
    exchange.start()
  }

  /** Whether it was called for, and is not over. */
  isUnderWay(exchange: Exchange): boolean {
    return this.#underWay === exchange
  }

  end(exchange: Exchange): void {
    this.exchanges.delete(exchange)
    this.#restedAt = this.socket.bytesRead
    if (this.isUnderWay(exchange)) this.#underWay = undefined
    const [next] = this.exchanges
    if (next && this.socket.writable) this.#start(next)
  }

  /** For how long, in milliseconds, a head has been coming, seen each time that this is asked. */
  headAge(): number {
    if (!this.isAtRest || this.isOver) return 0
    const isComing = this.#headSince !== undefined || this.socket.bytesRead > this.#restedAt
    if (!isComing) return 0
    this.#headSince ??= performance.now()
    return performance.now() - this.#headSince
  }
}

/** What the access log is told of an exchange. */
export function recordOf({ environ, answer }: Omit<Exchange, 'start'>): AccessRecord {
  const { status, headers, bytes, duration } = answer
  return { environ, status, headers, bytes, time: new Date(Date.now() - duration), duration }
}
