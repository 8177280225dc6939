/** What a template prints for a value. */
import { escapeHtml } from '../markup.ts'

/**
 * Text that is HTML, and is printed as it is. Only make it of what you trust: what a visitor sent is
 * run by every browser that gets it.
 *
 * ```ts
 * return renderTemplate('post', { text: new Markup(sanitize(post.html)) })
 * ```
 */
export class Markup extends String {}

/** In a template: text that is HTML and comes from a source that can be trusted. `<%= safe(post.html) %>` */
export function safe(text: unknown): Markup {
  return new Markup(plain(text))
}

/** Printed by `<%= %>`: nothing for what is not there, the rest as text in HTML. */
export function escaped(value: unknown): string {
  if (typeof value === 'string') return NEEDS_ESCAPE.test(value) ? escapeHtml(value) : value
  if (typeof value === 'number') return String(value)
  return value instanceof Markup ? value.toString() : escapeHtml(plain(value))
}

const NEEDS_ESCAPE = /[&<>"']/

/** Printed by `<%~ %>`, and by `<%= %>` where nothing is escaped: nothing for what is not there. */
export function plain(value: unknown): string {
  // oxlint-disable-next-line typescript/no-base-to-string -- whatever it is, this is how it prints
  return value === undefined || value === null ? '' : String(value)
}

const IN_SCRIPT: Readonly<Record<string, string>> = {
  '<': String.raw`\u003c`,
  '>': String.raw`\u003e`,
  '&': String.raw`\u0026`,
  "'": String.raw`\u0027`,
  '\u2028': String.raw`\u2028`,
  '\u2029': String.raw`\u2029`,
}

/**
 * `tojson` in a template: a value as JSON, safe in a `<script>` and in an attribute with single quotes. What
 * JSON has no way to write is `null`. Raises `TypeError` for a `bigint`, and for what holds itself.
 *
 * ```html
 * <script>const posts = <%= tojson(it.posts) %></script>
 * ```
 */
export function jsonForScript(value: unknown, dumps: (value: unknown) => string): Markup {
  const text = isNothing(value) ? 'null' : dumps(value)
  const inScript = (character: string): string => IN_SCRIPT[character] ?? character
  return new Markup(text.replaceAll(/[<>&'\u2028\u2029]/g, inScript))
}

/** What JSON has no way to write, and leaves out of lists and objects. */
function isNothing(value: unknown): boolean {
  return value === undefined || typeof value === 'function' || typeof value === 'symbol'
}
