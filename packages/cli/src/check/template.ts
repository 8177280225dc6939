/** A template, taken apart: the calls in its tags, and the addresses in its HTML. */
import { type Found, type Piece, placeOf, Template, writeCode } from 'phial/tools'
import { type Call, callsIn } from './calls.ts'
import { type Address, addressesIn } from './html.ts'

/** What a template says. */
export interface Parts {
  readonly calls: readonly Call[]
  readonly addresses: readonly Linked[]
}

/** An address in a template; `call` is there if it is one call of `urlFor`. */
export interface Linked extends Address {
  readonly call: Call | undefined
  /** Whether it is written out: no tag is in it. */
  readonly isPlain: boolean
}

/** Names that are Phial's in every template. */
const known = ['urlFor', 'include', 'layout']

/** Takes a template apart. Raises `TemplateError` if it is none. */
export function partsOf({ name, file, source }: Found): Parts {
  const template = new Template({ name, file, source, atHand: [], notes: false })
  template.prepareSteps()
  const { pieces } = template
  return { calls: callsOf(pieces), addresses: linksOf(source, pieces) }
}

/** The calls in all tags, on the lines of the template. */
function callsOf(pieces: readonly Piece[]): Call[] {
  const options = { atHand: [], escapes: true, notes: false, held: undefined }
  const { text, starts } = writeCode(pieces, options)
  const source = `async function template(__eta, it) {${text}}`
  return callsIn({ path: 'template.js', source, known }).map((call) => {
    return { ...call, line: placeOf(call.line, pieces, starts) }
  })
}

function linksOf(source: string, pieces: readonly Piece[]): Linked[] {
  const codes = pieces.filter(({ kind }) => kind !== 'text')
  return addressesIn(withoutTags(source, codes)).map((found) => {
    const [, at] = /^\u0001(\d+)\u0002\s*$/.exec(found.address) ?? []
    const piece = at === undefined ? undefined : codes[Number(at)]
    const isPlain = !found.address.includes('\u0001')
    return { ...found, isPlain, call: piece && onlyCall(piece, found.line) }
  })
}

/** The one call of `urlFor` that a tag prints. */
function onlyCall({ code }: Piece, line: number): Call | undefined {
  if (!/^urlFor\s*\(/.test(code)) return undefined
  const [call] = callsIn({ path: 'tag.js', source: `(${code}\n)`, known })
  return call && { ...call, line }
}

/** The page with a mark for each tag, on the same lines. */
function withoutTags(source: string, codes: readonly Piece[]): string {
  let html = ''
  let cursor = 0
  for (const [index, { code }] of codes.entries()) {
    const open = source.indexOf('<%', cursor)
    const end = source.indexOf('%>', source.indexOf(code, open + 2) + code.length) + 2
    const lines = source.slice(open, end).replaceAll(/[^\n]/g, '')
    html += `${source.slice(cursor, open)}\u0001${index}\u0002${lines}`
    cursor = end
  }
  return html + source.slice(cursor)
}
