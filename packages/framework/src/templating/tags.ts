/**
 * Splits a template into text and tags, by Eta's parser.
 *
 * Eta tells code from prints and applies trim markers. It sees the template with the code of its tags masked.
 */
import { Eta } from 'eta/core'
import { invalidTemplate } from './errors.ts'
import { mask, type Span, spansOf, type Token } from './mask.ts'

/** Literal text between tags. */
export interface Text {
  readonly kind: 'text'
  readonly text: string
  /** The line on which it starts, from 1. */
  readonly line: number
}

/** A tag: `<% code %>`, `<%= print %>` or `<%~ raw %>`. */
export interface Tag {
  readonly kind: 'code' | 'print' | 'raw'
  /** Its code as written, from the first token to the last one. The semicolon at the end of a print is left out. */
  readonly code: string
  /** The offset of its code in the template. */
  readonly start: number
  /** The line on which its code starts, from 1. */
  readonly line: number
  readonly tokens: readonly Token[]
  /** The offsets of its `<%` and of what follows its `%>`. */
  readonly outer: readonly [start: number, end: number]
}

export type Piece = Text | Tag

/** Its `autoTrim` would remove the line break after each tag, also after prints. `tagsAlone` has the rule of Phial. */
const ETA = new Eta({ autoTrim: false })

/** What Eta calls the kinds of tags. */
const KINDS: Readonly<Record<string, Tag['kind']>> = { e: 'code', i: 'print', r: 'raw' }

/** Splits a template. Throws `TemplateError` if a tag, a string, a comment or a regular expression is not closed. */
export function piecesOf(source: string, file: string): Piece[] {
  const lineAt = lineCounter(source)
  const spans = spansOf(source, (reason, offset) => {
    return invalidTemplate({ file, source }, lineAt(offset), reason)
  })
  const nodes = ETA.parse(mask(source, spans))
  const kinds = nodes.flatMap((node) => (typeof node === 'string' ? [] : [KINDS[node.t] ?? 'code']))
  const tags = spans.map((span, index) => tagOf(source, span, kinds[index] ?? 'code', lineAt))
  const alone = tagsAlone(source, tags)
  const takesLine = (at: number, side: 0 | 1): boolean =>
    alone.has(tags[at]) && spans[at]?.trims[side] === false
  let next = 0
  return nodes.flatMap((node): Piece[] => {
    const tag = tags[next]
    if (typeof node !== 'string') {
      next += 1
      return tag === undefined ? [] : [tag]
    }
    const from = tags[next - 1]?.outer[1] ?? 0
    const kept = keptOf(source.slice(from, tag?.outer[0]), node, spans[next]?.trims[0] === true)
    const start = takesLine(next - 1, 1) ? lengthOf(LINE_REST, kept.text) : 0
    const rest = kept.text.slice(start)
    const text = takesLine(next, 0)
      ? rest.slice(0, rest.length - lengthOf(INDENTATION, rest))
      : rest
    return text === '' ? [] : [{ kind: 'text', text, line: lineAt(from + kept.start + start) }]
  })
}

function tagOf(
  source: string,
  { inner, outer, tokens: all }: Span,
  kind: Tag['kind'],
  lineAt: (offset: number) => number,
): Tag {
  const end = kind === 'code' ? all.length : all.findLastIndex(({ text }) => text !== ';') + 1
  const tokens = all.slice(0, end)
  const last = tokens.at(-1)
  const start = tokens[0]?.start ?? inner[0]
  const code = last === undefined ? '' : source.slice(start, last.start + last.text.length)
  return { kind, code, start, line: lineAt(start), tokens, outer }
}

/** Returns a function from an offset to its line, counted from 1. */
export function lineCounter(source: string): (offset: number) => number {
  const starts = [0, ...[...source.matchAll(/\r\n|\n|\r/g)].map((end) => end.index + end[0].length)]
  return (offset) => {
    let [low, high] = [0, starts.length]
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle
    }
    return low + 1
  }
}

/** The code tags that share their lines only with blanks and with one another. */
function tagsAlone(source: string, tags: readonly Tag[]): ReadonlySet<Tag | undefined> {
  const starts = new Set<Tag>()
  for (const [index, tag] of tags.entries()) {
    const previous = tags[index - 1]
    const text = source.slice(previous?.outer[1] ?? 0, tag.outer[0])
    const isFirst = previous === undefined || starts.has(previous)
    if (tag.kind === 'code' && isBlankSince(text, isFirst)) starts.add(tag)
  }
  const alone = new Set<Tag>()
  for (const [index, tag] of [...tags.entries()].toReversed()) {
    const next = tags[index + 1]
    const text = source.slice(tag.outer[1], next?.outer[0])
    const isLast = next === undefined || alone.has(next)
    if (starts.has(tag) && isBlankUntil(text, isLast)) alone.add(tag)
  }
  return alone
}

/** Whether text is blank after its last line break. `isFirst` says whether the text may have none. */
function isBlankSince(text: string, isFirst: boolean): boolean {
  const line = text.slice(Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1)
  return /^[ \t]*$/.test(line) && (line.length < text.length || isFirst)
}

/** Whether text is blank before its first line break. `isLast` says whether the text may have none. */
function isBlankUntil(text: string, isLast: boolean): boolean {
  const line = /^[^\r\n]*/.exec(text)?.[0] ?? ''
  return /^[ \t]*$/.test(line) && (line.length < text.length || isLast)
}

/** What follows a tag on its line, and the line's end. */
const LINE_REST = /^[ \t]*(?:\r\n|\n|\r|$)/
/** What precedes a tag on its line. */
const INDENTATION = /(?<![^\r\n])[ \t]*$/

function lengthOf(pattern: RegExp, text: string): number {
  return pattern.exec(text)?.[0].length ?? 0
}

/**
 * What Eta keeps of a text, as it is in the template. Eta writes text for a JavaScript string, with `\n` for
 * each line end. `isEndTrimmed` tells which one of equal line ends is kept.
 */
function keptOf(
  text: string,
  node: string,
  isEndTrimmed: boolean,
): { readonly start: number; readonly text: string } {
  const kept = node.replaceAll(/\\([^])/g, (_, sign: string) => (sign === 'n' ? '\n' : sign))
  const normal = text.replaceAll(/\r\n?/g, '\n')
  const start = isEndTrimmed ? normal.indexOf(kept) : normal.lastIndexOf(kept)
  if (normal === text) return { start, text: kept }
  const characters = text.match(/\r\n|[^]/g) ?? []
  return {
    start: characters.slice(0, start).join('').length,
    text: characters.slice(start, start + kept.length).join(''),
  }
}
