/** Sessions that are kept in a store; the cookie holds a random id. */
import { randomBytes } from 'node:crypto'
import { withCode } from '@phial/core'
import type { Config } from '../config/config.ts'
import type { SessionInterface, SessionStore } from '../context/session-types.ts'
import { handled } from '../helpers/promises.ts'
import { SessionError } from './session.ts'

/** What an id looks like. Nothing else is looked up in the store. */
const ID = /^[\w-]{43}$/

/** How `StoredSessions` treats its store. */
export interface StoredSessionsOptions {
  /** How long, in seconds, a request waits for the store. Default 1. */
  timeout?: number
}

/** How often, in milliseconds, a store that is away is tried again. */
const RETRY = 1000

const LATE: unique symbol = Symbol('late')

/**
 * Sessions in a store: for what does not fit into a cookie, must not be read by its visitor, or has
 * to end when the server says so. They need no secret, since an id cannot be guessed.
 *
 * A session that ended stays ended: a request that read it before and writes it after keeps nothing.
 * While the store does not answer, only requests that use their session fail, and at once; the store
 * is tried again in the background.
 *
 * ```ts
 * app.sessionInterface = new StoredSessions(new MemoryStore())
 * ```
 */
export class StoredSessions implements SessionInterface {
  readonly readsAhead = true
  readonly #store: SessionStore
  readonly #timeout: number
  /** When the store may be tried again, in milliseconds since 1970; 0 while it answers. */
  #awayUntil = 0

  constructor(store: SessionStore, { timeout = 1 }: StoredSessionsOptions = {}) {
    this.#store = store
    this.#timeout = timeout * 1000
  }

  refusal(): undefined {
    return undefined
  }

  async read(cookie: string): Promise<string | undefined> {
    return ID.test(cookie) ? this.#ask(() => this.#store.get(cookie)) : undefined
  }

  async write(
    text: string,
    cookie: string | undefined,
    config: Config,
    isMoved: boolean,
  ): Promise<string | undefined> {
    const seconds = config.PERMANENT_SESSION_LIFETIME
    if (cookie !== undefined && !(await this.#ask(() => this.#replace(cookie, text, seconds)))) {
      return undefined
    }
    if (cookie !== undefined && !isMoved) return cookie
    const id = randomBytes(32).toString('base64url')
    await this.#ask(() => this.#store.set(id, text, seconds))
    if (cookie !== undefined) await this.remove(cookie)
    return id
  }

  async remove(cookie: string): Promise<void> {
    await this.#ask(() => this.#store.delete(cookie))
  }

  async #replace(id: string, text: string, seconds: number): Promise<boolean> {
    if (this.#store.replace !== undefined) return this.#store.replace(id, text, seconds)
    if ((await this.#store.get(id)) === undefined) return false
    await this.#store.set(id, text, seconds)
    return true
  }

  /** Asks the store, and waits no longer than `timeout`. While it is away, rejects at once. */
  async #ask<T>(question: () => T | Promise<T>): Promise<T> {
    if (this.#awayUntil !== 0) {
      if (Date.now() >= this.#awayUntil) this.#probe(question)
      throw this.#away('its last request failed', undefined)
    }
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<typeof LATE>((resolve) => {
      timer = setTimeout(() => resolve(LATE), this.#timeout)
    })
    try {
      const answer = await Promise.race([handled(Promise.resolve().then(question)), late])
      if (answer !== LATE) return answer
    } catch (error) {
      this.#awayUntil = Date.now() + RETRY
      throw this.#away(error instanceof Error ? error.message : String(error), error)
    } finally {
      clearTimeout(timer)
    }
    this.#awayUntil = Date.now() + RETRY
    throw this.#away(`it did not respond within ${this.#timeout / 1000} s`, undefined)
  }

  /** Asks once in the background; an answer ends the time away. */
  #probe(question: () => unknown): void {
    this.#awayUntil = Date.now() + RETRY
    const isBack = async (): Promise<void> => {
      await question()
      this.#awayUntil = 0
    }
    void handled(isBack())
  }

  #away(why: string, cause: unknown): SessionError {
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
