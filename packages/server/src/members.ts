/**
 * A collection for objects that are added and removed thousands of times a second: connections, in-flight requests.
 *
 * A `Set` makes a new table after as many deletions as it has members. The old table keeps its members alive until
 * the next full garbage collection, and one that is large enough to be old keeps the young ones too. With 50
 * connections at a time, half of those that had closed stayed in memory: a quarter of the cost of a connection
 * (`pnpm bench connections`). Here the last member takes the place of the one that leaves.
 */

/** An object that can be a member of one collection. */
export interface Member {
  /** Its index in the collection, which only the collection changes; -1 if it is not a member. */
  place: number
}

/** A collection of objects, in no particular order. */
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
