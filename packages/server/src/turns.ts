/**
 * Fairness between the connections of one event loop. Work that could continue without a pause, such as a burst of
 * pipelined requests or a body that is produced synchronously, gets a share of each turn of the loop. When the share is
 * used up, the work waits in a queue and continues after all sockets have been polled.
 */

/** How long the work of a client may delay the others, in milliseconds. */
const SHARE = 15

class Turns {
  /** The time when work first asked for its share in this turn; 0 if none has. */
  #began = 0
  readonly #waiting: (() => 'alone' | void)[] = []
  #isScheduled = false

  /** Whether this turn's share is used up, so that the caller should wait for a later turn. */
  isOver(now: number): boolean {
    if (this.#began > 0) return now - this.#began > SHARE
    this.#began = now
    this.#schedule()
    return false
  }

  /**
   * Calls back in a later turn, in the order of these calls. Several callbacks share a turn, unless one returns `'alone'`,
   * which means that its work starts after it has returned.
   */
  later(goOn: () => 'alone' | void): void {
    this.#waiting.push(goOn)
    this.#schedule()
  }

  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    setImmediate(() => this.#next())
  }

  #next(): void {
    this.#isScheduled = false
    this.#began = 0
    while (this.#waiting.length > 0 && !this.isOver(performance.now())) {
      if (this.#waiting.shift()?.() === 'alone') break
    }
    if (this.#waiting.length > 0) this.#schedule()
  }
}

/** The turns of this process's event loop. */
export const turns: Turns = new Turns()

/** The share of a response. It starts with the request. Times are those of `performance.now()`. */
export class Share {
  #since: number
  #pending: Promise<void> | undefined

  constructor(began: number) {
    this.#since = began
  }

  /** Returns a promise for a later turn if the share of this one is used up, and the same promise until it resolves. */
  wait(): Promise<void> | undefined {
    if (this.#pending !== undefined) return this.#pending
    const now = performance.now()
    if (now - this.#since <= SHARE && !turns.isOver(now)) return undefined
    this.#pending = new Promise((resolve) => {
      turns.later(() => {
        this.#pending = undefined
        this.#since = performance.now()
        resolve()
        return 'alone'
      })
    })
    return this.#pending
  }
}

const SETTLED = Promise.resolve()

/** Calls back at the end of this turn of the event loop, after all of its pending callbacks and promises. */
export function atEndOfTurn(call: () => void): void {
  // A tick that is scheduled by a promise runs after all other promises that are settled by then.
  void SETTLED.then(() => process.nextTick(call))
}
