/** The last pictures, and word of it when there is something new. */
import type { Picture } from './picture.ts'

export class Gallery {
  readonly #most: number
  readonly #pictures: Picture[] = []
  isClosed = false
  #waiting: (() => void)[] = []

  constructor(most: number) {
    this.#most = most
  }

  /** The last one first. */
  get pictures(): readonly Picture[] {
    return this.#pictures
  }

  find(id: number): Picture | undefined {
    return this.#pictures.find((picture) => picture.id === id)
  }

  add(picture: Picture): void {
    this.#pictures.unshift(picture)
    this.#pictures.length = Math.min(this.#pictures.length, this.#most)
    this.changed()
  }

  changed(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const go of waiting) go()
  }

  /** Nobody waits any longer. */
  close(): void {
    this.isClosed = true
    this.changed()
  }

  /** Kept at the next change, or when the signal fires. */
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
