/** The sums of all workers' counters, including workers that have exited, so that a counter never decreases. */
import { Counters, type Counted } from './counters.ts'

const nothing: Counted = new Counters().counted(0)

/** Sums the counters of workers. A worker is identified by an object, because process ids are reused. */
export class Totals {
  #sum = nothing
  #exits = 0
  readonly #last = new WeakMap<object, Counted>()

  /** Adds the increase of a worker's counters since its previous report. */
  take(worker: object, counted: Counted): void {
    this.#sum = added(this.#sum, counted, this.#last.get(worker) ?? nothing)
    this.#last.set(worker, counted)
  }

  /** Handles the exit of a worker: keeps its counters and resets its in-flight requests. A last report may still follow. */
  left(worker: object): void {
    this.take(worker, { ...(this.#last.get(worker) ?? nothing), inFlight: 0 })
    this.#exits += 1
  }

  /** The sums of all counters. */
  get sum(): Counted {
    return this.#sum
  }

  /** The number of workers that have exited. */
  get exits(): number {
    return this.#exits
  }
}

/** Adds the increase to a sum. The order of operations ensures that rounding cannot decrease the sum. */
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
