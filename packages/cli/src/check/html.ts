/** What `phial check` finds in a page of HTML: forms, addresses, tags of other template languages. Tags of the template are marks in it. */
import { Parser } from 'htmlparser2'

/** An attribute that holds an address, or a form's. */
export interface Address {
  readonly tag: string
  readonly attribute: string
  /** As it is written. */
  readonly address: string
  /** A form's method, in capitals, as it is written; `GET` where it is not. */
  readonly method: string | undefined
  /** The line of the page, from 1. */
  readonly line: number
}

const ATTRIBUTES: Readonly<Record<string, string>> = {
  form: 'action',
  link: 'href',
  script: 'src',
  img: 'src',
  source: 'src',
  video: 'src',
  audio: 'src',
  a: 'href',
}

/** The addresses of a page, in order. */
export function addressesIn(html: string): Address[] {
  const found: Address[] = []
  const parser = new Parser({
    onopentag(tag, attributes) {
      const attribute = ATTRIBUTES[tag]
      const address = attribute === undefined ? undefined : attributes[attribute]
      if (attribute === undefined || address === undefined || address.trim() === '') return
      const method = tag === 'form' ? (attributes['method'] ?? 'get').toUpperCase() : undefined
      const line = html.slice(0, parser.startIndex).split('\n').length
      found.push({ tag, attribute, address: address.trim(), method, line })
    },
  })
  parser.end(html)
  return found
}

/** A tag of another template language, which is printed as it is written. */
export interface ForeignTag {
  /** `{{ user }}` */
  readonly text: string
  /** The line of the page, from 1. */
  readonly line: number
}

/** Elements whose text is code, or meant for a script in the browser. */
const OPAQUE = new Set(['script', 'style', 'template', 'pre', 'code', 'textarea'])

/** Attributes by which a page says that a script in the browser fills its `{{ }}`: Vue's, Alpine's, Angular's. */
const FILLED = /^(v-|x-|ng-|:|@|\[)/

/** Returns `{{ user }}` and `{% if %}` of a page, in order. A page that a script in the browser fills has none. */
export function foreignTagsIn(html: string): ForeignTag[] {
  const found: ForeignTag[] = []
  let opaque = 0
  let isFilled = false
  const look = (text: string, start: number): void => {
    for (const { 0: tag, index } of text.matchAll(/\{\{[^{}\n]+\}\}|\{%[^%\n]+%\}/g))
      found.push({ text: tag, line: html.slice(0, start + index).split('\n').length })
  }
  const parser = new Parser({
    onopentag(tag, attributes) {
      isFilled ||= Object.keys(attributes).some((name) => FILLED.test(name))
      if (OPAQUE.has(tag)) opaque += 1
      else if (opaque === 0)
        for (const value of Object.values(attributes)) look(value, parser.startIndex)
    },
    ontext(text) {
      if (opaque === 0) look(text, parser.startIndex)
    },
    onclosetag(tag) {
      if (OPAQUE.has(tag)) opaque -= 1
    },
  })
  parser.end(html)
  return isFilled ? [] : found
}
