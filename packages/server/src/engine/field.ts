/** A field line of a header or trailer section. RFC 9112 §5 */
import { cachedByName, environKey, isFieldValue, isToken } from '@phial/core'
import { bad, Refused } from '../refusal.ts'

const SPACE = 32
const TAB = 9

/** The fields that the server itself interprets. Empty for all others. */
export type Kind =
  | 'host'
  | 'content-length'
  | 'transfer-encoding'
  | 'connection'
  | 'expect'
  | 'upgrade'
  | ''

export interface Field {
  readonly line: string
  readonly kind: Kind
  readonly value: string
  /** The entry for the environ; `undefined` for a field that is dropped. */
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

/** Returns the kind of a field name, or `undefined` if the name is not a token. */
const kindOf = cachedByName((name): Kind | undefined => {
  if (!isToken(name)) return undefined
  const lower = name.toLowerCase()
  return KINDS.has(lower) ? (lower as Kind) : ''
})

/** Parses `Name: value`. Strips spaces and tabs around the value. Throws {@link Refused} if the line is malformed. */
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
    throw new Refused(
      bad('a header line begins with whitespace, as in obsolete line folding (RFC 9112 §5.2)'),
    )
  throw new Refused(bad(whyNoName(name, line)))
}

function whyNoName(name: string, line: string): string {
  if (!line.includes(':')) return 'a field line has no colon (RFC 9112 §5)'
  return /[ \t]$/.test(name)
    ? 'there is whitespace before the colon of a field (RFC 9112 §5.1)'
    : 'a field name is not a token (RFC 9110 §5.1)'
}

/** Strips spaces and tabs from both ends of the text after `from`. Other Unicode whitespace is kept. RFC 9110 §5.6.3 */
export function trimmed(text: string, from = 0): string {
  let begin = from
  let end = text.length
  let code = text.charCodeAt(begin)
  while (code === SPACE || code === TAB) code = text.charCodeAt(++begin)
  code = text.charCodeAt(end - 1)
  while (end > begin && (code === SPACE || code === TAB)) code = text.charCodeAt(--end - 1)
  return text.slice(begin, end)
}
