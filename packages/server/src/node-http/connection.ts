/** One connection of the `node:http` transport: what is under way on it, and since when it waits for what. */
import type { Socket } from 'node:net'
import type { Environ } from '@phial/core'
import type { AccessRecord } from '../logs/access.ts'
import type { Peer } from '../transport.ts'
import type { Answer } from './answer.ts'

/** A request that is under way. */
export interface Exchange {
  readonly environ: Environ
  readonly answer: Answer
}

export class Connection {
  readonly socket: Socket
  readonly peer: Peer
  /** What is under way, in the order in which it came. */
  readonly exchanges: Set<Exchange> = new Set()
  /** Kept once it is closed. */
  readonly closed: Promise<void>
  /** Whether nothing more is taken from it. */
  isOver = false
  /** Whether what came can no longer be told apart into requests. */
  isBroken = false
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
  }

  end(exchange: Exchange): void {
    this.exchanges.delete(exchange)
    this.#restedAt = this.socket.bytesRead
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
export function recordOf({ environ, answer }: Exchange): AccessRecord {
  const { status, headers, bytes, duration } = answer
  return { environ, status, headers, bytes, time: new Date(Date.now() - duration), duration }
}
