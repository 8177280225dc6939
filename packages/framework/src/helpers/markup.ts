/** Text as HTML, and text as UTF-8 can hold it. */

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/**
 * Escapes text for HTML: the five characters that have a meaning there.
 *
 * ```ts
 * escapeHtml('<b>') // '&lt;b&gt;'
 * ```
 */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
}

/** Replaces each lone surrogate, which UTF-8 cannot hold, by U+FFFD. Most text has none, and is looked through once. */
export function wellFormed(text: string): string {
  return SURROGATE.test(text) ? text.replaceAll(/\p{Surrogate}/gu, '\uFFFD') : text
}

const SURROGATE = /[\ud800-\udfff]/
