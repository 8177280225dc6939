/** Keeps secrets out of pictures: a picture is shown to a class, and sent to friends. All of it takes linear time. */
import { isSecretName } from '@phial/core'

/** The value of a header, of an environ key or of a form's field, masked if its name says that it is a secret. */
export function mask(name: string, value: string): string {
  if (/^(?:http_)?cookie$/i.test(name))
    return value.replaceAll(/=([^;]*)/g, (_, one: string) => `=${stars(one)}`)
  if (/^set-cookie$/i.test(name))
    return value.replace(/=([^;]*)/, (_, one: string) => `=${stars(one)}`)
  if (/authorization$/i.test(name)) return value.replace(/(?<= ).*|^[^ ]*$/, stars)
  if (value === 'true' || value === 'false') return value
  return isSecretName(name) ? stars(value) : maskText(value)
}

/** Text without the fields whose names say that they are secrets: a form's, JSON's, those of an address or of source code. */
export function maskText(text: string): string {
  return maskNamed(maskParts(text).replaceAll(TAG, maskTag))
    .replaceAll(PAIR, (_, name: string, value: string) => `${name}=${hide(name, value)}`)
    .replaceAll(LOGIN, (_, start: string, password: string) => start + stars(password))
}

/** `a=b` of a form or an address. */
const PAIR = /(?<![^&=\s"';?])([^&=\s"';?]+)=([^&\s"'<>;#]+)/g
/** `https://name:password@host` */
const LOGIN = /(\w:\/\/[^\s/:@]*:)([^\s/@]+)(?=@)/g

/** Whether something was masked in a text. */
export const isMasked = (text: string): boolean => text.includes('•••(')

function hide(name: string, value: string): string {
  return isSecretName(name) ? stars(value) : value
}

function stars(value: string): string {
  return value === '' || isMasked(value) ? value : `•••(${value.length})`
}

/** A field of a multipart form: the line with its name, and up to eight more before its value. */
const PART =
  /^content-disposition:[^\r\n]*?[; ]name="([^"\r\n]*)"[^\r\n]*\r\n(?:[^\r\n]{1,1000}\r\n){0,8}\r\n/gim

/** The fields of a multipart form. One without an end goes on to that of the text, which was cut. */
function maskParts(text: string): string {
  let masked = ''
  let at = 0
  for (const { 0: head, 1: name = '', index } of text.matchAll(PART)) {
    const start = index + head.length
    if (start < at || !isSecretName(name)) continue
    const end = text.indexOf('\r\n--', start)
    masked += text.slice(at, start) + stars(text.slice(start, end === -1 ? undefined : end))
    at = end === -1 ? text.length : end
  }
  return masked + text.slice(at)
}

/** A tag of HTML, such as a hidden field, and what it says; the last one may be cut. */
const TAG = /<[a-z][^<>]*/gi
const ATTRIBUTE =
  /(?<![\w-])(name|value|content)(\s*=\s*)(?:"([^"]*)(?:"|$)|'([^']*)(?:'|$)|([^\s"'<>]+))/gi

function maskTag(tag: string): string {
  const said = [...tag.matchAll(ATTRIBUTE)].map(([, name = '', , ...values]) => ({
    name: name.toLowerCase(),
    value: values.join(''),
  }))
  const isSecret = said.some(({ name, value }) => name === 'name' && isSecretName(value))
  if (!isSecret) return tag
  return tag.replaceAll(ATTRIBUTE, (all: string, name: string, _equals, ...values: unknown[]) => {
    const value = values.slice(0, 3).find((one) => typeof one === 'string') as string
    if (name.toLowerCase() === 'name' || value === '') return all
    const at = all.lastIndexOf(value)
    return all.slice(0, at) + stars(value) + all.slice(at + value.length)
  })
}

/** `"a": ` of JSON, `a: ` or `a = ` of JavaScript. */
const NAME = /(?:"([^"\\\n]{1,200})"|'([^'\\\n]{1,200})'|(?<![\w.$-])([\w.$-]{1,200}))\s*[:=]\s*/g
/** A text, which may be cut; a number. */
const VALUE =
  /"((?:[^"\\\n]|\\.)*)|'((?:[^'\\\n]|\\.)*)|`((?:[^`\\]|\\[^])*)|(-?\d[\w.+-]*)(?=[\s,}\])]|$)/y

/** Values that stand beside their names, texts and numbers; in JSON lists and objects, too. */
function maskNamed(text: string): string {
  let masked = ''
  let at = 0
  NAME.lastIndex = 0
  for (let found = NAME.exec(text); found !== null; found = NAME.exec(text)) {
    const name = found[1] ?? found[2] ?? found[3] ?? ''
    if (!isSecretName(name)) continue
    const start = NAME.lastIndex
    const { open, value, end } = valueAt(text, start, found[1] !== undefined)
    masked += text.slice(at, start) + open + stars(value)
    at = end
    NAME.lastIndex = end
  }
  return masked + text.slice(at)
}

/** The value at a place, and where it ends; none where none begins there. The quote that closes a text is no part of it. */
function valueAt(
  text: string,
  start: number,
  isJson: boolean,
): { open: string; value: string; end: number } {
  VALUE.lastIndex = start
  const [all = '', ...kinds] = VALUE.exec(text) ?? []
  if (all !== '') {
    const value = kinds.join('')
    return { open: all.slice(0, all.length - value.length), value, end: start + all.length }
  }
  const end = isJson && /[[{]/.test(text[start] ?? '') ? endOfNested(text, start) : start
  return { open: '', value: text.slice(start, end), end }
}

const BRACKET = /"(?:[^"\\]|\\[^])*(?:"|$)|[[{\]}]/g

/** Where a list or an object of JSON ends. */
function endOfNested(text: string, start: number): number {
  let depth = 0
  BRACKET.lastIndex = start
  for (let found = BRACKET.exec(text); found !== null; found = BRACKET.exec(text)) {
    if ('[{'.includes(found[0])) depth += 1
    else if (']}'.includes(found[0])) depth -= 1
    if (depth === 0) return BRACKET.lastIndex
  }
  return text.length
}
