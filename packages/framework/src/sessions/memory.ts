/** Sessions in this process's memory. */
import type { SessionStore } from '../context/session-types.ts'

interface Kept {
  readonly text: string
  /** In milliseconds since 1970. */
  readonly until: number
}

/**
 * Sessions in the memory of one process, for development, tests and apps of one worker: another
 * worker does not see them, and a restart forgets them. What is over is dropped as new ones come.
 *
 * ```ts
 * app.sessionInterface = new StoredSessions(new MemoryStore())
 * ```
 */
export class MemoryStore implements SessionStore {
  /** The one that was written last comes last. */
  readonly #kept = new Map<string, Kept>()

  get(id: string): string | undefined {
    const kept = this.#kept.get(id)
    return kept === undefined || isOver(kept) ? undefined : kept.text
  }

  set(id: string, text: string, seconds: number): void {
    this.#sweep()
    this.#kept.delete(id)
    this.#kept.set(id, { text, until: Date.now() + seconds * 1000 })
  }

  replace(id: string, text: string, seconds: number): boolean {
    if (this.get(id) === undefined) return false
    this.set(id, text, seconds)
    return true
  }

  delete(id: string): void {
    this.#kept.delete(id)
  }

  /** How many are kept. */
  get size(): number {
    return this.#kept.size
  }

  /** Those written first are over first, unless the lifetime was changed on the way. */
  #sweep(): void {
    for (const [id, kept] of this.#kept) {
      if (!isOver(kept)) return
      this.#kept.delete(id)
    }
  }
}

function isOver({ until }: Kept): boolean {
  return until <= Date.now()
}
