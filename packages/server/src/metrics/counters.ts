/** Counts the responses of a process. */
import type { AccessRecord } from '../logs/access.ts'

/** The counters of a process since its start, as a plain object that can be sent to another process. */
export interface Counted {
  /** The number of responses by the first digit of the status. At 0, requests whose client disconnected before a response. */
  readonly statuses: readonly number[]
  /** The number of body bytes sent. */
  readonly bytes: number
  /** The total duration of all requests, in seconds. */
  readonly seconds: number
  /** The number of requests in each bucket of {@link bounds}. The last element counts those above all bounds. */
  readonly durations: readonly number[]
  /** The number of in-flight requests. */
  readonly inFlight: number
}

/** The upper bounds of the histogram's buckets, in seconds. */
export const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const

export class Counters {
  readonly #statuses: number[] = Array.from({ length: 6 }, () => 0)
  readonly #durations: number[] = Array.from({ length: bounds.length + 1 }, () => 0)
  #bytes = 0
  #seconds = 0

  answered({ status, bytes, duration }: AccessRecord): void {
    const seconds = duration / 1000
    const at = bounds.findIndex((bound) => seconds <= bound)
    add(this.#statuses, Math.min(5, Number(status[0] ?? 0)))
    add(this.#durations, at === -1 ? bounds.length : at)
    this.#bytes += bytes
    this.#seconds += seconds
  }

  /** Returns the counters, with the current number of in-flight requests. */
  counted(inFlight: number): Counted {
    return {
      statuses: [...this.#statuses],
      durations: [...this.#durations],
      bytes: this.#bytes,
      seconds: this.#seconds,
      inFlight,
    }
  }
}

function add(counts: number[], at: number): void {
  counts[at] = (counts[at] ?? 0) + 1
}
