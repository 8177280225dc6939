/** Escapes text for HTML, and replaces characters that UTF-8 cannot encode. */
import { assertString } from './arguments.ts'

/**
 * Escapes the five special characters of HTML.
 *
 * Searches the first one with a regular expression, which is fast for long text without any, and copies the rest piece by
 * piece. This takes a third of the time of `replaceAll` with a function, as measured by `bench/peers`, "template".
 *
 * ```ts
 * escapeHtml('<b>') // '&lt;b&gt;'
 * ```
 */
export function escapeHtml(text: string): string {
  assertString('escapeHtml(text)', text)
  const first = text.search(SPECIAL)
  if (first === -1) return text
  let escaped = ''
  let from = 0
  for (let at = first; at < text.length; at += 1) {
    const entity = entityOf(text.charCodeAt(at))
    if (entity === undefined) continue
    escaped += text.slice(from, at) + entity
    from = at + 1
  }
  return escaped + text.slice(from)
}

const SPECIAL = /[&<>"']/

function entityOf(code: number): string | undefined {
  switch (code) {
    case 34:
      return '&quot;'
    case 38:
      return '&amp;'
    case 39:
      return '&#39;'
    case 60:
      return '&lt;'
    case 62:
      return '&gt;'
    default:
      return undefined
  }
}

/** Replaces each lone surrogate, which UTF-8 cannot encode, with U+FFFD. Most text has none and is only scanned. */
export function wellFormed(text: string): string {
  return SURROGATE.test(text) ? text.replaceAll(/\p{Surrogate}/gu, '\uFFFD') : text
}

const SURROGATE = /[\ud800-\udfff]/
