/** The time since a request arrived, in milliseconds, without the time that X-ray itself takes. */
export class Clock {
  #began = performance.now()
  /** When the clock was stopped. `undefined` while it runs. */
  #stopped: number | undefined
  #last = 0

  /** Returns the current time to the microsecond. Each call returns a later time, so that events keep their order. */
  now(): number {
    const passed = Math.round(((this.#stopped ?? performance.now()) - this.#began) * 1000)
    this.#last = Math.max(passed, this.#last + 1)
    return this.#last / 1000
  }

  /** Restarts the clock at zero. */
  start(): void {
    this.#began = performance.now()
  }

  /** Runs `work` with the clock stopped. */
  without<Result>(work: () => Result): Result {
    const stopped = performance.now()
    this.#stopped = stopped
    const result = work()
    this.#began += performance.now() - stopped
    this.#stopped = undefined
    return result
  }
}
