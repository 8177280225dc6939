/** Headers that contain a set of names: `Vary: Accept, Cookie`. */
import type { Headers } from '@phial/core'

/**
 * The case-insensitive set of names in a header. Each change updates the header.
 *
 * ```ts
 * response.vary.add('Cookie')
 * ```
 */
export class NameSet implements Iterable<string> {
  readonly #headers: Headers
  readonly #name: string

  constructor(headers: Headers, name: string) {
    this.#headers = headers
    this.#name = name
  }

  /** Adds names that are not in the set yet. */
  add(...names: readonly string[]): this {
    this.#write([...this, ...names])
    return this
  }

  /** Removes a name. Returns whether it was in the set. */
  delete(name: string): boolean {
    const wasThere = this.has(name)
    if (wasThere) this.#write([...this].filter((one) => !same(one, name)))
    return wasThere
  }

  has(name: string): boolean {
    return [...this].some((one) => same(one, name))
  }

  get size(): number {
    return [...this].length
  }

  *[Symbol.iterator](): Iterator<string> {
    for (const value of this.#headers.getAll(this.#name)) {
      yield* value
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== '')
    }
  }

  #write(names: readonly string[]): void {
    const unique = new Map<string, string>()
    for (const name of names) {
      if (!unique.has(name.toLowerCase())) unique.set(name.toLowerCase(), name)
    }
    if (unique.size === 0) this.#headers.delete(this.#name)
    else this.#headers.set(this.#name, [...unique.values()].join(', '))
  }
}

const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()
