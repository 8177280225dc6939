/** Types of sessions: the session itself, and the interfaces that a session store implements. */
import type { Config } from '../config/config.ts'
import type { Dict } from '../helpers/dict.ts'
import type { Maybe } from '../helpers/promises.ts'

/**
 * The values that are stored for one visitor from request to request. They may be those of JSON, and `Date`,
 * `Uint8Array`, `Map` and `Set`, nested to any depth. Changes inside of nested values are detected.
 *
 * Declare the types of your own names:
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
  /** Whether the session outlives the browser, for `PERMANENT_SESSION_LIFETIME` after the last response. */
  permanent?: boolean
  /** Removes all values. The cookie is deleted. */
  clear(): void
  /**
   * Changes the id of the session and removes the old one from the store. Call it at sign-in, to prevent session fixation:
   * an id that an attacker knew before is invalid afterwards. A session in a cookie is signed again.
   */
  regenerate(): void
}

/** An open session. */
export interface OpenSession {
  readonly session: Session
  /** The session as text when it was opened. */
  readonly text: string
  /** The cookie value that it was read from; `undefined` for a new session. */
  readonly cookie: string | undefined
  /** Whether it was used. If so, the response depends on the cookie. */
  isTouched: boolean
}

/** A message for the next page of the visitor, with its category. */
export type Flash = readonly [category: string, message: string]

/**
 * Reads and writes sessions by the value of a cookie. It is set as `app.sessionInterface`. `CookieSessions` is the
 * default; `StoredSessions` uses a `SessionStore`.
 */
export interface SessionInterface {
  /** Whether `read` may be asynchronous. If true, it is called before the first hook of each request that has the cookie; if false, when the session is first used. */
  readonly readsAhead: boolean
  /** Returns why sessions cannot be written with these settings, as the end of a sentence, and what to do; `undefined` if they can. */
  refusal(config: Config): string | undefined
  /** Returns the session's text for a cookie value; `undefined` if there is no valid session. Never throws for a forged value. */
  read(cookie: string, config: Config): Maybe<string | undefined>
  /**
   * Stores a session's text and replaces the session of `cookie`, if there was one; with `isMoved`, under a new id. Returns
   * the new value of the cookie; `undefined` if the session of `cookie` has ended in the meantime and nothing was stored.
   */
  write(
    text: string,
    cookie: string | undefined,
    config: Config,
    isMoved: boolean,
  ): Maybe<string | undefined>
  /** Removes the session of a cookie value. */
  remove(cookie: string): Maybe<void>
}

/**
 * A store of texts by id. Implement it to store sessions elsewhere, and set
 * `app.sessionInterface = new StoredSessions(store)`.
 */
export interface SessionStore {
  /** Returns the text of an id; `undefined` if there is none or it has expired. */
  get(id: string): Maybe<string | undefined>
  /** Stores a text under an id for a number of seconds, and replaces the previous text. */
  set(id: string, text: string, seconds: number): Maybe<void>
  /**
   * Stores a text as `set` does if the store still has the id, and returns whether it had. Without this method, `get` and
   * `set` are called one after the other, and a session that ends in between is restored.
   */
  replace?(id: string, text: string, seconds: number): Maybe<boolean>
  delete(id: string): Maybe<void>
}
