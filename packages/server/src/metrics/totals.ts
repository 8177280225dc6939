/** What all workers have counted together, also those that have left: counters never go backward. */
import { Counters, type Counted } from './counters.ts'

/** Sums what workers count. */
export class Totals {
  #gone: Counted = new Counters().counted(0)
  readonly #now = new Map<number, Counted>()
  readonly #left = new Set<number>()

  /** Takes what a worker has counted since it began, in place of what it said before. */
  take(worker: number, counted: Counted): void {
    if (!this.#left.has(worker)) this.#now.set(worker, counted)
  }

  /** A worker has left: what it counted stays. What it may still have on the way comes too late. */
  left(worker: number): void {
    const last = this.#now.get(worker)
    if (last) this.#gone = sum(this.#gone, { ...last, inFlight: 0 })
    this.#now.delete(worker)
    this.#left.add(worker)
  }

  /** All of them together. */
  get sum(): Counted {
    return [...this.#now.values()].reduce(sum, this.#gone)
  }

  /** How many workers have left since the beginning. */
  get exits(): number {
    return this.#left.size
  }
}

function sum(a: Counted, b: Counted): Counted {
  return {
    statuses: a.statuses.map((count, at) => count + (b.statuses[at] ?? 0)),
    durations: a.durations.map((count, at) => count + (b.durations[at] ?? 0)),
    bytes: a.bytes + b.bytes,
    seconds: a.seconds + b.seconds,
    inFlight: a.inFlight + b.inFlight,
  }
}
