/** A template tag for HTML that escapes its values. */
import { escaped, Markup } from '../helpers/printing.ts'

/**
 * Returns HTML. Values are escaped unless they are `Markup`, or arrays of `Markup`. `undefined` and `null` print nothing.
 *
 * ```ts
 * markup`<p>${error.message}</p>`
 * ```
 */
export function markup(texts: TemplateStringsArray, ...values: readonly unknown[]): Markup {
  const pieces = texts.map((text, index) => (index === 0 ? text : piece(values[index - 1]) + text))
  return new Markup(pieces.join(''))
}

function piece(value: unknown): string {
  return Array.isArray(value) ? value.map(escaped).join('') : escaped(value)
}
