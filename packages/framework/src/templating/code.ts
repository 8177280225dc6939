/**
 * Writes a template as a JavaScript function.
 *
 * As in Eta, text and prints become one statement each and code stays as written, with a line break after
 * it. Nothing is inserted into code or before it that could change what it means, so `<% if (x) %>` without
 * braces governs what follows. Lines stay the template's where they can; `places` has the rest.
 */
import { isBody, type Outline, type Role } from './outline.ts'
import type { Token } from './mask.ts'
import type { Piece, Tag } from './tags.ts'

/** How a function is written. */
export interface CodeOptions {
  /** The names that the template may use besides its own helpers. */
  readonly names: readonly string[]
  /** Whether `<%= %>` escapes. */
  readonly escapes: boolean
  /** Whether printed values are inspected, for the notes of a debug run. */
  readonly inspects: boolean
  readonly form: Form
}

/**
 * What kind of function a template becomes: `whole` renders at once, `steps` is an asynchronous generator that
 * a stream can leave and resume, `script` is only to be
 * parsed, and each of its lines comes from one line of the template.
 */
export type Form = 'whole' | 'steps' | 'script'

/** Node does not mark the column of a syntax error that is more than 1,020 characters into a line. */
const LONG = 500

const FUNCTIONS = { whole: 'function', steps: 'async function*', script: 'async function' } as const

/** From where in the written code the given line of the template, and the given piece, apply. */
export interface Place {
  readonly line: number
  readonly column: number
  readonly piece: number
  readonly templateLine: number
  /** Whether it is the template's own code. */
  readonly isCode: boolean
}

/** The body of a function that returns the template's function, and where its parts come from. */
export interface Code {
  readonly text: string
  readonly places: readonly Place[]
}

/** What a template may call. Each is a method of the page. */
export const HELPERS: readonly string[] = ['include', 'layout', 'block', 'output', 'capture']

/**
 * Writes a function of `__eta`, the page, and `it`, the data. What is written is the body of a function of
 * `__eta_escaped` and `__eta_plain`, the two ways to print a value, that returns it.
 */
export function writeCode(
  pieces: readonly Piece[],
  outline: Outline,
  lineAt: (offset: number) => number,
  options: CodeOptions,
): Code {
  const writer = new Writer(pieces, outline.roles, lineAt, options)
  return writer.write()
}

class Writer {
  readonly #pieces: readonly Piece[]
  readonly #roles: readonly Role[]
  readonly #lineAt: (offset: number) => number
  readonly #options: CodeOptions
  readonly #places: Place[] = []
  #text = ''
  #line = 1
  #column = 0

  constructor(
    pieces: readonly Piece[],
    roles: readonly Role[],
    lineAt: (offset: number) => number,
    options: CodeOptions,
  ) {
    this.#pieces = pieces
    this.#roles = roles
    this.#lineAt = lineAt
    this.#options = options
  }

  write(): Code {
    this.#put(
      `'use strict';return ${FUNCTIONS[this.#options.form]}(${this.#parameters()}){let __eta_value;try{`,
    )
    for (const [index, piece] of this.#pieces.entries()) {
      const isNewLine = this.#options.form === 'script' || this.#column > LONG
      this.#put('\n'.repeat(Math.max(piece.line - this.#line, isNewLine ? 1 : 0)))
      this.#mark(index, piece.line)
      if (piece.kind === 'text') this.#writeText(piece.text, index)
      else if (piece.kind === 'code') this.#writeTag(piece, index)
      else if (piece.code !== '') this.#writePrint(piece, index)
    }
    this.#put('\n')
    this.#mark(this.#pieces.length, this.#pieces.at(-1)?.line ?? 1)
    this.#put('}catch(error){throw __eta.fail(error)}}')
    return { text: this.#text, places: this.#places }
  }

  /** The names that the template mentions. Parameters, so that it may declare the same ones by `var`. */
  #parameters(): string {
    const words = new Set(this.#pieces.flatMap(wordsOf))
    const names = this.#options.names.filter((name) => words.has(name) && !HELPERS.includes(name))
    const helpers = HELPERS.filter((name) => words.has(name))
    return [
      '__eta',
      'it',
      ...(names.length > 0 ? [`{${names.join()}}=__eta.names`] : []),
      ...(helpers.length > 0 ? [`{${helpers.join()}}=__eta.helpers(it)`] : []),
    ].join()
  }

  #writeText(text: string, index: number): void {
    const literal = JSON.stringify(text).replaceAll(/[\u2028\u2029]/g, escapeLineEnd)
    this.#put(
      this.#options.form === 'steps'
        ? `__eta.put(${literal})${this.#leave(index)}`
        : `__eta.text+=${literal}`,
    )
    this.#put(`${this.#prepareNext(index)};`)
  }

  #writePrint(tag: Tag, index: number): void {
    const { escapes, inspects, form } = this.#options
    const print = tag.kind === 'print' && escapes ? '__eta_escaped' : '__eta_plain'
    this.#put(`__eta.at=${index},`)
    if (this.#roles[index]?.isOpen === true) {
      this.#put(`__eta.open(${index},${print}).value=`)
      this.#putCode(tag.code, tag.start, index)
      return this.#put(' ')
    }
    if (this.#isFree(index) && isLate(tag)) {
      this.#put('yield __eta.give(')
      this.#putLate(tag, index)
      return this.#put(`)${this.#prepareNext(index)};`)
    }
    // The value comes first: its code may write, too.
    this.#put(
      `${form === 'steps' ? '__eta.put(' : '__eta_value='}${print}(${inspects ? `${inspect(tag)}${index},` : ''}`,
    )
    this.#putCode(tag.code, tag.start, index)
    this.#put(inspects ? '))' : ')')
    this.#put(form === 'steps' ? `)${this.#leave(index)}` : ',__eta.text+=__eta_value')
    this.#put(`${this.#prepareNext(index)};`)
  }

  #writeTag({ code, start }: Tag, index: number): void {
    const role = this.#roles[index]
    const isAfterTag = this.#pieces[index - 1]?.kind === 'code'
    if (isAfterTag && role?.startsStatement === true) this.#put(`__eta.at=${role.runs};`)
    this.#putCode(code, start, index)
    this.#put('\n')
  }

  /** Leaves a generator once enough is written. */
  #leave(index: number): string {
    return this.#isFree(index) ? '&&(yield 0)' : ''
  }

  /** Whether a generator may be left at a piece. */
  #isFree(index: number): boolean {
    return this.#options.form === 'steps' && this.#roles[index]?.isInFunction === false
  }

  /** Notes that the code of the next tag runs, as part of the statement before it. */
  #prepareNext(index: number): string {
    if (this.#pieces[index + 1]?.kind !== 'code') return ''
    return `,__eta.at=${this.#roles[index + 1]?.runs ?? index + 1}`
  }

  /** Writes `it.body`, or `include` so that a part that awaits comes later. */
  #putLate(tag: Tag, index: number): void {
    const [, open] = tag.tokens
    if (open === undefined || isBody(tag)) return this.#putCode(tag.code, tag.start, index)
    const start = open.start + open.text.length
    this.#put('__eta.later(it,')
    this.#putCode(tag.code.slice(start - tag.start), start, index)
  }

  /** Writes code of the template, and notes where each of its lines comes from. */
  #putCode(code: string, start: number, index: number): void {
    let offset = start
    for (const line of code.match(LINES) ?? []) {
      this.#mark(index, this.#lineAt(offset), true)
      this.#put(line)
      offset += line.length
    }
    this.#mark(index, this.#lineAt(offset))
  }

  #mark(piece: number, templateLine: number, isCode = false): void {
    this.#places.push({ line: this.#line, column: this.#column, piece, templateLine, isCode })
  }

  #put(text: string): void {
    this.#text += text
    const lines = text.match(LINES) ?? []
    const ended = lines.filter((line) => LINE_END.test(line)).length
    const last = lines.at(-1) ?? ''
    this.#line += ended
    if (ended > 0) this.#column = 0
    if (!LINE_END.test(last)) this.#column += last.length
  }
}

/** Lines with their ends, as JavaScript counts them. */
const LINES = /[^\n\r\u2028\u2029]*(?:\r\n|[\n\r\u2028\u2029])|[^\n\r\u2028\u2029]+/g
const LINE_END = /[\n\r\u2028\u2029]$/

function escapeLineEnd(end: string): string {
  return `\\u${end.charCodeAt(0).toString(16)}`
}

function wordsOf(piece: Piece): string[] {
  if (piece.kind === 'text') return []
  return piece.tokens.filter(({ type }) => type === 'IdentifierName').map(({ text }) => text)
}

/** Whether a tag is one call of `include`, or prints the page that a layout is for. */
function isLate(tag: Tag): boolean {
  const [name, open] = tag.tokens
  if (isBody(tag)) return true
  if (name?.text !== 'include' || open?.text !== '(') return false
  let depth = 0
  const end = tag.tokens.findIndex(({ text }: Token) => {
    depth += text === '(' ? 1 : text === ')' ? -1 : 0
    return depth === 0 && text === ')'
  })
  return end === tag.tokens.length - 1
}

/** The call that inspects a value. Text that the tag puts together may have swallowed a promise. */
function inspect({ tokens }: Tag): string {
  const joins = tokens.some(({ type, text }) => type === 'TemplateHead' || text === '+')
  return joins ? '__eta.inspectText(' : '__eta.inspect('
}

/** The place that applies at a line and a column, both counted from 1, of written code. */
export function placeAt(places: readonly Place[], line: number, column: number): Place | undefined {
  return places.findLast(
    (place) => place.line < line || (place.line === line && place.column < column),
  )
}
