/** Sessions in the memory of the process. */
import type { SessionStore } from '../context/session-types.ts'

interface Entry {
  readonly text: string
  /** In milliseconds since 1970. */
  readonly expiresAt: number
}

/**
 * Stores sessions in the memory of the process, for development, tests and apps with a single worker. Other workers do
 * not see them, and a restart deletes them. Each write also removes expired sessions.
 *
 * ```ts
 * app.sessionInterface = new StoredSessions(new MemoryStore())
 * ```
 */
export class MemoryStore implements SessionStore {
  /** The sessions by id, in the order of their last writes. */
  readonly #entries = new Map<string, Entry>()

  get(id: string): string | undefined {
    const entry = this.#entries.get(id)
    return entry === undefined || isExpired(entry) ? undefined : entry.text
  }

  set(id: string, text: string, seconds: number): void {
    this.#removeExpired()
    this.#entries.delete(id)
    this.#entries.set(id, { text, expiresAt: Date.now() + seconds * 1000 })
  }

  replace(id: string, text: string, seconds: number): boolean {
    if (this.get(id) === undefined) return false
    this.set(id, text, seconds)
    return true
  }

  delete(id: string): void {
    this.#entries.delete(id)
  }

  /** The number of stored sessions. */
  get size(): number {
    return this.#entries.size
  }

  /** Removes expired sessions up to the first valid one. Older writes expire first, unless the lifetime was changed. */
  #removeExpired(): void {
    for (const [id, entry] of this.#entries) {
      if (!isExpired(entry)) return
      this.#entries.delete(id)
    }
  }
}

function isExpired({ expiresAt }: Entry): boolean {
  return expiresAt <= Date.now()
}
