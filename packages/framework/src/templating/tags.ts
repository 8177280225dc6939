/**
 * Splits a template into text and tags with Eta's parser.
 *
 * Eta distinguishes code tags from printing tags and applies trim markers. It receives the template with masked code.
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
  /** The code as written, from the first token to the last one, without the semicolon at the end of a printing tag. */
  readonly code: string
  /** The offset of the code in the template. */
  readonly start: number
  /** The line on which the code starts, from 1. */
  readonly line: number
  readonly tokens: readonly Token[]
  /** The offset of its `<%`, and the offset after its `%>`. */
  readonly outer: readonly [start: number, end: number]
}

export type Piece = Text | Tag

/** Eta's `autoTrim` would also remove the line break after printing tags. Phial's rule is in `standaloneTags`. */
const ETA = new Eta({ autoTrim: false })

/** The kinds of tags by Eta's names. */
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
  const standalone = standaloneTags(source, tags)
  const removesLine = (at: number, side: 0 | 1): boolean =>
    standalone.has(tags[at]) && spans[at]?.trims[side] === false
  let next = 0
  return nodes.flatMap((node): Piece[] => {
    const tag = tags[next]
    if (typeof node !== 'string') {
      next += 1
      return tag === undefined ? [] : [tag]
    }
    const from = tags[next - 1]?.outer[1] ?? 0
    const visible = trimmed(source.slice(from, tag?.outer[0]), node, spans[next]?.trims[0] === true)
    const start = removesLine(next - 1, 1) ? lengthOf(LINE_REST, visible.text) : 0
    const rest = visible.text.slice(start)
    const text = removesLine(next, 0)
      ? rest.slice(0, rest.length - lengthOf(INDENTATION, rest))
      : rest
    return text === '' ? [] : [{ kind: 'text', text, line: lineAt(from + visible.start + start) }]
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

/** Returns a function that converts an offset to a line number, counted from 1. */
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

/** Returns the code tags whose lines contain only code tags and whitespace. */
function standaloneTags(source: string, tags: readonly Tag[]): ReadonlySet<Tag | undefined> {
  const starts = new Set<Tag>()
  for (const [index, tag] of tags.entries()) {
    const previous = tags[index - 1]
    const text = source.slice(previous?.outer[1] ?? 0, tag.outer[0])
    const isFirst = previous === undefined || starts.has(previous)
    if (tag.kind === 'code' && isBlankSince(text, isFirst)) starts.add(tag)
  }
  const standalone = new Set<Tag>()
  for (const [index, tag] of [...tags.entries()].toReversed()) {
    const next = tags[index + 1]
    const text = source.slice(tag.outer[1], next?.outer[0])
    const isLast = next === undefined || standalone.has(next)
    if (starts.has(tag) && isBlankUntil(text, isLast)) standalone.add(tag)
  }
  return standalone
}

/** Reports whether text is blank after its last line break. With `isFirst`, a line break is not required. */
function isBlankSince(text: string, isFirst: boolean): boolean {
  const line = text.slice(Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1)
  return /^[ \t]*$/.test(line) && (line.length < text.length || isFirst)
}

/** Reports whether text is blank before its first line break. With `isLast`, a line break is not required. */
function isBlankUntil(text: string, isLast: boolean): boolean {
  const line = /^[^\r\n]*/.exec(text)?.[0] ?? ''
  return /^[ \t]*$/.test(line) && (line.length < text.length || isLast)
}

/** Matches the whitespace after a tag on its line, and the line break. */
const LINE_REST = /^[ \t]*(?:\r\n|\n|\r|$)/
/** Matches the whitespace before a tag on its line. */
const INDENTATION = /(?<![^\r\n])[ \t]*$/

function lengthOf(pattern: RegExp, text: string): number {
  return pattern.exec(text)?.[0].length ?? 0
}

/**
 * Returns the part of a text that Eta keeps after trimming, with its original line breaks. Eta returns text escaped for
 * a JavaScript string, with `\n` for each line break. If several positions match, `isEndTrimmed` selects the first one,
 * otherwise the last one is used.
 */
function trimmed(
  text: string,
  node: string,
  isEndTrimmed: boolean,
): { readonly start: number; readonly text: string } {
  const part = node.replaceAll(/\\([^])/g, (_, sign: string) => (sign === 'n' ? '\n' : sign))
  const normal = text.replaceAll(/\r\n?/g, '\n')
  const start = isEndTrimmed ? normal.indexOf(part) : normal.lastIndexOf(part)
  if (normal === text) return { start, text: part }
  const characters = text.match(/\r\n|[^]/g) ?? []
  return {
    start: characters.slice(0, start).join('').length,
    text: characters.slice(start, start + part.length).join(''),
  }
}
