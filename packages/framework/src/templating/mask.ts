/**
 * Hides the code of tags from Eta's parser, which treats a quote in a `//` comment or in a regular expression as the
 * start of a string, and does not support template literals within template literals.
 *
 *     <%= name.replace(/"/g, '') -%>      js-tokens finds the end of the code
 *     <%= xxxxxxxxxxxxxxxxxxxxxxx-%>      Eta parses the rest
 *
 * As in Eta, a comment that starts with `//` ends with its tag.
 */
import jsTokens, { type Token as JsToken } from 'js-tokens'

/** A token of a tag's code. Whitespace and comments are omitted. */
export interface Token {
  readonly type: JsToken['type']
  readonly text: string
  /** Its offset in the template. */
  readonly start: number
}

/** The position of a tag in its template. */
export interface Span {
  /** The offset of its `<%`, and the offset after its `%>`. */
  readonly outer: readonly [start: number, end: number]
  /** The offsets of its code, without markers. */
  readonly inner: readonly [start: number, end: number]
  /** Whether it has a trim marker, `-` or `_`, on each side. */
  readonly trims: readonly [before: boolean, after: boolean]
  readonly tokens: readonly Token[]
}

/** Returns the error for a fault at an offset of the template. */
type Fail = (reason: string, offset: number) => Error

/** Matches `<%`, an optional trim marker, and the `=` or `~` of a printing tag. */
const OPEN = /<%([-_])?\s*[=~]?\s*/g

/**
 * Finds the tags of a template. If a tag is not closed, or a string, comment or regular expression in it, throws the
 * error that `fail` returns.
 */
export function spansOf(source: string, fail: Fail): Span[] {
  const open = new RegExp(OPEN)
  const spans: Span[] = []
  for (let match = open.exec(source); match !== null; match = open.exec(source)) {
    const span = spanAt(source, match, fail)
    spans.push(span)
    open.lastIndex = span.outer[1]
  }
  return spans
}

/** Returns the template, with the code of each tag replaced by `x` of the same length. */
export function mask(source: string, spans: readonly Span[]): string {
  const ends = [0, ...spans.map(({ inner }) => inner[1])]
  const parts = spans.map(({ inner: [start, end] }, index) => {
    return source.slice(ends[index], start) + 'x'.repeat(end - start)
  })
  return parts.join('') + source.slice(ends.at(-1))
}

/** Parses a tag from its `<%` to its end. */
function spanAt(source: string, { index, 0: opening, 1: trim }: RegExpExecArray, fail: Fail): Span {
  const from = index + opening.length
  const tokens: Token[] = []
  let start = from
  let templates = 0
  for (const token of jsTokens(source.slice(from))) {
    const { type, value: text } = token
    const close = endOf(source, token, start)
    if (close !== undefined) {
      if (templates > 0) throw fail(UNCLOSED.TemplateTail, index)
      const trimsAfter = takeTrim(source, close, type, tokens)
      return {
        outer: [index, close + 2],
        inner: [from, trimsAfter ? close - 1 : close],
        trims: [trim !== undefined, trimsAfter],
        tokens,
      }
    }
    if ('closed' in token && !token.closed) {
      // If the tag is not closed, a slash in the HTML after it looks like a regular expression.
      const isHtml = type === 'RegularExpressionLiteral' && !text.includes('%>')
      throw isHtml ? fail(UNCLOSED_TAG, index) : fail(UNCLOSED[token.type], start)
    }
    if (type === 'TemplateHead') templates += 1
    if (type === 'TemplateTail') templates -= 1
    if (tokens.length === 0 && text.startsWith('#')) throw fail(NO_COMMENT, index)
    if (!IGNORED.has(type)) tokens.push({ type, text, start })
    start += text.length
  }
  throw fail(templates > 0 ? UNCLOSED.TemplateTail : UNCLOSED_TAG, index)
}

const NO_COMMENT = '<%# … %> is not an Eta comment. Write <% /* … */ %>'

const IGNORED: ReadonlySet<JsToken['type']> = new Set([
  'WhiteSpace',
  'LineTerminatorSequence',
  'SingleLineComment',
  'MultiLineComment',
  'HashbangComment',
])

const UNCLOSED_TAG = 'This tag is not closed. Add %>.'

const UNCLOSED = {
  StringLiteral: 'This string is not closed. Add the closing quote.',
  NoSubstitutionTemplate: 'This template literal is not closed. Add the closing backtick.',
  TemplateTail: 'This template literal is not closed. Add the closing backtick.',
  RegularExpressionLiteral: 'This regular expression is not closed. Add the closing slash.',
  MultiLineComment: 'This comment is not closed. Add */.',
} as const

/** Returns the offset of `%>` if it begins with this token or is within this comment. */
function endOf(source: string, { type, value }: JsToken, start: number): number | undefined {
  if (value === '%' && source[start + 1] === '>') return start
  if (type !== 'SingleLineComment' && type !== 'HashbangComment') return undefined
  const at = value.indexOf('%>')
  return at === -1 ? undefined : start + at
}

/**
 * Reports whether a trim marker precedes the end of a tag, and removes its token from the code. A marker is a separate
 * token or the end of a comment, so `n--` and `a_` do not end with one.
 */
function takeTrim(source: string, close: number, type: JsToken['type'], tokens: Token[]): boolean {
  const sign = source[close - 1]
  if (sign !== '-' && sign !== '_') return false
  if (type === 'SingleLineComment') return true
  const last = tokens.at(-1)
  if (last?.text !== sign || last.start !== close - 1) return false
  tokens.pop()
  return true
}
