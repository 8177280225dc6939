/** A template: its text, and the functions that are made of it. */
import { compileFunction } from 'node:vm'
import { withCode } from '@phial/core'
import { isBody, writeCode } from './code.ts'
import { TemplateError } from './errors.ts'
import type { Deferred, Page } from './page.ts'
import { type Piece, piecesOf } from './pieces.ts'

/** Where a template comes from, and how it is made. */
export interface TemplateSource {
  /** Seen from the folders: `posts/index.eta`; `undefined` for one from a string. */
  readonly name: string | undefined
  /** What errors call it: its whole path. */
  readonly file: string
  readonly source: string
  /** The names that it has at hand beside its own helpers. */
  readonly atHand: readonly string[]
  /** Whether it notes what is undefined. */
  readonly notes: boolean
}

type Whole = (page: Page, it: object) => void

/** What a template hands on when it is left on its way: what comes later, or nothing of interest. */
export type Step = Deferred | number | undefined

export type Steps = AsyncGenerator<Step, void>
type Stepwise = (page: Page, it: object) => Steps

/** A template that was read. It is compiled when it is first used, for each of the two ways to use it. */
export class Template {
  readonly name: string | undefined
  readonly file: string
  readonly source: string
  /** Whether what it prints is escaped. */
  readonly escapes: boolean
  readonly pieces: readonly Piece[]
  readonly #made: TemplateSource
  readonly #codes: readonly string[]
  #whole: Whole | undefined
  #stepwise: Stepwise | undefined
  #passesBody = false

  /** Raises `TemplateError` if a tag is not closed. */
  constructor(made: TemplateSource) {
    this.name = made.name
    this.file = made.file
    this.source = made.source
    this.escapes = !/\.txt(?:\.eta)?$/i.test(made.name ?? '')
    this.pieces = piecesOf(made.source, made.file)
    this.#made = made
    this.#codes = this.pieces.filter(({ kind }) => kind !== 'text').map(({ code }) => code)
  }

  /** Runs it to its end. Raises `TemplateError` if its code is none. */
  run(page: Page, it: object): void {
    this.#whole ??= this.#compile(undefined)[0] as Whole
    this.#whole(page, it)
  }

  /** Runs it bit by bit. Raises `TemplateError` if its code is none. */
  steps(page: Page, it: object): Steps {
    this.#stepwise ??= this.#compileStepwise()
    return this.#stepwise(page, it)
  }

  /** Has it compiled to run bit by bit. Raises `TemplateError` if its code is none. */
  prepareSteps(): void {
    this.#stepwise ??= this.#compileStepwise()
  }

  /** Whether it waits for anything. */
  get awaits(): boolean {
    return this.#codes.some((code) => /\bawait\b/.test(code))
  }

  get callsLayout(): boolean {
    return this.#codes.some((code) => /\blayout\s*\(/.test(code))
  }

  /** The names of the blocks that it gives; `undefined` if some are only known as it runs. */
  get blocks(): string[] | undefined {
    const calls = this.#codes.flatMap((code) => [...code.matchAll(BLOCK)])
    const given = calls.filter(([, , , end]) => end !== ')').map(([, , name]) => name)
    return given.every((name) => name !== undefined) ? given : undefined
  }

  /** Whether it prints `it.body` once, at a place where a stream can go on, and does no more with it. */
  get passesBody(): boolean {
    this.prepareSteps()
    return this.#passesBody
  }

  /**
   * A template may be left in the middle only where it is not in a callback. JavaScript's own grammar
   * says where that is: lines on which `yield` is refused do without.
   */
  #compileStepwise(): Stepwise {
    const held = new Set<number>()
    for (;;) {
      try {
        const [stepwise, starts] = this.#compile(held)
        this.#passesBody = this.#doesPassBody(held, starts)
        return stepwise as Stepwise
      } catch (error) {
        const line = error instanceof CodeError ? error.codeLine : undefined
        if (line === undefined || held.has(line)) throw error
        held.add(line)
      }
    }
  }

  #doesPassBody(held: ReadonlySet<number>, starts: readonly number[]): boolean {
    const isMention = ({ kind, code }: Piece): boolean => kind !== 'text' && /\bbody\b/.test(code)
    const [only, ...others] = this.pieces.filter(isMention)
    if (only === undefined || others.length > 0 || !this.escapes) return false
    return isBody(only) && !held.has(starts[this.pieces.indexOf(only)] ?? 0)
  }

  #compile(held: ReadonlySet<number> | undefined): [made: unknown, starts: readonly number[]] {
    const { escapes, file, pieces, source } = this
    const { atHand, notes } = this.#made
    const { text, starts } = writeCode(pieces, { atHand, escapes, notes, held })
    try {
      return [compileFunction(text, ['__eta', 'it'], { filename: file }), starts]
    } catch (error) {
      const line = lineOf(error)
      throw withCode(
        'ERR_PHIAL_TEMPLATE_SYNTAX',
        new CodeError(line, file, placeOf(line, pieces, starts), source, this.#explain(error)),
      )
    }
  }

  /** What is wrong, in the template's words. */
  #explain(error: unknown): unknown {
    if (!(error instanceof SyntaxError)) return error
    if (error.message.startsWith('Missing catch')) {
      return withCode(
        'ERR_PHIAL_TEMPLATE_SYNTAX',
        new SyntaxError('There is a } too many.', { cause: error }),
      )
    }
    if (!this.awaits) return error
    return withCode(
      'ERR_PHIAL_TEMPLATE_SYNTAX',
      new SyntaxError(
        `${error.message}. If it is the await: a template awaits only with streamTemplate, and not in a callback or a block. Elsewhere, await before rendering, and give it what came.`,
        { cause: error },
      ),
    )
  }
}

/** The template's line of a line of its code. `starts` has the line of the code on which each piece starts. */
export function placeOf(line: number, pieces: readonly Piece[], starts: readonly number[]): number {
  const at = starts.findLastIndex((start) => start <= line)
  const piece = pieces[at]
  if (piece === undefined) return 1
  return Math.min(piece.line + line - (starts[at] ?? line), piece.lastLine)
}

/** `block('name', …`, or `block('name')`; without the name if it is none that can be read here. */
const BLOCK = /\bblock\s*\(\s*(?:(['"`])([^'"`$]*)\1\s*([,)]))?/g

/** The code of a template is none. */
class CodeError extends TemplateError {
  /** The line of the code, not of the template. */
  readonly codeLine: number

  constructor(line: number, file: string, place: number, source: string, cause: unknown) {
    super(file, place, source, cause)
    this.codeLine = line
  }
}

/** V8 says the line at the start of the error's stack. */
function lineOf(error: unknown): number {
  const [start = ''] = error instanceof Error ? (error.stack ?? '').split('\n') : []
  return Number(/:(\d+)$/.exec(start)?.[1] ?? 1)
}
