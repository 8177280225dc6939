/** Forms and addresses in a page of HTML, in which tags of a template may stand for parts. */
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
