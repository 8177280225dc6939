/** What one process counts of its answers. */
import type { AccessRecord } from '../logs/access.ts'

/** All that was counted since a process began; plain, so that it can be sent to another. */
export interface Counted {
  /** Answers by the first digit of their status, 0 to 5; under 0 those that were none, because the client left. */
  readonly statuses: readonly number[]
  /** Bytes of bodies that were sent. */
  readonly bytes: number
  /** How long all answers took together. */
  readonly seconds: number
  /** Answers by how long they took: up to the bound of the same place in {@link bounds}, and above the one before. */
  readonly durations: readonly number[]
  /** Requests under way. */
  readonly inFlight: number
}

/** In seconds; what takes longer than the last is in one place more. */
export const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const

/** Counts answers. */
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

  /** All since the beginning, with how many requests are under way now. */
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
