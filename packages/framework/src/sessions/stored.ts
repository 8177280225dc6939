/** Sessions that are kept in a store; the cookie holds a random id. */
import { randomBytes } from 'node:crypto'
import type { Config } from '../config/config.ts'
import { andThen, type Maybe } from '../maybe.ts'
import type { SessionInterface, SessionStore } from '../session-types.ts'

/** What an id looks like. Nothing else is asked for in the store. */
const ID = /^[\w-]{43}$/

/**
 * Sessions in a store: for what does not fit into a cookie, must not be read by its visitor, or has
 * to end when the server says so. They need no secret, since an id cannot be guessed.
 *
 * ```ts
 * app.sessionInterface = new StoredSessions(new MemoryStore())
 * ```
 */
export class StoredSessions implements SessionInterface {
  readonly readsAhead = true
  readonly #store: SessionStore

  constructor(store: SessionStore) {
    this.#store = store
  }

  refusal(): undefined {
    return undefined
  }

  read(cookie: string): Maybe<string | undefined> {
    return ID.test(cookie) ? this.#store.get(cookie) : undefined
  }

  write(text: string, cookie: string | undefined, config: Config): Maybe<string> {
    const id = cookie ?? randomBytes(32).toString('base64url')
    return andThen(this.#store.set(id, text, config.PERMANENT_SESSION_LIFETIME), () => id)
  }

  remove(cookie: string): Maybe<void> {
    return this.#store.delete(cookie)
  }
}
