/**
 * Paths without params, found by one lookup.
 *
 * To look a text up, all of it has to be hashed, which costs more than the tree takes for two
 * segments. So a glance at three of its characters comes first, and most paths with params end
 * there: bench/routing.ts, "one param".
 */

/** The fewest marks that are kept; always a power of two. */
const LEAST = 64

export class WholePaths<V> {
  readonly #values = new Map<string, V>()
  /** A 1 for each glance at a path that is there. */
  #marks = new Uint8Array(LEAST)

  set(path: string, value: V): void {
    this.#values.set(path, value)
    if (this.#values.size * 8 > this.#marks.length) this.#grow()
    this.#marks[glance(path) & (this.#marks.length - 1)] = 1
  }

  get(path: string): V | undefined {
    const mark = this.#marks[glance(path) & (this.#marks.length - 1)]
    return mark === 1 ? this.#values.get(path) : undefined
  }

  #grow(): void {
    this.#marks = new Uint8Array(this.#marks.length * 2)
    for (const path of this.#values.keys()) {
      this.#marks[glance(path) & (this.#marks.length - 1)] = 1
    }
  }
}

/** A number made of a path's length and three of its characters. */
function glance(path: string): number {
  const { length } = path
  const last = path.charCodeAt(length - 1)
  const middle = path.charCodeAt(length >> 1)
  const late = path.charCodeAt(length - (length >> 2))
  return ((length * 31 + last) * 31 + middle) * 31 + late
}
