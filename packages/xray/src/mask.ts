/**
 * Keeps secrets out of pictures: a picture is shown to a class, and sent to friends. Names that
 * stand before a `=` or a `:` tell what is secret, in forms, addresses, JSON, source code and HTML.
 * Each text is read once, forwards, with a short look back: a visitor chose it.
 */
import { isSecretName } from '@phial/core'

/** The value of a header, of an environ key or of a form's field, masked if its name says that it is a secret. */
export function mask(name: string, value: string): string {
  if (/^(?:http_)?cookie$/i.test(name))
    return value.replaceAll(/=([^;]*)/g, (_, one: string) => `=${stars(one)}`)
  if (/^set-cookie$/i.test(name))
    return value.replace(/=([^;]*)/, (_, one: string) => `=${stars(one)}`)
  if (/authorization$/i.test(name)) return maskAuthorization(value)
  if (value === 'true' || value === 'false') return value
  return isSecretName(name) ? stars(value) : maskText(value)
}

/** Text without the fields whose names say that they are secrets: a form's, JSON's, those of an address or of source code. */
export function maskText(text: string): string {
  return maskLogins(maskNamed(maskParts(text).replaceAll(TAG, maskTag)))
}

/** Whether something was masked in a text. */
export const isMasked = (text: string): boolean => text.includes('•••(')

function stars(value: string): string {
  return value === '' || isMasked(value) ? value : `•••(${value.length})`
}

/** `Bearer •••(20)` */
function maskAuthorization(value: string): string {
  const at = value.indexOf(' ') + 1
  return value.slice(0, at) + stars(value.slice(at))
}

/** Puts stars in the place of some stretches of a text, which are given in order. */
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
/** How long the head of a part may be after that line. */
const REST_OF_HEAD = 4096

/** The fields of a multipart form. One without an end goes on to that of the text, which was cut. */
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

/** A tag of HTML, such as a hidden field; the last one may be cut. */
const TAG = /<[a-z][^<>]*/gi
const ATTRIBUTE = /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)|'([^']*)|([^\s"'<>=]+)))?/g

/** `<input name="csrf" value="…">`, `<meta name="csrf-token" content="…">`, in whatever order. */
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

/** How far before a `=` or a `:` its name may begin. */
const LONGEST_NAME = 200

/** Values that stand beside their names: texts, numbers, the values of a query; in JSON lists and objects, too. */
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

/** The name that ends right before a place, in quotes or not. */
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

/** How many characters at the end are no delimiters. */
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

/** Where the value begins and ends that follows a `=` or a `:`; nowhere if none does. The quotes around a text are no part of it. */
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

/** Where a list or an object of JSON ends: that of the text, if it was cut. */
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
