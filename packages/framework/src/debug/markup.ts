/** A template tag for HTML that escapes its values. */
import { escaped, Markup } from '../helpers/printing.ts'

/**
 * A piece of HTML. Values are escaped, unless they are pieces themselves, or arrays of pieces.
 *
 * ```ts
 * markup`<p>${error.message}</p>`
 * ```
 */
export function markup(texts: TemplateStringsArray, ...values: readonly unknown[]): Markup {
  const pieces = texts.map((text, at) => (at === 0 ? text : piece(values[at - 1]) + text))
  return new Markup(pieces.join(''))
}

function piece(value: unknown): string {
  return Array.isArray(value) ? value.map(escaped).join('') : escaped(value)
}
