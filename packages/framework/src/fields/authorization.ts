/** Who asks, and how one is to say so: `Authorization`, `WWW-Authenticate`. RFC 9110 §11, RFC 7617, RFC 6750 */
import { Buffer } from 'node:buffer'
import { parseParameters, quote } from './parameters.ts'

/** What `Authorization` says. */
export interface Authorization {
  /** The scheme in lower case: `basic`, `bearer`, `digest`. */
  readonly type: string
  /** Basic and Digest: who. */
  readonly username?: string
  /** Basic: the password, colons included. */
  readonly password?: string
  /** Bearer and others with a single value: that value. */
  readonly token?: string
  /** Digest and others with named values: those, by their names in lower case. */
  readonly parameters: Readonly<Record<string, string | undefined>>
}

const HEADER = /^\s*([\w!#$%&'*+.^`|~-]+)(?:[ \t]+(.*))?$/s
const TOKEN = /^[\w.~+/-]+=*$/

/** Reads `Authorization`; `undefined` if it is malformed. */
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
    // Bytes that are no UTF-8 name nobody.
    return undefined
  }
}

function byName(text: string): Record<string, string | undefined> {
  const named = Object.create(null) as Record<string, string | undefined>
  for (const [name, value] of parseParameters(text)) named[name] ??= value
  return named
}

/** What `WWW-Authenticate` asks for: `{ type: 'basic', parameters: { realm: 'site' } }`. */
export interface Challenge {
  readonly type: string
  readonly token?: string
  readonly parameters?: Readonly<Record<string, string | undefined>>
}

/** Writes `WWW-Authenticate`, each value in quotes: RFC 9110 §11.5 wants that of a realm. */
export function formatChallenge({ type, token, parameters = {} }: Challenge): string {
  const scheme = type.charAt(0).toUpperCase() + type.slice(1)
  const named = Object.entries(parameters).map(([name, value = '']) => `${name}=${quote(value)}`)
  return [scheme, token ?? named.join(', ')].filter((part) => part !== '').join(' ')
}
