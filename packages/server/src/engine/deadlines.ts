/**
 * Time, for many connections: one timer looks at all of them a few times in a second. Setting a
 * deadline is writing a number, so that a request costs neither a timer nor a look at the clock.
 */

/** How often to look, in milliseconds, where no limit asks for more. */
const COARSE = 250

/** Something that may take too long. */
export class Deadline {
  readonly #late: () => void
  /** How much it may still take, in milliseconds. */
  #left = Infinity
  #isRunning = false
  /** Whether no look has found it yet: nobody knows how long ago it began. */
  #isFresh = false

  constructor(late: () => void) {
    this.#late = late
  }

  /** From now on it may take so many seconds, or a little more; 0 is for ever. */
  start(seconds: number): void {
    this.#left = seconds === 0 ? Infinity : seconds * 1000
    this.#isRunning = true
    this.#isFresh = true
  }

  /** What passes from now on does not count. */
  stop(): void {
    this.#isRunning = false
  }

  /** It counts again, from where it stopped. */
  resume(): void {
    this.#isRunning = true
  }

  /** So many milliseconds have passed since the last look. */
  look(passed: number): void {
    if (!this.#isRunning) return
    if (!this.#isFresh) this.#left -= passed
    this.#isFresh = false
    if (this.#left > 0) return
    this.stop()
    this.#late()
  }
}

/** The clock that they share. It runs while there is something to look at, and keeps no process alive. */
export class Deadlines {
  readonly #deadlines = new Set<Deadline>()
  readonly #every: number
  #timer: NodeJS.Timeout | undefined
  #looked = 0

  /** Looks often enough for the shortest of these limits, in seconds, to be kept within a half. */
  constructor(...limits: readonly number[]) {
    const set = limits.filter((limit) => limit > 0)
    this.#every = Math.max(5, Math.min(COARSE, ...set.map((limit) => limit * 250)))
  }

  add(deadline: Deadline): void {
    this.#deadlines.add(deadline)
    if (this.#timer !== undefined) return
    this.#looked = performance.now()
    this.#timer = setInterval(() => this.#look(), this.#every).unref()
  }

  delete(deadline: Deadline): void {
    this.#deadlines.delete(deadline)
    if (this.#deadlines.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #look(): void {
    const passed = performance.now() - this.#looked
    this.#looked += passed
    for (const deadline of this.#deadlines) deadline.look(passed)
  }
}
