/**
 * What the tokens of a template's tags say together: which brackets are open, where functions begin, which
 * statements start in which tag.
 */
import type { Token } from './mask.ts'
import type { Piece, Tag } from './tags.ts'

/** An open bracket. */
interface Bracket {
  readonly text: string
  /** The piece that opens it. */
  readonly at: number
  /** `{` that holds statements: not a class, an object or a pattern. */
  readonly isBlock: boolean
  /** `{` of a function's body. */
  readonly isFunction: boolean
  /** `(` of `if (…)` and the like. */
  readonly isHeader: boolean
  /** `{` of a loop. */
  readonly isLoop: boolean
}

/** What is known about a piece. */
export interface Role {
  /** Whether it is in the body of a function that the template defines. */
  readonly isInFunction: boolean
  /** Whether it leaves brackets open: `<%~ block('title', () => { %>`. */
  readonly isOpen: boolean
  /** The tag whose code runs next when this one is reached: its own, or the loop's that it closes. */
  readonly runs: number
  /** Whether a tag that directly follows another one certainly starts a statement. */
  readonly startsStatement: boolean
}

/** Brackets that do not match. */
export interface Mismatch {
  /** The piece with the bracket at fault. */
  readonly at: number
  /** What is wrong, in the template's words. */
  readonly reason: string
  /** The piece at which JavaScript notices it at the latest; none if only at the end. */
  readonly noticed: number
}

export interface Outline {
  readonly roles: readonly Role[]
  readonly mismatch: Mismatch | undefined
}

/** Reads the tokens of all tags in order. */
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
  /** The parentheses that were closed last. */
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
    for (const token of piece.tokens) this.#take(token, index)
    return { isInFunction, isOpen: this.#open.length > before, runs, startsStatement }
  }

  #take(token: Token, at: number): void {
    if (token.type === 'Punctuator') {
      if (OPENING.has(token.text)) this.#close(token, at)
      else if (CLOSING.has(token.text)) this.#open.push(this.#bracket(token.text, at))
    }
    this.#last = [...this.#last.slice(-1), token]
  }

  #bracket(text: string, at: number): Bracket {
    const [early, late] = [this.#last.at(-2), this.#last.at(-1)]
    const word = late?.type === 'IdentifierName' && !isDot(early) ? late.text : ''
    const isForAwait = word === 'await' && early?.text === 'for'
    const isHeader = text === '(' && (HEADERS.has(word) || isForAwait)
    const isLoop = (text === '(' && LOOPS.has(word)) || isForAwait
    if (text !== '{') return { text, at, isHeader, isLoop, isBlock: false, isFunction: false }
    const header = late?.text === ')' ? this.#header : undefined
    const isFunction =
      late?.text === '=>' || word === 'static' || (header !== undefined && !header.isHeader)
    const isBlock = isFunction || header !== undefined || this.#isStatementStart(late, word)
    return { text, at, isHeader: false, isLoop: header?.isLoop === true, isBlock, isFunction }
  }

  /** Whether a `{` after this token starts a block. */
  #isStatementStart(late: Token | undefined, word: string): boolean {
    if (late === undefined || late.text === ';' || BLOCKS.has(word)) return true
    return (late.text === '{' || late.text === '}') && this.#open.at(-1)?.isBlock !== false
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

  /** Whether a tag's first token certainly starts a statement, so that one may be inserted before it. */
  #startsStatement(first: Token | undefined, top: Bracket | undefined): boolean {
    if (top !== undefined && !top.isBlock) return false
    const isEnd = first?.text === '}' && top?.isLoop === true
    if (!isEnd && (first?.type !== 'IdentifierName' || CONTINUES.has(first.text))) return false
    const [early, late] = [this.#last.at(-2), this.#last.at(-1)]
    if (late === undefined) return true
    if (late.type === 'IdentifierName') return isDot(early) || !EXPECTS.has(late.text)
    if (late.type !== 'Punctuator') return true
    if (late.text === ')') return this.#header?.isHeader === false
    return ENDS.has(late.text)
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

/** Words that continue what came before. */
const CONTINUES = new Set(
  'else case default catch finally while in of instanceof as from extends'.split(' '),
)

/** Words that need something to follow. */
const EXPECTS = new Set(
  'else do return throw case default new typeof void delete in of instanceof await yield const let var class extends function async static get set import export'.split(
    ' ',
  ),
)

/** A tag as errors quote it. */
function shorten({ code, kind }: Tag): string {
  const [line = ''] = code.split(/\r\n|\n|\r/)
  const sign = kind === 'code' ? '' : kind === 'print' ? '=' : '~'
  return `<%${sign} ${line.length > 60 || line !== code ? `${line.slice(0, 60)}…` : line} %>`
}

/** What a stream has to know before it runs a template. */
export interface Facts {
  /** Whether it contains `await`. */
  readonly awaits: boolean
  readonly callsLayout: boolean
  /** The names of the blocks that it passes to its layout; `undefined` if some are computed as it runs. */
  readonly blocks: readonly string[] | undefined
  /** Whether it prints `it.body` once, where a stream can wait for it, and does not use it elsewhere. */
  readonly passesBody: boolean
}

export function factsOf(pieces: readonly Piece[], { roles }: Outline): Facts {
  const tags = pieces.filter((piece) => piece.kind !== 'text')
  const isCall = (name: string) => (token: Token, index: number, tokens: readonly Token[]) =>
    token.text === name && tokens[index + 1]?.text === '(' && !isDot(tokens[index - 1])
  const given = tags.flatMap(({ tokens }) =>
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
    blocks: given.every((name) => name !== undefined) ? given : undefined,
    passesBody: uses.length === 1 && isBody(only) && roles[at]?.isInFunction === false,
  }
}

/** Whether a piece prints the page that a layout is for. */
export function isBody(piece: Piece | undefined): boolean {
  if (piece === undefined || piece.kind === 'text' || piece.kind === 'code') return false
  return piece.tokens.map(({ text }) => text).join('') === 'it.body'
}

function mentionsBody({ text }: Token): boolean {
  return /\bbody\b/.test(text)
}

/** The text of a plain string that is a call's first argument of several. */
function literal(token: Token | undefined, next: Token | undefined): string | undefined {
  const isString = token?.type === 'StringLiteral' || token?.type === 'NoSubstitutionTemplate'
  const text = token?.text.slice(1, -1) ?? ''
  return isString && next?.text === ',' && !text.includes('\\') ? text : undefined
}
