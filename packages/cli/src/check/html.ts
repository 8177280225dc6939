/** Finds forms, URLs and tags of other template languages in HTML. Template tags have been replaced by marks. */
import { Parser } from 'htmlparser2'

/** An attribute whose value is a URL, or the action of a form. */
export interface Address {
  readonly tag: string
  readonly attribute: string
  /** The value of the attribute. */
  readonly address: string
  /** The method of a form, in upper case. Default `GET`. */
  readonly method: string | undefined
  /** The line number, from 1. */
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

/** Returns the URLs in a page, in order. */
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

/** A tag of another template language, which Phial prints literally. */
export interface ForeignTag {
  /** `{{ user }}` */
  readonly text: string
  /** The line number, from 1. */
  readonly line: number
}

/** Elements whose text is code or is read by a script in the browser. */
const OPAQUE = new Set(['script', 'style', 'template', 'pre', 'code', 'textarea'])

/** Attributes of pages whose `{{ }}` a script in the browser fills: Vue, Alpine, Angular. */
const FILLED = /^(v-|x-|ng-|:|@|\[)/

/** Returns tags such as `{{ user }}` and `{% if %}`, in order; none if a script in the browser fills the page. */
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
