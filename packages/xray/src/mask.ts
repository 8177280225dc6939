/**
 * Keeps secrets out of pictures, which are shown to a class and sent to others. A name before a `=` or a `:` decides
 * whether the value is a secret, in forms, URLs, JSON, source code and HTML. Each text is read once, forwards, with a
 * look-behind of limited length, because the client chose the text.
 */
import { isSecretName } from '@phial/core'

/** Masks the value of a header, an environ key or a form field if its name is that of a secret. */
export function mask(name: string, value: string): string {
  if (/^(?:http_)?cookie$/i.test(name))
    return value.replaceAll(/=([^;]*)/g, (_, one: string) => `=${stars(one)}`)
  if (/^set-cookie$/i.test(name))
    return value.replace(/=([^;]*)/, (_, one: string) => `=${stars(one)}`)
  if (/authorization$/i.test(name)) return maskAuthorization(value)
  if (value === 'true' || value === 'false') return value
  return isSecretName(name) ? stars(value) : maskText(value)
}

/** Masks the secrets in a text: fields of forms and JSON, query parameters, and assignments in source code. */
export function maskText(text: string): string {
  return maskLogins(maskNamed(maskParts(text).replaceAll(TAG, maskTag)))
}

/** Reports whether a text contains a masked value. */
export const isMasked = (text: string): boolean => text.includes('•••(')

function stars(value: string): string {
  return value === '' || isMasked(value) ? value : `•••(${value.length})`
}

/** `Bearer •••(20)` */
function maskAuthorization(value: string): string {
  const at = value.indexOf(' ') + 1
  return value.slice(0, at) + stars(value.slice(at))
}

/** Masks ranges of a text, which must be in ascending order. */
function replaced(text: string, secrets: Iterable<readonly [from: number, to: number]>): string {
  let masked = ''
  let at = 0
  for (const [from, to] of secrets) {
    masked += text.slice(at, from) + stars(text.slice(from, to))
    at = to
  }
  return masked + text.slice(at)
}

/** The line of a multipart form that names a field. */
const DISPOSITION = /^content-disposition:[^\r\n]*/gim
/** The maximum number of characters between that line and the end of the part's head. */
const REST_OF_HEAD = 4096

/** Masks the fields of a multipart form. A field without an end boundary extends to the end of the text, which was cut. */
function maskParts(text: string): string {
  return replaced(text, secretParts(text))
}

function* secretParts(text: string): Iterable<[number, number]> {
  let at = 0
  for (const { 0: line, index } of text.matchAll(DISPOSITION)) {
    const [, name = ''] = /[; ]name="([^"]*)"/.exec(line) ?? []
    const lineEnd = index + line.length
    if (lineEnd < at || !isSecretName(name)) continue
    const headEnd = text.slice(lineEnd, lineEnd + REST_OF_HEAD).indexOf('\r\n\r\n')
    if (headEnd === -1) continue
    const start = lineEnd + headEnd + 4
    const end = text.indexOf('\r\n--', start)
    at = end === -1 ? text.length : end
    yield [start, at]
  }
}

/** An HTML tag, such as a hidden field. The last tag may be cut. */
const TAG = /<[a-z][^<>]*/gi
const ATTRIBUTE = /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)|'([^']*)|([^\s"'<>=]+)))?/g

/** Masks `<input name="csrf" value="…">` and `<meta name="csrf-token" content="…">`, with the attributes in any order. */
function maskTag(tag: string): string {
  const attributes = [...tag.matchAll(ATTRIBUTE)].map((found) => {
    const [all, name = '', ...values] = found
    const value = values.find((one) => one !== undefined) ?? ''
    const end = found.index + all.length
    return { name: name.toLowerCase(), value, from: end - value.length, to: end }
  })
  if (!attributes.some(({ name, value }) => name === 'name' && isSecretName(value))) return tag
  const secrets = attributes.filter(({ name }) => name === 'value' || name === 'content')
  return replaced(
    tag,
    secrets.map(({ from, to }) => [from, to] as const),
  )
}

/** The maximum number of characters between the start of a name and its `=` or `:`. */
const LONGEST_NAME = 200

/** Masks values that follow their names: strings, numbers, query parameters, and arrays and objects in JSON. */
function maskNamed(text: string): string {
  return replaced(text, secretValues(text))
}

function* secretValues(text: string): Iterable<[number, number]> {
  let at = 0
  for (const { index } of text.matchAll(/[:=]/g)) {
    if (index < at) continue
    const { name, isQuoted } = nameBefore(text, index)
    if (!isSecretName(name)) continue
    const [from, to] = valueAfter(text, index, isQuoted)
    at = to
    yield [from, to]
  }
}

/** Returns the name, quoted or not, that ends right before an index. */
function nameBefore(text: string, at: number): { name: string; isQuoted: boolean } {
  const before = text.slice(Math.max(0, at - LONGEST_NAME), at).trimEnd()
  const quote = before.at(-1)
  if (quote !== '"' && quote !== "'") {
    const start = before.length - wordLength(before)
    return { name: before.slice(start), isQuoted: false }
  }
  const open = before.lastIndexOf(quote, before.length - 2)
  return { name: open === -1 ? '' : before.slice(open + 1, -1), isQuoted: quote === '"' }
}

/** Counts the characters at the end of a text that are not delimiters. */
function wordLength(text: string): number {
  let length = 0
  while (length < text.length && !DELIMITERS.includes(text.charAt(text.length - 1 - length)))
    length += 1
  return length
}

const DELIMITERS = ' \t\r\n&=:;?,\'"`<>(){}'

const TEXT = /^(?:"(?:[^"\\\n]|\\.)*|'(?:[^'\\\n]|\\.)*|`(?:[^`\\]|\\[^])*)/
const NUMBER = /^-?\d[\w.+-]*(?=[\s,;}\])]|$)/
const QUERY_VALUE = /^[^&\s"'<>;#=][^&\s"'<>;#]*/

/** Returns the range of the value after a `=` or a `:`, without its quotes. The range is empty if no value follows. */
function valueAfter(text: string, separator: number, isQuoted: boolean): [number, number] {
  const rest = text.slice(separator + 1)
  const value = rest.slice(0, LONGEST_NAME).trimStart() === '' ? rest : rest.trimStart()
  const start = text.length - value.length
  const [quoted] = TEXT.exec(value) ?? []
  if (quoted !== undefined) return [start + 1, start + quoted.length]
  const [number] = NUMBER.exec(value) ?? []
  if (number !== undefined) return [start, start + number.length]
  if (isQuoted && /^[[{]/.test(value)) return [start, endOfNested(text, start)]
  const [plain = ''] = (text[separator] === '=' && QUERY_VALUE.exec(rest)) || []
  return [separator + 1, separator + 1 + plain.length]
}

/** Returns the index at which a JSON array or object ends, or the end of the text if it was cut. */
function endOfNested(text: string, start: number): number {
  let depth = 0
  let isText = false
  for (let at = start; at < text.length; at += 1) {
    const char = text.charAt(at)
    if (isText && char === '\\') at += 1
    else if (char === '"') isText = !isText
    else if (!isText && '[{'.includes(char)) depth += 1
    else if (!isText && ']}'.includes(char)) depth -= 1
    if (depth === 0 && !isText) return at + 1
  }
  return text.length
}

/** `https://name:password@host` */
function maskLogins(text: string): string {
  return replaced(text, passwords(text))
}

function* passwords(text: string): Iterable<[number, number]> {
  for (const { 0: all, 1: login = '', index } of text.matchAll(/:\/\/([^\s/"'<>]*)/g)) {
    const colon = login.indexOf(':')
    const end = login.lastIndexOf('@')
    const from = index + all.length - login.length
    if (colon !== -1 && colon < end) yield [from + colon + 1, from + end]
  }
}
