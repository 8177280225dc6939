/** What an app keeps of one visitor, as the app sees it. */
import { withCode } from '@phial/core'
import { dictMethods } from '../helpers/dict.ts'
import type { Session } from '../context/session-types.ts'

/** A session cannot be written, or cannot be kept. The message says why, and what to do. */
export class SessionError extends Error {
  override name = 'SessionError'
}

const RENEWED: unique symbol = Symbol('renewed')

/** What every session inherits. */
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

/** A session with these values. */
export function makeSession(values: object): Session {
  return Object.assign(Object.create(METHODS) as Session, values)
}

/** Whether `regenerate` was called. */
export function isRenewed(session: Session & { [RENEWED]?: boolean }): boolean {
  return session[RENEWED] === true
}

/** The same session to read; to write to it raises `SessionError`. `why` ends a sentence that starts with what was tried. */
export function readOnly(session: Session, why: string): Session {
  const refuse = (_: Session, name: string | symbol): never => {
    const what = typeof name === 'symbol' ? 'The session' : `session.${name}`
    throw withCode('ERR_PHIAL_SESSION_READONLY', new SessionError(`${what} was changed, ${why}`))
  }
  return new Proxy(session, { set: refuse, deleteProperty: refuse, defineProperty: refuse })
}
