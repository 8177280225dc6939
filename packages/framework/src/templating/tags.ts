/**
 * Splits a template into text and tags.
 *
 * js-tokens reads the code of each tag, so strings, comments, regular expressions and template literals may
 * contain quotes and `%>`. As in Eta, a comment that starts with `//` ends with its tag.
 */
import jsTokens, { type Token as JsToken } from 'js-tokens'
import { invalidTemplate, type TemplateError } from './errors.ts'

/** A token of a tag's code. Whitespace and comments are left out. */
export interface Token {
  readonly type: JsToken['type']
  readonly text: string
  /** Its offset in the template. */
  readonly start: number
}

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

/** The whitespace that a tag removes next to it: `-` one line break, `_` all of it. */
type Trim = '-' | '_' | undefined

interface TrimmingTag extends Tag {
  readonly trims: readonly [before: Trim, after: Trim]
}

/** Splits a template. Throws `TemplateError` if a tag, a string, a comment or a regular expression is not closed. */
export function piecesOf(source: string, file: string): Piece[] {
  const lineAt = lineCounter(source)
  const tags = new Reader(source, file, lineAt).tags()
  const alone = tagsAlone(source, tags)
  const pieces: Piece[] = []
  for (let index = 0; index <= tags.length; index += 1) {
    const [previous, next] = [tags[index - 1], tags[index]]
    const [from, to] = [previous?.outer[1] ?? 0, next?.outer[0] ?? source.length]
    const raw = source.slice(from, to)
    const start = from + cutAtStart(raw, previous?.trims[1], alone.has(previous))
    const end = to - cutAtEnd(raw, next?.trims[0], alone.has(next))
    const text = source.slice(start, end)
    if (text !== '') pieces.push({ kind: 'text', text, line: lineAt(start) })
    if (next !== undefined) pieces.push(next)
  }
  return pieces
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

/** `<%`, a trim marker, and what kind of tag it is. */
const OPEN = /<%([-_])?\s*([=~])?\s*/g
const KINDS = { '=': 'print', '~': 'raw' } as const

/** Finds the tags of one template. */
class Reader {
  readonly #source: string
  readonly #file: string
  readonly #lineAt: (offset: number) => number

  constructor(source: string, file: string, lineAt: (offset: number) => number) {
    this.#source = source
    this.#file = file
    this.#lineAt = lineAt
  }

  tags(): TrimmingTag[] {
    const open = new RegExp(OPEN)
    const tags: TrimmingTag[] = []
    for (let match = open.exec(this.#source); match !== null; match = open.exec(this.#source)) {
      const tag = this.#tag(match)
      tags.push(tag)
      open.lastIndex = tag.outer[1]
    }
    return tags
  }

  #tag({ index, 0: opening, 1: before, 2: sign }: RegExpExecArray): TrimmingTag {
    const from = index + opening.length
    const { tokens, end, after } = this.#read(index, from)
    const kind = sign === '=' || sign === '~' ? KINDS[sign] : 'code'
    while (kind !== 'code' && tokens.at(-1)?.text === ';') tokens.pop()
    const [first, last] = [tokens[0], tokens.at(-1)]
    const start = first?.start ?? from
    const code = last && this.#source.slice(start, last.start + last.text.length)
    const line = this.#lineAt(start)
    const trims = [before as Trim, after] as const
    return { kind, code: code ?? '', start, line, tokens, outer: [index, end], trims }
  }

  /** Reads tokens up to the tag's end. */
  #read(open: number, from: number): { tokens: Token[]; end: number; after: Trim } {
    const tokens: Token[] = []
    let start = from
    let templates = 0
    for (const token of jsTokens(this.#source.slice(from))) {
      const text = token.value
      const end = start + text.length
      const close = endOf(this.#source, token, start)
      if (close !== undefined) {
        if (templates > 0) throw this.#error('unclosed string', open)
        return { tokens, end: close + 2, after: this.#trimBefore(close, token, tokens) }
      }
      if ('closed' in token && !token.closed) {
        // A slash in HTML looks like a regular expression if the tag before it is not closed.
        const isHtml = token.type === 'RegularExpressionLiteral' && !text.includes('%>')
        throw isHtml
          ? this.#error('unclosed tag', open)
          : this.#error(`unclosed ${NAMES[token.type]}`, start)
      }
      if (token.type === 'TemplateHead') templates += 1
      if (token.type === 'TemplateTail') templates -= 1
      if (tokens.length === 0 && text.startsWith('#')) throw this.#error(NO_COMMENT, open)
      if (!IGNORED.has(token.type)) tokens.push({ type: token.type, text, start })
      start = end
    }
    throw this.#error(templates > 0 ? 'unclosed string' : 'unclosed tag', open)
  }

  /** The trim marker before the end of a tag. One that is a token of its own is taken from the code. */
  #trimBefore(close: number, { type }: JsToken, tokens: Token[]): Trim {
    const sign = this.#source[close - 1]
    if (sign !== '-' && sign !== '_') return undefined
    if (type === 'SingleLineComment') return sign
    const last = tokens.at(-1)
    if (last?.text !== sign || last.start !== close - 1) return undefined
    tokens.pop()
    return sign
  }

  #error(reason: string, offset: number): TemplateError {
    const template = { file: this.#file, source: this.#source }
    return invalidTemplate(template, this.#lineAt(offset), reason)
  }
}

const NO_COMMENT = '<%# %> is not a comment here. Write <% /* … */ %>'

const IGNORED: ReadonlySet<JsToken['type']> = new Set([
  'WhiteSpace',
  'LineTerminatorSequence',
  'SingleLineComment',
  'MultiLineComment',
  'HashbangComment',
])

const NAMES = {
  StringLiteral: 'string',
  NoSubstitutionTemplate: 'string',
  TemplateTail: 'string',
  RegularExpressionLiteral: 'regular expression',
  MultiLineComment: 'comment',
} as const

/** The offset of `%>` if it starts with this token or is in this comment. */
function endOf(source: string, { type, value }: JsToken, start: number): number | undefined {
  if (value === '%' && source[start + 1] === '>') return start
  if (type !== 'SingleLineComment' && type !== 'HashbangComment') return undefined
  const at = value.indexOf('%>')
  return at === -1 ? undefined : start + at
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

/** How many characters a tag takes from the text that follows it. */
function cutAtStart(text: string, trim: Trim, isAlone: boolean): number {
  if (trim === '_') return text.length - text.trimStart().length
  const cut = trim === '-' ? /^(?:\r\n|\n|\r)/ : /^[ \t]*(?:\r\n|\n|\r|$)/
  return trim === '-' || isAlone ? (cut.exec(text)?.[0].length ?? 0) : 0
}

/** How many characters a tag takes from the text before it. */
function cutAtEnd(text: string, trim: Trim, isAlone: boolean): number {
  if (trim === '_') return text.length - text.trimEnd().length
  const cut = trim === '-' ? /(?:\r\n|\n|\r)$/ : /(?<![^\r\n])[ \t]*$/
  return trim === '-' || isAlone ? (cut.exec(text)?.[0].length ?? 0) : 0
}
