/**
 * Analyzes the tokens of all tags of a template together: which brackets are open, where functions begin, and in which
 * tag each statement starts.
 */
import type { Token } from './mask.ts'
import type { Piece, Tag } from './tags.ts'

/** An open bracket. */
interface Bracket {
  readonly text: string
  /** The piece that opens it. */
  readonly at: number
  /** `{` that contains statements: not a class, an object or a pattern. */
  readonly isBlock: boolean
  /** `{` of a function body. */
  readonly isFunction: boolean
  /** `(` of `if (…)` and the like. */
  readonly isHeader: boolean
  /** `{` of a loop. */
  readonly isLoop: boolean
}

/** The role of a piece in the code of the template. */
export interface Role {
  /** Whether it is in the body of a function that the template defines. */
  readonly isInFunction: boolean
  /** Whether it leaves brackets open: `<%~ block('title', () => { %>`. */
  readonly isOpen: boolean
  /** The index of the tag whose code runs next: this tag, or the loop that it closes. */
  readonly runs: number
  /** Whether a tag right after another one is known to start a statement. */
  readonly startsStatement: boolean
}

/** A bracket without its counterpart. */
export interface Mismatch {
  /** The piece with that bracket. */
  readonly at: number
  /** The fault and its remedy, in terms of the template. */
  readonly reason: string
  /** The last piece at which JavaScript may report it; `Infinity` for the end of the template. */
  readonly noticed: number
}

export interface Outline {
  readonly roles: readonly Role[]
  readonly mismatch: Mismatch | undefined
}

/** Analyzes the pieces of a template. */
export function outlineOf(pieces: readonly Piece[]): Outline {
  const reader = new Reader(pieces)
  const roles = pieces.map((_, index) => reader.read(index))
  return { roles, mismatch: reader.mismatch }
}

const PAIRS = [
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
] as const
const CLOSING: ReadonlyMap<string, string> = new Map(PAIRS)
const OPENING: ReadonlyMap<string, string> = new Map(PAIRS.map(([open, close]) => [close, open]))

class Reader {
  readonly #pieces: readonly Piece[]
  readonly #open: Bracket[] = []
  #mismatch: Mismatch | undefined
  /** The last two tokens. */
  #last: Token[] = []
  /** The last closed parentheses. */
  #header: Bracket | undefined

  constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces
  }

  get mismatch(): Mismatch | undefined {
    const [bracket] = this.#open
    return this.#mismatch ?? (bracket && this.#unclosed(bracket))
  }

  read(index: number): Role {
    const piece = this.#pieces[index]
    const isInFunction = this.#open.some((bracket) => bracket.isFunction)
    const before = this.#open.length
    if (piece === undefined || piece.kind === 'text') {
      return { isInFunction, isOpen: false, runs: index, startsStatement: false }
    }
    const [first] = piece.tokens
    const top = this.#open.at(-1)
    const runs = first?.text === '}' && top?.isLoop === true ? top.at : index
    const startsStatement = this.#startsStatement(first, top)
    for (const token of piece.tokens) this.#consume(token, index)
    return { isInFunction, isOpen: this.#open.length > before, runs, startsStatement }
  }

  #consume(token: Token, at: number): void {
    if (token.type === 'Punctuator') {
      if (OPENING.has(token.text)) this.#close(token, at)
      else if (CLOSING.has(token.text)) this.#open.push(this.#bracket(token.text, at))
    }
    this.#last = [...this.#last.slice(-1), token]
  }

  #bracket(text: string, at: number): Bracket {
    const [previous, last] = [this.#last.at(-2), this.#last.at(-1)]
    const word = last?.type === 'IdentifierName' && !isDot(previous) ? last.text : ''
    const isForAwait = word === 'await' && previous?.text === 'for'
    const isHeader = text === '(' && (HEADERS.has(word) || isForAwait)
    const isLoop = (text === '(' && LOOPS.has(word)) || isForAwait
    if (text !== '{') return { text, at, isHeader, isLoop, isBlock: false, isFunction: false }
    const header = last?.text === ')' ? this.#header : undefined
    const isFunction =
      last?.text === '=>' || word === 'static' || (header !== undefined && !header.isHeader)
    const isBlock = isFunction || header !== undefined || this.#isStatementStart(last, word)
    return { text, at, isHeader: false, isLoop: header?.isLoop === true, isBlock, isFunction }
  }

  /** Reports whether a `{` after this token starts a block. */
  #isStatementStart(last: Token | undefined, word: string): boolean {
    if (last === undefined || last.text === ';' || BLOCKS.has(word)) return true
    return (last.text === '{' || last.text === '}') && this.#open.at(-1)?.isBlock !== false
  }

  #close({ text }: Token, at: number): void {
    const bracket = this.#open.at(-1)
    if (bracket?.text === OPENING.get(text)) {
      this.#open.pop()
      if (text === ')') this.#header = bracket
    } else if (bracket === undefined) {
      const reason = `This ${text} does not close a bracket. Remove it, or add ${OPENING.get(text) ?? ''} before it.`
      this.#mismatch ??= { at, reason, noticed: at }
    } else {
      const mismatch = this.#unclosed(bracket)
      this.#mismatch ??= { ...mismatch, noticed: Math.min(mismatch.noticed, at) }
    }
  }

  #unclosed({ text, at }: Bracket): Mismatch {
    const tag = this.#pieces[at]
    const code = tag === undefined || tag.kind === 'text' ? '' : shorten(tag)
    const remedy =
      text === '{' ? 'Add <% } %> where its block ends.' : `Add ${CLOSING.get(text) ?? ''}.`
    const reason = `The ${text} in ${code} is not closed. ${remedy}`
    return { at, reason, noticed: text === '{' ? Infinity : at + 1 }
  }

  /**
   * Reports whether the first token of a tag is known to start a statement, so that another one can be inserted before
   * it.
   */
  #startsStatement(first: Token | undefined, top: Bracket | undefined): boolean {
    if (top !== undefined && !top.isBlock) return false
    const isEnd = first?.text === '}' && top?.isLoop === true
    if (!isEnd && (first?.type !== 'IdentifierName' || CONTINUES.has(first.text))) return false
    const [previous, last] = [this.#last.at(-2), this.#last.at(-1)]
    if (last === undefined) return true
    if (last.type === 'IdentifierName') return isDot(previous) || !EXPECTS.has(last.text)
    if (last.type !== 'Punctuator') return true
    if (last.text === ')') return this.#header?.isHeader === false
    return ENDS.has(last.text)
  }
}

function isDot(token: Token | undefined): boolean {
  return token?.text === '.' || token?.text === '?.'
}

const HEADERS = new Set(['if', 'for', 'while', 'with', 'switch', 'catch'])
const LOOPS = new Set(['for', 'while'])
const BLOCKS = new Set(['else', 'do', 'try', 'catch', 'finally'])

/** Punctuators after which a statement may start. */
const ENDS = new Set([';', '{', '}', ']'])

/** Words that continue the previous statement. */
const CONTINUES = new Set(
  'else case default catch finally while in of instanceof as from extends'.split(' '),
)

/** Words after which the statement continues. */
const EXPECTS = new Set(
  'else do return throw case default new typeof void delete in of instanceof await yield const let var class extends function async static get set import export'.split(
    ' ',
  ),
)

/** Returns a tag as it is quoted in error messages. */
function shorten({ code, kind }: Tag): string {
  const [line = ''] = code.split(/\r\n|\n|\r/)
  const sign = kind === 'code' ? '' : kind === 'print' ? '=' : '~'
  return `<%${sign} ${line.length > 60 || line !== code ? `${line.slice(0, 60)}…` : line} %>`
}

/** The properties of a template that determine how it is streamed. */
export interface Facts {
  /** Whether it contains `await`. */
  readonly awaits: boolean
  readonly callsLayout: boolean
  /** The names of the blocks that it defines for its layout; `undefined` if some are computed at run time. */
  readonly blocks: readonly string[] | undefined
  /** Whether its only use of `it.body` is to print it once outside of a function, where a stream can wait. */
  readonly passesBody: boolean
}

export function factsOf(pieces: readonly Piece[], { roles }: Outline): Facts {
  const tags = pieces.filter((piece) => piece.kind !== 'text')
  const isCall = (name: string) => (token: Token, index: number, tokens: readonly Token[]) =>
    token.text === name && tokens[index + 1]?.text === '(' && !isDot(tokens[index - 1])
  const defined = tags.flatMap(({ tokens }) =>
    tokens.flatMap((token, index) =>
      isCall('block')(token, index, tokens) && tokens[index + 3]?.text !== ')'
        ? [literal(tokens[index + 2], tokens[index + 3])]
        : [],
    ),
  )
  const uses = pieces.flatMap((piece, index) =>
    piece.kind === 'text'
      ? []
      : piece.tokens.filter(mentionsBody).map(() => [piece, index] as const),
  )
  const [[only, at] = [undefined, 0]] = uses
  return {
    awaits: tags.some(({ tokens }) => tokens.some(({ text }) => text === 'await')),
    callsLayout: tags.some(({ tokens }) => tokens.some(isCall('layout'))),
    blocks: defined.every((name) => name !== undefined) ? defined : undefined,
    passesBody: uses.length === 1 && isBody(only) && roles[at]?.isInFunction === false,
  }
}

/** Reports whether a piece prints `it.body`, which is the page within its layout. */
export function isBody(piece: Piece | undefined): boolean {
  if (piece === undefined || piece.kind === 'text' || piece.kind === 'code') return false
  return piece.tokens.map(({ text }) => text).join('') === 'it.body'
}

function mentionsBody({ text }: Token): boolean {
  return /\bbody\b/.test(text)
}

/** Returns the text of a string literal that is followed by another argument. */
function literal(token: Token | undefined, next: Token | undefined): string | undefined {
  const isString = token?.type === 'StringLiteral' || token?.type === 'NoSubstitutionTemplate'
  const text = token?.text.slice(1, -1) ?? ''
  return isString && next?.text === ',' && !text.includes('\\') ? text : undefined
}
