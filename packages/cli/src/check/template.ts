/** Splits a template into the calls in its tags, the data that they use, and the URLs in its HTML. */
import { isDeepStrictEqual } from 'node:util'
import { type Found, partsOf as readTemplate, type Tag } from 'phial/tools'
import { type Call, callsIn } from './calls.ts'
import { type Address, addressesIn, type ForeignTag, foreignTagsIn } from './html.ts'
import { type Use, usesIn } from './uses.ts'

/** The parts of a template. */
export interface Parts {
  readonly calls: readonly Call[]
  readonly addresses: readonly Linked[]
  readonly foreign: readonly ForeignTag[]
  readonly uses: readonly Use[]
}

/** A URL in a template. `call` is set if the URL is a single call of `urlFor`. */
export interface Linked extends Address {
  readonly call: Call | undefined
  /** Whether the URL is a literal, without tags. */
  readonly isPlain: boolean
}

/** Names that Phial provides in every template. */
const known = ['urlFor', 'include', 'layout']

/** The number of scopes of a compiled template that declare its helpers: the module, the function and its body. */
const OWN_SCOPES = 3

/** Parses a template. Throws `TemplateError` if its syntax is invalid. */
export function partsOf(found: Found): Parts {
  const { tags, script, lineOf } = readTemplate(found)
  const onItsLine = <T extends { line: number }>(one: T): T => ({ ...one, line: lineOf(one.line) })
  const code = { path: 'template.js', source: script, known, skipped: OWN_SCOPES }
  const calls = callsIn(code).map(onItsLine)
  const uses = usesIn(script, OWN_SCOPES).map(onItsLine)
  const html = withoutTags(found.source, tags)
  const addresses = linksOf(html, tags, calls)
  return { calls, addresses, foreign: foreignTagsIn(html), uses }
}

function linksOf(html: string, tags: readonly Tag[], calls: readonly Call[]): Linked[] {
  return addressesIn(html).map((found) => {
    const [, at] = /^\u0001(\d+)\u0002\s*$/.exec(found.address) ?? []
    const tag = at === undefined ? undefined : tags[Number(at)]
    const isPlain = !found.address.includes('\u0001')
    return { ...found, isPlain, call: tag && onlyCall(tag, found.line, calls) }
  })
}

/** Returns the single call of `urlFor` in a tag, if it is one of the template's calls: the name may be shadowed. */
function onlyCall({ code }: Tag, line: number, calls: readonly Call[]): Call | undefined {
  if (!/^urlFor\s*\(/.test(code)) return undefined
  const [call] = callsIn({ path: 'tag.js', source: `(${code}\n)`, known })
  const isIts = calls.some(({ args }) => isDeepStrictEqual(args, call?.args))
  return call && isIts ? { ...call, line } : undefined
}

/** Returns the page with each tag replaced by a mark, keeping the line numbers. */
function withoutTags(source: string, tags: readonly Tag[]): string {
  let html = ''
  let cursor = 0
  for (const [index, { outer }] of tags.entries()) {
    const lines = source.slice(...outer).replaceAll(/[^\n]/g, '')
    html += `${source.slice(cursor, outer[0])}\u0001${index}\u0002${lines}`
    cursor = outer[1]
  }
  return html + source.slice(cursor)
}
