/**
 * Generates the JavaScript function of a template.
 *
 * As in Eta, each text and each printing tag becomes one statement. Code is copied unchanged, followed by a line
 * break. Nothing is inserted into code or before it that could change its meaning, so `<% if (x) %>` without braces
 * controls the text or tag that follows. Line numbers match those of the template where possible. `places` maps the
 * rest.
 */
import { isBody, type Outline, type Role } from './outline.ts'
import type { Token } from './mask.ts'
import type { Piece, Tag } from './tags.ts'

/** Options of the generated function. */
export interface CodeOptions {
  /** The names available in the template, in addition to the helpers. */
  readonly names: readonly string[]
  /** Whether `<%= %>` escapes. */
  readonly escapes: boolean
  /** Whether printed values are checked for `undefined`, for warnings in debug mode. */
  readonly inspects: boolean
  readonly form: Form
}

/**
 * The kind of the generated function. `sync` renders synchronously. `stepwise` is an async generator that a stream can
 * pause and resume. `script` is only parsed, never run, and each of its lines comes from a single line of the template.
 */
export type Form = 'sync' | 'stepwise' | 'script'

/** A line that is longer is broken. Node does not mark the column of a syntax error beyond column 1,020. */
const MAX_LINE_LENGTH = 500

const FUNCTIONS = {
  sync: 'function',
  stepwise: 'async function*',
  script: 'async function',
} as const

/** A position in the generated code, and the line and piece of the template that begin there. */
export interface Place {
  readonly line: number
  readonly column: number
  readonly piece: number
  readonly templateLine: number
  /** Whether it is code of the template, not generated code. */
  readonly isCode: boolean
}

/** The body of a function that returns the template's function, and the origin of its parts. */
export interface Code {
  readonly text: string
  readonly places: readonly Place[]
}

/** The functions that a template can call. Each is a method of the page. */
export const HELPERS: readonly string[] = ['include', 'layout', 'block', 'output', 'capture']

/**
 * Generates a function with the parameters `__eta` (the page) and `it` (the data). The result is the body of an outer
 * function that returns it. The parameters of the outer function are `__eta_escaped` and `__eta_plain`, which convert a
 * value to text with and without escaping.
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
      const isNewLine = this.#options.form === 'script' || this.#column > MAX_LINE_LENGTH
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

  /** Returns the names that the template uses, as parameters, so that the template may redeclare them with `var`. */
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
      this.#options.form === 'stepwise'
        ? `__eta.put(${literal})${this.#pause(index)}`
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
    if (this.#canPause(index) && isDeferrable(tag)) {
      this.#put('yield __eta.printOrDefer(')
      this.#putDeferrable(tag, index)
      return this.#put(`)${this.#prepareNext(index)};`)
    }
    // The value is computed first, because its code may also write text.
    this.#put(
      `${form === 'stepwise' ? '__eta.put(' : '__eta_value='}${print}(${inspects ? `${inspect(tag)}${index},` : ''}`,
    )
    this.#putCode(tag.code, tag.start, index)
    this.#put(inspects ? '))' : ')')
    this.#put(form === 'stepwise' ? `)${this.#pause(index)}` : ',__eta.text+=__eta_value')
    this.#put(`${this.#prepareNext(index)};`)
  }

  #writeTag({ code, start }: Tag, index: number): void {
    const role = this.#roles[index]
    const isAfterTag = this.#pieces[index - 1]?.kind === 'code'
    if (isAfterTag && role?.startsStatement === true) this.#put(`__eta.at=${role.runs};`)
    this.#putCode(code, start, index)
    this.#put('\n')
  }

  /** Returns code that pauses the generator after a write that fills a chunk. */
  #pause(index: number): string {
    return this.#canPause(index) ? '&&(yield 0)' : ''
  }

  /** Reports whether the generator can pause at a piece: not within a function of the template. */
  #canPause(index: number): boolean {
    return this.#options.form === 'stepwise' && this.#roles[index]?.isInFunction === false
  }

  /**
   * Returns code that records the next tag as the current one, if it is a code tag, as part of the current statement.
   */
  #prepareNext(index: number): string {
    if (this.#pieces[index + 1]?.kind !== 'code') return ''
    return `,__eta.at=${this.#roles[index + 1]?.runs ?? index + 1}`
  }

  /** Writes `it.body`, or an `include` that is deferred if the included template awaits. */
  #putDeferrable(tag: Tag, index: number): void {
    const [, open] = tag.tokens
    if (open === undefined || isBody(tag)) return this.#putCode(tag.code, tag.start, index)
    const start = open.start + open.text.length
    this.#put('__eta.includeDeferred(it,')
    this.#putCode(tag.code.slice(start - tag.start), start, index)
  }

  /** Writes code of the template, and records the origin of each line. */
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

/** Matches lines with their terminators. ECMAScript §12.3 */
const LINES = /[^\n\r\u2028\u2029]*(?:\r\n|[\n\r\u2028\u2029])|[^\n\r\u2028\u2029]+/g
const LINE_END = /[\n\r\u2028\u2029]$/

function escapeLineEnd(end: string): string {
  return `\\u${end.charCodeAt(0).toString(16)}`
}

function wordsOf(piece: Piece): string[] {
  if (piece.kind === 'text') return []
  return piece.tokens.filter(({ type }) => type === 'IdentifierName').map(({ text }) => text)
}

/** Reports whether a stream can defer a tag: it is a single call of `include`, or prints the page within its layout. */
function isDeferrable(tag: Tag): boolean {
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

/**
 * Returns the call that inspects a value. If the tag concatenates text, a promise may have become part of that text.
 */
function inspect({ tokens }: Tag): string {
  const joins = tokens.some(({ type, text }) => type === 'TemplateHead' || text === '+')
  return joins ? '__eta.inspectText(' : '__eta.inspect('
}

/** Returns the place for a line and a column of generated code, both counted from 1. */
export function placeAt(places: readonly Place[], line: number, column: number): Place | undefined {
  return places.findLast(
    (place) => place.line < line || (place.line === line && place.column < column),
  )
}
