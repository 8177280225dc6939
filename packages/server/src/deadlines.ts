/**
 * Time limits for many connections. One timer checks all of them a few times a second. Setting a deadline only writes a
 * number, so a request needs neither a timer nor the current time.
 *
 * Time in which this process did not run does not count against a client. After a long turn of the event loop, timers run
 * before sockets are read. Each check therefore waits until the sockets have been read, and counts no more than the usual
 * time between two checks.
 */
import { Members, type Member } from './members.ts'

/** The longest interval between two checks, in milliseconds. */
const COARSE = 250

/** An object with deadlines. `passed` is the number of milliseconds to count since the last check. */
export interface Timed extends Member {
  look(passed: number): void
}

/** A time limit that can be stopped and resumed. */
export class Deadline {
  /** In milliseconds. */
  #left = Infinity
  #isRunning = false
  /** Whether it was started after the last check, so that its elapsed time is unknown. */
  #isFresh = false

  /** Allows this many seconds from now on, or a little more. 0 means no limit. */
  start(seconds: number): void {
    this.#left = seconds === 0 ? Infinity : seconds * 1000
    this.#isRunning = true
    this.#isFresh = true
  }

  /** Shortens the time since the last start from `before` to `seconds`. */
  shorten(before: number, seconds: number): void {
    if (before === 0) this.start(seconds)
    else this.#left -= Math.max(0, before - seconds) * 1000
  }

  /** Stops the clock. */
  stop(): void {
    this.#isRunning = false
  }

  /** Resumes the clock. */
  resume(): void {
    this.#isRunning = true
  }

  /** Counts elapsed milliseconds. Returns true once when the limit expires, and stops. */
  isOver(passed: number): boolean {
    if (!this.#isRunning) return false
    if (!this.#isFresh) this.#left -= passed
    this.#isFresh = false
    if (this.#left > 0) return false
    this.stop()
    return true
  }
}

/** Objects that share a timer. The timer runs while there are members, and does not keep the process alive. */
export class Deadlines<Item extends Timed = Timed> extends Members<Item> {
  readonly #every: number
  #timer: NodeJS.Timeout | undefined
  #looked = 0

  /** Chooses an interval so that the shortest of these limits, in seconds, is exceeded by half at most. */
  constructor(...limits: readonly number[]) {
    super()
    const set = limits.filter((limit) => limit > 0)
    this.#every = Math.max(5, Math.min(COARSE, ...set.map((limit) => limit * 250)))
  }

  override add(item: Item): void {
    super.add(item)
    if (this.#timer !== undefined) return
    this.#looked = performance.now()
    this.#timer = setInterval(() => this.#look(), this.#every).unref()
  }

  #look(): void {
    const passed = performance.now() - this.#looked
    this.#looked += passed
    setImmediate(() => {
      for (const item of this.all()) item.look(Math.min(passed, this.#every))
    })
    if (this.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}
