/** Sessions in a store. The cookie contains only a random id. */
import { randomBytes } from 'node:crypto'
import { withCode } from '@phial/core'
import type { Config } from '../config/config.ts'
import type { SessionInterface, SessionStore } from '../context/session-types.ts'
import { handled } from '../helpers/promises.ts'
import { SessionError } from './session.ts'

/** The format of an id. A cookie in any other format is ignored, without a request to the store. */
const ID = /^[\w-]{43}$/

/** Options of `StoredSessions`. */
export interface StoredSessionsOptions {
  /** The maximum time in seconds that a request waits for one operation of the store. Default 1. */
  timeout?: number
}

/** The minimum time in milliseconds between two attempts to reach an unavailable store. */
const RETRY_INTERVAL = 1000

const TIMED_OUT: unique symbol = Symbol('timed out')

/**
 * Keeps sessions in a store. Use it for data that is too large for a cookie or that the visitor must not read, and for
 * sessions that the server must be able to end. `SECRET_KEY` is not required, because an id cannot be guessed.
 *
 * A session that has ended is not stored again, even if a concurrent request read it before it ended and writes it
 * afterwards. While the store is unavailable, requests that use their session fail immediately, and other requests
 * succeed. `StoredSessions` retries the store in the background.
 *
 * ```ts
 * app.sessionInterface = new StoredSessions(new MemoryStore())
 * ```
 */
export class StoredSessions implements SessionInterface {
  readonly readsAhead = true
  readonly #store: SessionStore
  readonly #timeout: number
  /** The time of the next attempt to reach the store, in milliseconds since 1970; 0 while it is available. */
  #retryAt = 0

  constructor(store: SessionStore, { timeout = 1 }: StoredSessionsOptions = {}) {
    this.#store = store
    this.#timeout = timeout * 1000
  }

  refusal(): undefined {
    return undefined
  }

  async read(cookie: string): Promise<string | undefined> {
    return ID.test(cookie) ? this.#run(() => this.#store.get(cookie)) : undefined
  }

  async write(
    text: string,
    cookie: string | undefined,
    config: Config,
    isRenewed: boolean,
  ): Promise<string | undefined> {
    const seconds = config.PERMANENT_SESSION_LIFETIME
    if (cookie !== undefined && !(await this.#run(() => this.#replace(cookie, text, seconds)))) {
      return undefined
    }
    if (cookie !== undefined && !isRenewed) return cookie
    const id = randomBytes(32).toString('base64url')
    await this.#run(() => this.#store.set(id, text, seconds))
    if (cookie !== undefined) await this.remove(cookie)
    return id
  }

  async remove(cookie: string): Promise<void> {
    await this.#run(() => this.#store.delete(cookie))
  }

  async #replace(id: string, text: string, seconds: number): Promise<boolean> {
    if (this.#store.replace !== undefined) return this.#store.replace(id, text, seconds)
    if ((await this.#store.get(id)) === undefined) return false
    await this.#store.set(id, text, seconds)
    return true
  }

  /** Runs an operation of the store. Rejects after `timeout`, and immediately while the store is unavailable. */
  async #run<T>(operation: () => T | Promise<T>): Promise<T> {
    if (this.#retryAt !== 0) {
      if (Date.now() >= this.#retryAt) this.#probe(operation)
      throw this.#unavailable('the last operation failed', undefined)
    }
    let timer: NodeJS.Timeout | undefined
    const timedOut = new Promise<typeof TIMED_OUT>((resolve) => {
      timer = setTimeout(() => resolve(TIMED_OUT), this.#timeout)
    })
    try {
      const result = await Promise.race([handled(Promise.resolve().then(operation)), timedOut])
      if (result !== TIMED_OUT) return result
    } catch (error) {
      this.#retryAt = Date.now() + RETRY_INTERVAL
      throw this.#unavailable(error instanceof Error ? error.message : String(error), error)
    } finally {
      clearTimeout(timer)
    }
    this.#retryAt = Date.now() + RETRY_INTERVAL
    throw this.#unavailable(`it did not respond within ${this.#timeout / 1000} s`, undefined)
  }

  /** Tries one operation in the background. If it succeeds, the store counts as available again. */
  #probe(operation: () => unknown): void {
    this.#retryAt = Date.now() + RETRY_INTERVAL
    const attempt = async (): Promise<void> => {
      await operation()
      this.#retryAt = 0
    }
    void handled(attempt())
  }

  #unavailable(why: string, cause: unknown): SessionError {
    const name = this.#store.constructor.name
    return withCode(
      'ERR_PHIAL_SESSION_STORE',
      new SessionError(
        `The session store ${name} is unavailable: ${why}. Check that it is running and reachable. Requests that do not use the session are still answered.`,
        { cause },
      ),
    )
  }
}
