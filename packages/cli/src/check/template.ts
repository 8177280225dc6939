/** A template, taken apart: the calls in its tags, what they use of its data, and the addresses in its HTML. */
import { isDeepStrictEqual } from 'node:util'
import { type Found, type Piece, placeOf, Template, writeCode } from 'phial/tools'
import { type Call, callsIn } from './calls.ts'
import { type Address, addressesIn, type ForeignTag, foreignTagsIn } from './html.ts'
import { type Use, usesIn } from './uses.ts'

/** What a template says. */
export interface Parts {
  readonly calls: readonly Call[]
  readonly addresses: readonly Linked[]
  readonly foreign: readonly ForeignTag[]
  readonly uses: readonly Use[]
}

/** An address in a template; `call` is there if it is one call of `urlFor`. */
export interface Linked extends Address {
  readonly call: Call | undefined
  /** Whether it is written out: no tag is in it. */
  readonly isPlain: boolean
}

/** Names that are Phial's in every template. */
const known = ['urlFor', 'include', 'layout']

/** The scopes of a compiled template that declare its helpers: the module, the function and its body. */
const OWN_SCOPES = 3

/** Takes a template apart. Raises `TemplateError` if it is none. */
export function partsOf({ name, file, source }: Found): Parts {
  const template = new Template({ name, file, source, atHand: [], notes: false })
  template.prepareSteps()
  const { pieces } = template
  const code = codeOf(pieces)
  const onItsLine = <T extends { line: number }>(one: T): T => ({
    ...one,
    line: code.lineOf(one.line),
  })
  const calls = callsIn({
    path: 'template.js',
    source: code.source,
    known,
    skipped: OWN_SCOPES,
  }).map(onItsLine)
  const uses = usesIn(code.source, OWN_SCOPES).map(onItsLine)
  const codes = pieces.filter(({ kind }) => kind !== 'text')
  const html = withoutTags(source, codes)
  const addresses = linksOf(html, codes, calls)
  return { calls, addresses, foreign: foreignTagsIn(html), uses }
}

/** The code of all tags, and which line of the template each of its lines is. */
function codeOf(pieces: readonly Piece[]): { source: string; lineOf: (line: number) => number } {
  const options = { atHand: [], escapes: true, notes: false, held: undefined }
  const { text, starts } = writeCode(pieces, options)
  const source = `async function template(__eta, it) {${text}}`
  return { source, lineOf: (line) => placeOf(line, pieces, starts) }
}

function linksOf(html: string, codes: readonly Piece[], calls: readonly Call[]): Linked[] {
  return addressesIn(html).map((found) => {
    const [, at] = /^\u0001(\d+)\u0002\s*$/.exec(found.address) ?? []
    const piece = at === undefined ? undefined : codes[Number(at)]
    const isPlain = !found.address.includes('\u0001')
    return { ...found, isPlain, call: piece && onlyCall(piece, found.line, calls) }
  })
}

/** The one call of `urlFor` that a tag prints. It is among the template's: the name may be another's there. */
function onlyCall({ code }: Piece, line: number, calls: readonly Call[]): Call | undefined {
  if (!/^urlFor\s*\(/.test(code)) return undefined
  const [call] = callsIn({ path: 'tag.js', source: `(${code}\n)`, known })
  const isIts = calls.some(({ args }) => isDeepStrictEqual(args, call?.args))
  return call && isIts ? { ...call, line } : undefined
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
