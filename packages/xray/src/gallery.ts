/** The most recent pictures, and a notification when one is added or changes. */
import type { Picture } from './picture.ts'

export class Gallery {
  readonly #limit: number
  readonly #pictures: Picture[] = []
  isClosed = false
  #waiting: (() => void)[] = []

  constructor(limit: number) {
    this.#limit = limit
  }

  /** The most recent picture first. */
  get pictures(): readonly Picture[] {
    return this.#pictures
  }

  find(id: number): Picture | undefined {
    return this.#pictures.find((picture) => picture.id === id)
  }

  add(picture: Picture): void {
    this.#pictures.unshift(picture)
    this.#pictures.length = Math.min(this.#pictures.length, this.#limit)
    this.changed()
  }

  changed(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const go of waiting) go()
  }

  /** Resolves every pending `next`. */
  close(): void {
    this.isClosed = true
    this.changed()
  }

  /** Resolves at the next change, or when the signal fires. */
  next(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const go = (): void => {
        signal?.removeEventListener('abort', go)
        resolve()
      }
      this.#waiting.push(go)
      signal?.addEventListener('abort', go)
    })
  }
}
