/** One field line: a header, or a trailer. RFC 9112 §5 */
import { cachedByName, environKey, isFieldValue, isToken } from '@phial/core'
import { bad, Refused } from '../refusal.ts'

const SPACE = 32
const TAB = 9

/** The fields that say something to the server itself. */
export type Kind =
  | 'host'
  | 'content-length'
  | 'transfer-encoding'
  | 'connection'
  | 'expect'
  | 'upgrade'
  | ''

export interface Field {
  /** As it came. */
  readonly line: string
  readonly kind: Kind
  readonly value: string
  /** What environ gets of it; `undefined` for what is dropped. */
  readonly header: readonly [name: string, value: string, key: string] | undefined
}

const KINDS: ReadonlySet<string> = new Set<Kind>([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'expect',
  'upgrade',
])

/** The kind of a name that is a token. */
const kindOf = cachedByName((name): Kind | undefined => {
  if (!isToken(name)) return undefined
  const lower = name.toLowerCase()
  return KINDS.has(lower) ? (lower as Kind) : ''
})

/** Reads `Name: value`. Optional space around a value is space and tab, and nothing else. */
export function readField(line: string): Field {
  const colon = line.indexOf(':')
  const name = line.slice(0, Math.max(colon, 0))
  const kind = kindOf(name) ?? refuse(name, line)
  const value = trimmed(line, colon + 1)
  if (!isFieldValue(value))
    throw new Refused(bad('a field value has a control character (RFC 9110 §5.5)'))
  const key = environKey(name)
  return { line, kind, value, header: key === undefined ? undefined : [name, value, key] }
}

function refuse(name: string, line: string): never {
  if (/^[ \t]/.test(line))
    throw new Refused(bad('a line begins with space, as folded ones did (RFC 9112 §5.2)'))
  throw new Refused(bad(whyNoName(name, line)))
}

function whyNoName(name: string, line: string): string {
  if (!line.includes(':')) return 'a field line has no colon (RFC 9112 §5)'
  return /[ \t]$/.test(name)
    ? 'there is space before the colon of a field (RFC 9112 §5.1)'
    : 'the name of a field is no token (RFC 9110 §5.1)'
}

/** Without optional space at its ends, from a place on: space and tab, and never what else Unicode calls space. RFC 9110 §5.6.3 */
export function trimmed(text: string, from = 0): string {
  let begin = from
  let end = text.length
  let code = text.charCodeAt(begin)
  while (code === SPACE || code === TAB) code = text.charCodeAt(++begin)
  code = text.charCodeAt(end - 1)
  while (end > begin && (code === SPACE || code === TAB)) code = text.charCodeAt(--end - 1)
  return text.slice(begin, end)
}
