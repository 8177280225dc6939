/** What all workers have counted together, also those that have left: counters never go backward. */
import { Counters, type Counted } from './counters.ts'

const nothing: Counted = new Counters().counted(0)

/** Sums what workers count. A worker is any object that stands for it: process ids are given again. */
export class Totals {
  #sum = nothing
  #exits = 0
  readonly #last = new WeakMap<object, Counted>()

  /** Takes what a worker has counted since it began; what is more than it said before is added. */
  take(worker: object, counted: Counted): void {
    this.#sum = added(this.#sum, counted, this.#last.get(worker) ?? nothing)
    this.#last.set(worker, counted)
  }

  /** A worker has left: what it counted stays, but nothing is under way in it. Its last word may still come. */
  left(worker: object): void {
    this.take(worker, { ...(this.#last.get(worker) ?? nothing), inFlight: 0 })
    this.#exits += 1
  }

  /** All of them together. */
  get sum(): Counted {
    return this.#sum
  }

  /** How many workers have left since the beginning. */
  get exits(): number {
    return this.#exits
  }
}

/** In this order, so that a sum of fractions cannot shrink by rounding. */
function added(sum: Counted, now: Counted, before: Counted): Counted {
  const each = (name: 'statuses' | 'durations'): number[] =>
    sum[name].map((count, at) => count + ((now[name][at] ?? 0) - (before[name][at] ?? 0)))
  return {
    statuses: each('statuses'),
    durations: each('durations'),
    bytes: sum.bytes + (now.bytes - before.bytes),
    seconds: sum.seconds + (now.seconds - before.seconds),
    inFlight: sum.inFlight + (now.inFlight - before.inFlight),
  }
}
