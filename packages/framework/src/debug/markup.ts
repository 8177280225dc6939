/** HTML that is escaped unless it was made here. */
import { escaped, Markup } from '../helpers/printing.ts'

/**
 * A piece of HTML. What is put into it is escaped, unless it is a piece itself, or a list of pieces.
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
