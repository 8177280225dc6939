/** Templates that are compiled from their source at run time. */
import { withCode } from '@phial/core'
import { compileFunction } from 'node:vm'
import { type Code, type Form, type Place, placeAt, writeCode } from './code.ts'
import { invalidTemplate, type TemplateError } from './errors.ts'
import { type Facts, factsOf, type Outline, outlineOf } from './outline.ts'
import { escaped, plain } from '../helpers/printing.ts'
import { lineCounter, type Piece, piecesOf } from './tags.ts'

/** The source of a template, and how to compile it. */
export interface TemplateSource {
  /** Relative to the template folder: `posts/index.eta`; `undefined` for a template from a string. */
  readonly name: string | undefined
  /** The name in error messages: the absolute path. */
  readonly file: string
  readonly source: string
  /** The names available in the template, in addition to the helpers. */
  readonly names: readonly string[]
  /** Whether printed values are checked for `undefined`, for warnings in debug mode. */
  readonly inspects: boolean
}

/** The `Page` to which a compiled template writes. Only generated code calls its methods, so its type is left open. */
export type PageObject = object

/** Renders a template synchronously. */
export type Render = (page: PageObject, it: object) => void

/** A part of a page that is rendered later, in chunks. Only a stream can wait for it. */
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

/** A value that a template yields to pause: a deferred part, or a placeholder. */
export type Step = Deferred | number | undefined
export type Steps = AsyncGenerator<Step, void>

/** Converts a value to text. */
export type Print = (value: unknown) => string

/** Renders a template step by step. */
export type Stepwise = (page: PageObject, it: object) => Steps

/** A tag as error messages and warnings refer to it. */
export interface NamedTag {
  readonly line: number
  readonly code: string
}

/** A template that can be rendered. It is precompiled, or compiled on first use. */
export interface Template {
  readonly name: string | undefined
  readonly file: string
  readonly source: string
  /** Whether `<%= %>` escapes. */
  readonly escapes: boolean
  readonly facts: Facts
  /** Renders the template synchronously. Throws `TemplateError` if its code is invalid. */
  readonly run: Render
  /** Renders the template step by step. Throws `TemplateError` if its code is invalid. */
  readonly steps: Stepwise
  /** Compiles the template for `run` or for `steps`. Throws `TemplateError` if its code is invalid. */
  prepare(isStepwise: boolean): void
  /** Returns the tag at an index; `undefined` for text. */
  tagAt(index: number): NamedTag | undefined
  /** Returns the line on which an error was thrown. `index` is the piece that ran last. */
  lineOf(error: unknown, index: number, isStepwise: boolean): number | undefined
}

/** A compiled function, and the places in its code. */
interface Compiled<T> {
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
  readonly #origin: TemplateSource
  readonly #outline: Outline
  #sync: Compiled<Render> | undefined
  #stepwise: Compiled<Stepwise> | undefined

  /** Throws `TemplateError` if a tag is not closed. */
  constructor(origin: TemplateSource) {
    this.name = origin.name
    this.file = origin.file
    this.source = origin.source
    this.escapes = doesEscape(origin.name)
    this.pieces = piecesOf(origin.source, origin.file)
    this.#origin = origin
    this.#outline = outlineOf(this.pieces)
    this.facts = factsOf(this.pieces, this.#outline)
  }

  run(page: PageObject, it: object): void {
    this.#sync ??= this.#compile<Render>('sync')
    this.#sync.call(page, it)
  }

  steps(page: PageObject, it: object): Steps {
    this.#stepwise ??= this.#compile<Stepwise>('stepwise')
    return this.#stepwise.call(page, it)
  }

  prepare(isStepwise: boolean): void {
    if (isStepwise) this.#stepwise ??= this.#compile<Stepwise>('stepwise')
    else this.#sync ??= this.#compile<Render>('sync')
  }

  tagAt(index: number): NamedTag | undefined {
    const piece = this.pieces[index]
    return piece?.kind === 'text' ? undefined : piece
  }

  /** Reads the line from the stack of the error. If the error was created elsewhere, returns the line of the piece. */
  lineOf(error: unknown, index: number, isStepwise: boolean): number | undefined {
    const compiled = isStepwise ? this.#stepwise : this.#sync
    return relocate(error, this.file, compiled?.places ?? []) ?? this.pieces[index]?.line
  }

  /** Generates the code of the template's function. */
  write(form: Form): Code {
    const { names, inspects, source } = this.#origin
    const options = { names, inspects, form, escapes: this.escapes }
    return writeCode(this.pieces, this.#outline, lineCounter(source), options)
  }

  #compile<T>(form: Form): Compiled<T> {
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

  /** Returns the error for code with a syntax error. If a bracket is not matched, the error refers to that bracket. */
  #invalid(error: SyntaxError, places: readonly Place[]): TemplateError {
    const place = placeAt(places, ...positionOf(error))
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

/** Reports whether `<%= %>` escapes in a template with this name. */
export function doesEscape(name: string | undefined): boolean {
  return !/\.txt(?:\.eta)?$/i.test(name ?? '')
}

/** Returns the line and column, from 1, that V8 prints before the stack of a syntax error. */
function positionOf(error: SyntaxError): [line: number, column: number] {
  const [place = '', , caret = ''] = (error.stack ?? '').split('\n')
  const column = caret.includes('^') ? caret.indexOf('^') : caret.length
  return [Number(/:(\d+)$/.exec(place)?.[1] ?? 1), column + 1]
}

/** The errors whose stacks already contain the lines of templates. */
const relocated = new WeakSet<Error>()

/** Converts the positions in generated code in an error's stack to lines of the template. Returns the topmost line. */
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
