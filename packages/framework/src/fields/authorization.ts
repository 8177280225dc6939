/** HTTP authentication: `Authorization` and `WWW-Authenticate`. RFC 9110 §11, RFC 7617, RFC 6750 */
import { Buffer } from 'node:buffer'
import { parseParameters, quote } from './parameters.ts'

/** A parsed `Authorization` header. */
export interface Authorization {
  /** The scheme in lower case: `basic`, `bearer`, `digest`. */
  readonly type: string
  /** Basic and Digest: the user name. */
  readonly username?: string
  /** Basic: the password, which may contain colons. */
  readonly password?: string
  /** Bearer and other schemes with a single value: that value. */
  readonly token?: string
  /** Digest and other schemes with parameters: the parameters, by lower-case name. */
  readonly parameters: Readonly<Record<string, string | undefined>>
}

const HEADER = /^\s*([\w!#$%&'*+.^`|~-]+)(?:[ \t]+(.*))?$/s
const TOKEN = /^[\w.~+/-]+=*$/

/** Parses `Authorization`; `undefined` if it is malformed. */
export function parseAuthorization(text: string): Authorization | undefined {
  const [, scheme, rest = ''] = HEADER.exec(text) ?? []
  if (scheme === undefined) return undefined
  const type = scheme.toLowerCase()
  const value = rest.trim()
  if (type === 'basic') return parseBasic(value)
  if (TOKEN.test(value)) return { type, token: value, parameters: {} }
  const parameters = byName(value)
  const { username } = parameters
  return { type, parameters, ...(username !== undefined && { username }) }
}

function parseBasic(value: string): Authorization | undefined {
  if (!TOKEN.test(value)) return undefined
  try {
    const bytes = Buffer.from(value, 'base64')
    const pair = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    const [, username, password] = /^([^:]*):(.*)$/s.exec(pair) ?? []
    if (username === undefined || password === undefined) return undefined
    return { type: 'basic', username, password, parameters: {} }
  } catch {
    // Bytes that are not UTF-8 are not valid credentials.
    return undefined
  }
}

function byName(text: string): Record<string, string | undefined> {
  const named = Object.create(null) as Record<string, string | undefined>
  for (const [name, value] of parseParameters(text)) named[name] ??= value
  return named
}

/** The challenge in `WWW-Authenticate`: `{ type: 'basic', parameters: { realm: 'site' } }`. */
export interface Challenge {
  readonly type: string
  readonly token?: string
  readonly parameters?: Readonly<Record<string, string | undefined>>
}

/** Serializes `WWW-Authenticate`, with each value in quotes, which RFC 9110 §11.5 requires for `realm`. */
export function formatChallenge({ type, token, parameters = {} }: Challenge): string {
  const scheme = type.charAt(0).toUpperCase() + type.slice(1)
  const named = Object.entries(parameters).map(([name, value = '']) => `${name}=${quote(value)}`)
  return [scheme, token ?? named.join(', ')].filter((part) => part !== '').join(' ')
}
