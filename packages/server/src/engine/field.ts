/** One field line: a header, or a trailer. RFC 9112 §5 */
import { environKey } from '@phial/core'
import { isToken } from '../head-rules.ts'
import { bad, Refused } from '../refusal.ts'

/** The fields that say something to the server itself. */
export type Kind = 'host' | 'content-length' | 'transfer-encoding' | 'connection' | 'expect' | ''

export interface Field {
  /** As it came. */
  readonly line: string
  readonly kind: Kind
  readonly value: string
  /** What environ gets of it; `undefined` for what is dropped. */
  readonly header: readonly [name: string, value: string, key: string] | undefined
}

/** What a field value may hold: visible characters, Latin-1, space and tab. RFC 9110 §5.5 */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/
const KINDS: ReadonlySet<string> = new Set<Kind>([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'expect',
])

/** Names that were seen, and are tokens. Bounded: a client may make names up. */
const known = new Map<string, Kind>()
const KNOWN_NAMES = 500

/** Reads `Name: value`. Optional space around a value is space and tab, and nothing else. */
export function readField(line: string): Field {
  const colon = line.indexOf(':')
  const name = line.slice(0, Math.max(colon, 0))
  const kind = known.get(name) ?? kindOf(name, line)
  const value = trimmed(line, colon + 1)
  if (!VALUE.test(value))
    throw new Refused(bad('a field value has a control character (RFC 9110 §5.5)'))
  const key = environKey(name)
  return { line, kind, value, header: key === undefined ? undefined : [name, value, key] }
}

function kindOf(name: string, line: string): Kind {
  if (/^[ \t]/.test(line))
    throw new Refused(bad('a line begins with space, as folded ones did (RFC 9112 §5.2)'))
  if (!isToken(name)) throw new Refused(bad(whyNoName(name, line)))
  const lower = name.toLowerCase()
  const kind = KINDS.has(lower) ? (lower as Kind) : ''
  if (known.size < KNOWN_NAMES) known.set(name, kind)
  return kind
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
  while (begin < end && isSpace(text.charCodeAt(begin))) begin++
  while (end > begin && isSpace(text.charCodeAt(end - 1))) end--
  return text.slice(begin, end)
}

const isSpace = (code: number): boolean => code === 32 || code === 9
