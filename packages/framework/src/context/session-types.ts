/** Sessions, as an app sees them, and what a way of keeping them has to implement. */
import type { Config } from '../config/config.ts'
import type { Dict } from '../helpers/dict.ts'
import type { Maybe } from '../helpers/promises.ts'

/**
 * What is kept of one visitor from request to request. Values are those of JSON, and `Date`,
 * `Uint8Array`, `Map` and `Set`, as deep as you like; changes inside of them are found.
 *
 * Give your own names types by declaring them:
 *
 * ```ts
 * declare module 'phial' {
 *   interface Session {
 *     user?: string
 *   }
 * }
 * ```
 */
export interface Session extends Dict {
  /** Whether it is kept when the browser is closed, for `PERMANENT_SESSION_LIFETIME` from the last answer. */
  permanent?: boolean
  /** Forgets everything; the cookie is deleted. */
  clear(): void
  /**
   * Gives the session another id, and takes the old one out of the store. Call it at sign-in, so that
   * an id that was known before is worth nothing after (session fixation). A session in a cookie is
   * signed anew.
   */
  regenerate(): void
}

/** A session that was opened. */
export interface OpenSession {
  readonly session: Session
  /** What it was when it was opened, as text. */
  readonly text: string
  /** The cookie's value that led to it; `undefined` if it is a new one. */
  readonly cookie: string | undefined
  /** Whether it was used: if so, the answer depends on the cookie. */
  isTouched: boolean
}

/** A message for the visitor's next page, with its category. */
export type Flash = readonly [category: string, message: string]

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
  /**
   * Keeps a text, in the place of what `cookie` led to if there was something; with `isMoved`, in
   * another place. Returns the cookie's new value; `undefined` if the session that `cookie` led to has
   * ended meanwhile, so that nothing was kept.
   */
  write(
    text: string,
    cookie: string | undefined,
    config: Config,
    isMoved: boolean,
  ): Maybe<string | undefined>
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
  /**
   * Does what `set` does if the store still has the id, and returns whether it had. Without it, `get` and
   * `set` are called one after the other, and a session that ends in between comes back.
   */
  replace?(id: string, text: string, seconds: number): Maybe<boolean>
  delete(id: string): Maybe<void>
}
