/** Checks the application’s body while the server iterates over it. */
import { Chunks, isPromise } from '../chunks.ts'
import { enforce } from '../rules/index.ts'
import type { Body } from '../types.ts'
import type { Watch } from './watch.ts'

type Step = IteratorResult<Uint8Array>

/** Returns a body that checks and yields the same chunks. An array stays an array, so that a server can still compute its length. */
export function watchBody(body: Body, watch: Watch): Body {
  const chunks = new WatchedChunks(body, watch)
  try {
    enforce('body', { body })
    if (Array.isArray(body)) return watchArray(body as readonly Uint8Array[], chunks, watch)
  } catch (error) {
    void chunks.release()
    throw error
  }
  const close = (): void | Promise<void> => chunks.close()
  return Symbol.asyncIterator in body
    ? { [Symbol.asyncIterator]: () => chunks.iterateLater(), close }
    : { [Symbol.iterator]: () => chunks.iterate(), close }
}

function watchArray(body: readonly Uint8Array[], chunks: WatchedChunks, watch: Watch): Body {
  for (const chunk of body) watch.count(chunk)
  watch.end()
  return Object.assign([...body], { close: () => chunks.close() })
}

class WatchedChunks {
  readonly #chunks: Chunks
  readonly #watch: Watch
  #waiting = false
  #closed = false
  #released: { done: void | Promise<void> } | undefined

  constructor(body: Body, watch: Watch) {
    this.#chunks = new Chunks(body)
    this.#watch = watch
  }

  iterate(): Iterator<Uint8Array> {
    return {
      // A synchronous body never yields a promise.
      next: () => this.#next() as Step,
      return: () => {
        void this.release()
        return { done: true, value: undefined }
      },
    }
  }

  iterateLater(): AsyncIterator<Uint8Array> {
    return {
      next: async () => this.#next(),
      return: async () => {
        await this.release()
        return { done: true, value: undefined }
      },
    }
  }

  #next(): Step | Promise<Step> {
    enforce('ask', { ended: this.#watch.hasEnded, closed: this.#closed, waiting: this.#waiting })
    this.#ask(true)
    try {
      const step = this.#chunks.next()
      return isPromise(step) ? step.then(this.#took, this.#threw) : this.#took(step)
    } catch (error) {
      return this.#threw(error)
    }
  }

  #ask(waiting: boolean): void {
    this.#waiting = waiting
    this.#watch.inBody = waiting
  }

  readonly #took = (step: Step): Step => {
    this.#ask(false)
    if (step.done === true) this.#watch.end()
    else this.#watch.count(step.value)
    return step
  }

  readonly #threw = (error: unknown): never => {
    this.#ask(false)
    this.#watch.breakOff()
    throw error
  }

  close(): void | Promise<void> {
    enforce('close', { closed: this.#closed })
    this.#closed = true
    this.#watch.breakOff()
    return this.release()
  }

  /** Closes the application’s body once, whether the server closes it or ends the iteration early. */
  release(): void | Promise<void> {
    if (this.#released === undefined) {
      // Set first, because a close() that throws has still been called.
      this.#released = { done: undefined }
      this.#released.done = this.#chunks.close()
    }
    return this.#released.done
  }
}
