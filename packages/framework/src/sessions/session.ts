/** The session object, and its read-only form. */
import { withCode } from '@phial/core'
import { dictMethods } from '../helpers/dict.ts'
import type { Session } from '../context/session-types.ts'

/** A session cannot be changed or saved. The message says why, and what to do. */
export class SessionError extends Error {
  override name = 'SessionError'
}

const RENEWED: unique symbol = Symbol('renewed')

/** The prototype of sessions. */
const METHODS: object = Object.create(dictMethods, {
  clear: {
    value(this: Session): void {
      for (const name of Object.keys(this)) delete this[name]
    },
  },
  regenerate: {
    value(this: { [RENEWED]?: boolean }): void {
      this[RENEWED] = true
    },
  },
}) as object

/** Returns a session with the given values. */
export function makeSession(values: object): Session {
  return Object.assign(Object.create(METHODS) as Session, values)
}

/** Reports whether `regenerate` was called. */
export function isRenewed(session: Session & { [RENEWED]?: boolean }): boolean {
  return session[RENEWED] === true
}

/**
 * Returns a read-only view of a session. Changing it throws `SessionError`, with `why` as the end of the message:
 * `session.user was changed, but …`.
 */
export function readOnly(session: Session, why: string): Session {
  const refuse = (_: Session, name: string | symbol): never => {
    const what = typeof name === 'symbol' ? 'The session' : `session.${name}`
    throw withCode('ERR_PHIAL_SESSION_READONLY', new SessionError(`${what} was changed, ${why}`))
  }
  return new Proxy(session, { set: refuse, deleteProperty: refuse, defineProperty: refuse })
}
