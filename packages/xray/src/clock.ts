/** The time since a request came, in milliseconds. X-ray's own work is not counted. */
export class Clock {
  #began = performance.now()
  /** When it was stopped, if it is. */
  #stopped: number | undefined
  #last = 0

  /** To a microsecond, and later each time: what happened first comes first. */
  now(): number {
    const passed = Math.round(((this.#stopped ?? performance.now()) - this.#began) * 1000)
    this.#last = Math.max(passed, this.#last + 1)
    return this.#last / 1000
  }

  /** Begins anew. */
  start(): void {
    this.#began = performance.now()
  }

  /** Stands still meanwhile. */
  without<Result>(work: () => Result): Result {
    const stopped = performance.now()
    this.#stopped = stopped
    const result = work()
    this.#began += performance.now() - stopped
    this.#stopped = undefined
    return result
  }
}
