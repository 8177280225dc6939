/** The session cookie: its name, attributes and lifetime. */
import { withCode } from '@phial/core'
import type { Config } from '../config/config.ts'
import { Response } from '../response/response.ts'
import { wellFormed } from '../helpers/markup.ts'
import { SessionError } from './session.ts'

/** The maximum length of a cookie, including name and attributes, in bytes. Browsers silently ignore a longer one. */
const MAX_LENGTH = 4093

/** Sets the session cookie. Throws `SessionError` if it is too long for a browser. */
export function setSessionCookie(
  response: Response,
  value: string,
  config: Config,
  isSecure: boolean,
  isPermanent: boolean,
): void {
  const name = config.SESSION_COOKIE_NAME
  let flags = textOf(flagsOf(config, isSecure), name)
  if (isPermanent) {
    const end = new Date(Date.now() + config.PERMANENT_SESSION_LIFETIME * 1000)
    flags += `; Expires=${end.toUTCString()}`
  }
  const text = PLAIN.test(value) ? value : encodeURIComponent(wellFormed(value))
  const cookie = [name, '=', text, flags].join('')
  if (cookie.length > MAX_LENGTH) throw tooLarge(cookie.length)
  response.headerList.push(['Set-Cookie', cookie])
}

/** Text that needs no encoding, such as a signed session. */
const PLAIN = /^[\w.-]*$/

function tooLarge(length: number): SessionError {
  return withCode(
    'ERR_PHIAL_SESSION_TOO_LARGE',
    new SessionError(
      `Expected a session cookie of at most ${MAX_LENGTH} bytes, the maximum that browsers accept, received ${length} bytes. Store less in the session, or use a session store: app.sessionInterface = new StoredSessions(…).`,
    ),
  )
}

/** Deletes the session cookie of the client. */
export function deleteSessionCookie(response: Response, config: Config, isSecure: boolean): void {
  response.deleteCookie(config.SESSION_COOKIE_NAME, flagsOf(config, isSecure))
}

/**
 * Returns the attributes of the cookie: `; Path=/; HttpOnly; SameSite=Lax`. Cached until a setting changes. Measured by
 * `bench/peers`, "session".
 */
function textOf(flags: Flags, name: string): string {
  if (name !== last.name || !isSame(flags, last.flags)) {
    const response = new Response()
    response.setCookie(name, '', flags)
    last = { name, flags, text: response.headers.get('Set-Cookie', '').slice(name.length + 1) }
  }
  return last.text
}

let last: { name: string; flags: Flags | undefined; text: string } = {
  name: '',
  flags: undefined,
  text: '',
}

function isSame(one: Flags, other: Flags | undefined): boolean {
  return (
    one.path === other?.path &&
    one.domain === other.domain &&
    one.httpOnly === other.httpOnly &&
    one.secure === other.secure &&
    one.sameSite === other.sameSite &&
    one.partitioned === other.partitioned
  )
}

interface Flags {
  readonly path: string
  readonly domain?: string
  readonly httpOnly: boolean
  readonly secure: boolean
  readonly sameSite: Lowercase<SameSite>
  readonly partitioned: boolean
}

function flagsOf(config: Config, isSecure: boolean): Flags {
  const { SESSION_COOKIE_NAME: name, SESSION_COOKIE_DOMAIN: domain } = config
  const sameSite = config.SESSION_COOKIE_SAMESITE.toLowerCase() as Lowercase<SameSite>
  const partitioned = config.SESSION_COOKIE_PARTITIONED
  const path = config.SESSION_COOKIE_PATH ?? config.APPLICATION_ROOT
  const needsSecure = partitioned || sameSite === 'none' || /^__(?:Host|Secure)-/.test(name)
  const secure = needsSecure || (config.SESSION_COOKIE_SECURE ?? isSecure)
  if (name.startsWith('__Host-') && (domain !== undefined || path !== '/')) throw hostPrefix(name)
  const flags = { path, httpOnly: config.SESSION_COOKIE_HTTPONLY, sameSite, secure, partitioned }
  return domain === undefined ? flags : { ...flags, domain }
}

type SameSite = Config['SESSION_COOKIE_SAMESITE']

function hostPrefix(name: string): SessionError {
  return withCode(
    'ERR_PHIAL_SESSION_COOKIE_NAME',
    new SessionError(
      `SESSION_COOKIE_NAME is ${JSON.stringify(name)}, but browsers accept cookies with the prefix __Host- only with Path=/ and without Domain. Remove SESSION_COOKIE_DOMAIN and set SESSION_COOKIE_PATH to '/', or choose another name.`,
    ),
  )
}
