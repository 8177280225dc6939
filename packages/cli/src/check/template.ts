/** A template, taken apart: the calls in its tags, what they use of its data, and the addresses in its HTML. */
import { isDeepStrictEqual } from 'node:util'
import { type Found, partsOf as readTemplate, type Tag } from 'phial/tools'
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

/** Takes a template apart. Throws `TemplateError` if it is invalid. */
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

/** The one call of `urlFor` that a tag prints. It is among the template's: the name may be another's there. */
function onlyCall({ code }: Tag, line: number, calls: readonly Call[]): Call | undefined {
  if (!/^urlFor\s*\(/.test(code)) return undefined
  const [call] = callsIn({ path: 'tag.js', source: `(${code}\n)`, known })
  const isIts = calls.some(({ args }) => isDeepStrictEqual(args, call?.args))
  return call && isIts ? { ...call, line } : undefined
}

/** The page with a mark for each tag, on the same lines. */
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
