/** A template that is compiled from its source as the app runs. */
import { withCode } from '@phial/core'
import { compileFunction } from 'node:vm'
import { type Code, type Form, type Place, placeAt, writeCode } from './code.ts'
import { invalidTemplate, type TemplateError } from './errors.ts'
import { type Facts, factsOf, type Outline, outlineOf } from './outline.ts'
import { escaped, plain } from '../helpers/printing.ts'
import { lineCounter, type Piece, piecesOf } from './tags.ts'

/** Where a template comes from, and how it is compiled. */
export interface TemplateSource {
  /** Relative to the template folder: `posts/index.eta`; `undefined` for a template from a string. */
  readonly name: string | undefined
  /** What errors call it: its absolute path. */
  readonly file: string
  readonly source: string
  /** The names that it may use besides its own helpers. */
  readonly names: readonly string[]
  /** Whether printed values are inspected, for the notes of a debug run. */
  readonly inspects: boolean
}

/** The page that a compiled template writes to: what it calls of it is in its code, so its type is open here. */
export type PageObject = object

/** Renders a template at once. */
export type Whole = (page: PageObject, it: object) => void

/** A part of a page that comes later, in chunks. Only a stream can wait for it. */
export class Deferred {
  readonly chunks: () => AsyncIterable<string>

  constructor(chunks: () => AsyncIterable<string>) {
    this.chunks = chunks
  }

  toString(): never {
    throw withCode(
      'ERR_PHIAL_TEMPLATE_BODY',
      new TypeError(
        'it.body is still being streamed, so its text is not available. Print it in the layout itself, with <%~ it.body %>, or render the page with renderTemplate.',
      ),
    )
  }
}

/** What a template yields where a stream may leave it: what comes later, or nothing of interest. */
export type Step = Deferred | number | undefined
export type Steps = AsyncGenerator<Step, void>

/** Turns a value into text. */
export type Print = (value: unknown) => string

/** Renders a template step by step. */
export type Stepwise = (page: PageObject, it: object) => Steps

/** A tag as errors and notes name it. */
export interface NamedTag {
  readonly line: number
  readonly code: string
}

/** A template that can be rendered, whether it was compiled before or is compiled when it is first used. */
export interface Template {
  readonly name: string | undefined
  readonly file: string
  readonly source: string
  /** Whether what it prints is escaped. */
  readonly escapes: boolean
  readonly facts: Facts
  /** Renders it at once. Throws `TemplateError` if its code is invalid. */
  readonly run: Whole
  /** Renders it step by step. Throws `TemplateError` if its code is invalid. */
  readonly steps: Stepwise
  /** Compiles it for `run`, or for `steps`. Throws `TemplateError` if its code is invalid. */
  prepare(isStepwise: boolean): void
  /** The tag that was last reached, by its index. */
  tagAt(index: number): NamedTag | undefined
  /** The line on which an error was thrown. `index` is the tag that was last reached. */
  lineOf(error: unknown, index: number, isStepwise: boolean): number | undefined
}

/** A function with the places of its code. */
interface Made<T> {
  readonly call: T
  readonly places: readonly Place[]
}

export class SourceTemplate implements Template {
  readonly name: string | undefined
  readonly file: string
  readonly source: string
  readonly escapes: boolean
  readonly pieces: readonly Piece[]
  readonly facts: Facts
  readonly #made: TemplateSource
  readonly #outline: Outline
  #whole: Made<Whole> | undefined
  #stepwise: Made<Stepwise> | undefined

  /** Throws `TemplateError` if a tag is not closed. */
  constructor(made: TemplateSource) {
    this.name = made.name
    this.file = made.file
    this.source = made.source
    this.escapes = doesEscape(made.name)
    this.pieces = piecesOf(made.source, made.file)
    this.#made = made
    this.#outline = outlineOf(this.pieces)
    this.facts = factsOf(this.pieces, this.#outline)
  }

  run(page: PageObject, it: object): void {
    this.#whole ??= this.#compile<Whole>('whole')
    this.#whole.call(page, it)
  }

  steps(page: PageObject, it: object): Steps {
    this.#stepwise ??= this.#compile<Stepwise>('steps')
    return this.#stepwise.call(page, it)
  }

  prepare(isStepwise: boolean): void {
    if (isStepwise) this.#stepwise ??= this.#compile<Stepwise>('steps')
    else this.#whole ??= this.#compile<Whole>('whole')
  }

  tagAt(index: number): NamedTag | undefined {
    const piece = this.pieces[index]
    return piece?.kind === 'text' ? undefined : piece
  }

  /** The stack has the line within the tag. An error that was made elsewhere has no place here in its stack. */
  lineOf(error: unknown, index: number, isStepwise: boolean): number | undefined {
    const made = isStepwise ? this.#stepwise : this.#whole
    return relocate(error, this.file, made?.places ?? []) ?? this.pieces[index]?.line
  }

  /** Writes its function. */
  write(form: Form): Code {
    const { names, inspects, source } = this.#made
    const options = { names, inspects, form, escapes: this.escapes }
    return writeCode(this.pieces, this.#outline, lineCounter(source), options)
  }

  #compile<T>(form: Form): Made<T> {
    const { text, places } = this.write(form)
    try {
      const filename = this.file
      const make = compileFunction(text, ['__eta_escaped', '__eta_plain'], {
        filename,
      }) as (...prints: Print[]) => T
      return { call: make(escaped, plain), places }
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      throw this.#invalid(error, places)
    }
  }

  /** The error for code that JavaScript refuses. Brackets that do not match are named where they are. */
  #invalid(error: SyntaxError, places: readonly Place[]): TemplateError {
    const place = placeAt(places, ...complaintOf(error))
    const at = place?.piece ?? 0
    const { mismatch } = this.#outline
    const isCause = mismatch !== undefined && (at >= mismatch.noticed || place?.isCode !== true)
    const line = isCause ? this.pieces[mismatch.at]?.line : place?.templateLine
    const reason = isCause ? mismatch.reason : this.#reasonOf(error, at)
    return invalidTemplate(this, line ?? 1, reason ?? error)
  }

  #reasonOf({ message }: SyntaxError, at: number): string | undefined {
    const piece = this.pieces[at]
    if (piece === undefined || piece.kind === 'text') return undefined
    if (!piece.tokens.some(({ text }) => text === 'await')) return undefined
    return `${message}. The await may be the cause. ${ONLY_STREAMED}`
  }
}

/** The remedy for an `await` where it is not supported. */
export const ONLY_STREAMED =
  'A template can use await only with streamTemplate, and not in a callback or a block. Otherwise, await the value before rendering, and pass the result.'

/** Whether a template of this name escapes what it prints. */
export function doesEscape(name: string | undefined): boolean {
  return !/\.txt(?:\.eta)?$/i.test(name ?? '')
}

/** The line and the column, from 1, that V8 puts before the stack of a syntax error. */
function complaintOf(error: SyntaxError): [line: number, column: number] {
  const [place = '', , caret = ''] = (error.stack ?? '').split('\n')
  const column = caret.includes('^') ? caret.indexOf('^') : caret.length
  return [Number(/:(\d+)$/.exec(place)?.[1] ?? 1), column + 1]
}

/** The errors whose stacks show the lines of templates already. */
const relocated = new WeakSet<Error>()

/** Rewrites the places of a template in an error's stack to its own lines. Returns the topmost one. */
function relocate(error: unknown, file: string, places: readonly Place[]): number | undefined {
  if (!(error instanceof Error) || typeof error.stack !== 'string') return undefined
  const { stack, message } = error
  const start = message === '' ? 0 : Math.max(stack.indexOf(message), 0) + message.length
  const lines: number[] = []
  const parts = stack.slice(start).split(`${file}:`)
  const rewritten = parts.map((part, index) => {
    const [found, line, column] = index === 0 ? [] : (/^(\d+)(?=:(\d+))/.exec(part) ?? [])
    if (found === undefined) return part
    const place = relocated.has(error) ? undefined : placeAt(places, Number(line), Number(column))
    const own = place?.templateLine ?? Number(line)
    lines.push(own)
    return `${own}${part.slice(found.length)}`
  })
  if (lines.length > 0 && !relocated.has(error)) {
    Reflect.set(error, 'stack', stack.slice(0, start) + rewritten.join(`${file}:`))
    relocated.add(error)
  }
  return lines[0]
}
