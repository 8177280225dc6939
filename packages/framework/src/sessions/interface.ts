/** How an app keeps its sessions: what has to be written to keep them another way. */
import type { Config } from '../config/config.ts'
import type { Maybe } from '../maybe.ts'

/**
 * From a cookie's value to a session's text and back. `app.sessionInterface` has one; `CookieSessions`
 * is the usual one, `StoredSessions` the one for a `SessionStore`.
 */
export interface SessionInterface {
  /** Whether `read` may take its time. If so it is called before the first hook of each request that has the cookie; if not, when the session is first touched. */
  readonly readsAhead: boolean
  /** Why no session can be written with these settings, as the end of a sentence, and what to do; `undefined` if one can. */
  refusal(config: Config): string | undefined
  /** The text that a cookie's value leads to; `undefined` if it leads to none that counts. Never raises an error for what a client made up. */
  read(cookie: string, config: Config): Maybe<string | undefined>
  /** Keeps a text, in the place of what `cookie` led to if there was something. Returns the cookie's new value. */
  write(text: string, cookie: string | undefined, config: Config): Maybe<string>
  /** Forgets what a cookie's value leads to. */
  remove(cookie: string): Maybe<void>
}

/**
 * A place for texts by id. Implement it to keep sessions in a place of your own, and set
 * `app.sessionInterface = new StoredSessions(store)`.
 */
export interface SessionStore {
  /** The text of an id; `undefined` if there is none, or its time is over. */
  get(id: string): Maybe<string | undefined>
  /** Keeps a text for so many seconds, in the place of what the id had. */
  set(id: string, text: string, seconds: number): Maybe<void>
  delete(id: string): Maybe<void>
}
