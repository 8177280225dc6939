/**
 * Collections of connections and in-flight requests, and time limits for many connections.
 *
 * One timer checks all time limits a few times a second. Setting a deadline only writes a number, so a request needs
 * neither a timer nor the current time. Time in which this process did not run does not count against a client. After a
 * long turn of the event loop, timers run before sockets are read. Each check therefore waits until the sockets have been
 * read, and counts no more than the usual time between two checks.
 */

/** An object that can be a member of one collection. */
export interface Member {
  /** Its index in the collection, which only the collection changes; -1 if it is not a member. */
  place: number
}

/**
 * A collection of objects, in no particular order, for objects that are added and removed thousands of times a second.
 *
 * A `Set` makes a new table after as many deletions as it has members. The old table keeps its members alive until the
 * next full garbage collection, and a table that is large enough to be old also keeps the young ones alive. With 50
 * connections at a time, half of the closed ones stayed in memory: a quarter of the cost of a connection
 * (`pnpm bench connections`). Here the last member takes the place of the removed one.
 */
export class Members<Item extends Member> {
  readonly #items: Item[] = []

  get size(): number {
    return this.#items.length
  }

  /** Adds an object. Does nothing if it is a member. */
  add(item: Item): void {
    if (item.place < 0) item.place = this.#items.push(item) - 1
  }

  /** Removes an object. Does nothing if it is not a member. */
  delete(item: Item): void {
    if (item.place < 0) return
    const last = this.#items.pop()
    if (last !== undefined && last !== item) {
      this.#items[item.place] = last
      last.place = item.place
    }
    item.place = -1
  }

  /** Returns a copy of the current members. */
  all(): Item[] {
    return [...this.#items]
  }
}

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
