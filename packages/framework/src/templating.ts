/**
 * Templates: Eta's, in `templates/` beside the app's file.
 *
 * In a template, `it` is the data; `request`, `session`, `g`, `config`, `urlFor` and
 * `getFlashedMessages` are at hand. What is printed with `<%= %>` is escaped; `undefined` and `null` print nothing.
 */
import { Script } from 'node:vm'
import {
  Eta,
  EtaFileResolutionError,
  EtaParseError,
  type Options,
  type TemplateFunction,
} from 'eta'
import type { Config } from './config.ts'
import { currentApp, g, request, session } from './context.ts'
import { HTTPException } from './http-errors.ts'
import { getFlashedMessages } from './sessions/flash.ts'
import { urlFor } from './url-for.ts'

/** There is no template of that name. The message says where it was looked for. */
export class TemplateNotFound extends Error {
  override name = 'TemplateNotFound'
}

/** A template failed. The message names its file and line; `cause` is what happened there. */
export class TemplateError extends Error {
  override name = 'TemplateError'
  readonly file: string
  readonly line: number | undefined

  constructor(file: string, line: number | undefined, source: string, cause: unknown) {
    const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
    const place = line === undefined ? file : `${file}:${line}`
    super(`${place}: ${reason}\n${excerpt(source, line)}`, { cause })
    this.file = file
    this.line = line
  }
}

/**
 * Renders a template to a string: `renderTemplate('index', { user })` takes `templates/index.eta`.
 * A name with an ending is taken as it is.
 *
 * Raises `TemplateNotFound` if there is none, and `TemplateError` if it fails, with its file and line.
 */
export function renderTemplate(name: string, data: object = {}): string {
  return currentApp.templates.render(name, data)
}

/** Renders a template that is given as text, with everything that a template in a file has. */
export function renderTemplateString(source: string, data: object = {}): string {
  return currentApp.templates.renderString(source, data)
}

/** The templates of an app. Nothing is read before the first one is rendered. */
export class Templates {
  readonly #folder: string
  readonly #config: Config
  #made: TemplateEngine | undefined

  constructor(folder: string, config: Config) {
    this.#folder = folder
    this.#config = config
  }

  render(name: string, data: object): string {
    try {
      return this.#engine.render(name, data)
    } catch (error) {
      if (!(error instanceof EtaFileResolutionError)) throw error
      throw new TemplateNotFound(
        `There is no template ${JSON.stringify(name)} in ${this.#folder}. A name without an ending stands for one that ends in .eta.`,
        { cause: error },
      )
    }
  }

  renderString(source: string, data: object): string {
    return this.#engine.renderString(source, data)
  }

  get #engine(): TemplateEngine {
    return (this.#made ??= new TemplateEngine(this.#folder, this.#config))
  }
}

/** Eta, with what templates have at hand, and errors that name file and line. */
class TemplateEngine extends Eta {
  /** What a template finds under these names; the compiled code reads it. */
  readonly globals: object

  constructor(folder: string, config: Config) {
    super({
      views: folder,
      cache: !config.DEBUG,
      debug: true,
      autoFilter: true,
      filterFunction: print,
      functionHeader:
        'const { request, session, g, config, urlFor, getFlashedMessages } = this.globals;',
    })
    this.globals = { request, session, g, config, urlFor, getFlashedMessages }
    this.RuntimeErr = runtimeError
    const { compile } = this
    this.compile = (source: string, options?: Partial<Options>): TemplateFunction => {
      try {
        return compile.call(this, source, options)
      } catch (error) {
        throw this.#syntaxError(error, source, options)
      }
    }
  }

  #syntaxError(error: unknown, source: string, options: Partial<Options> = {}): unknown {
    if (!(error instanceof EtaParseError)) return error
    const file = options.filepath ?? FROM_STRING
    const line = / at line (\d+) col \d+/.exec(error.message)?.[1]
    if (line !== undefined) return new TemplateError(file, Number(line), source, error)
    const [code, reason] = checkSyntax(this.compileToString(source, options))
    return new TemplateError(file, lineBefore(code), source, reason ?? error)
  }
}

const FROM_STRING = 'a template from a string'

/** What is printed for a value: nothing for what is not there. */
function print(value: unknown): string {
  // oxlint-disable-next-line typescript/no-base-to-string -- whatever it is, this is how it prints
  return value === undefined || value === null ? '' : String(value)
}

/** Called by a template that failed, with the line that it was at. Errors that say enough already pass. */
function runtimeError(error: Error, source: string, line: number, file?: string): never {
  if (error instanceof TemplateError || error instanceof HTTPException) throw error
  throw new TemplateError(file ?? FROM_STRING, line, source, error)
}

/** The compiled code up to the place where its syntax is wrong, and what is wrong. */
function checkSyntax(code: string): [before: string, reason: unknown] {
  try {
    new Script(`(function () {${code}\n})`, { filename: 'template' })
    return ['', undefined]
  } catch (error) {
    const stack = error instanceof Error ? (error.stack ?? '') : ''
    const at = Number(/^template:(\d+)/.exec(stack)?.[1] ?? 0)
    return [code.split('\n').slice(0, at).join('\n'), error]
  }
}

/** The template's line that compiled code is at: it notes each. */
function lineBefore(code: string): number | undefined {
  const line = [...code.matchAll(/^__eta\.line=(\d+)$/gm)].at(-1)?.[1]
  return line === undefined ? undefined : Number(line)
}

/** A few lines of a template around one of them. */
function excerpt(source: string, line: number | undefined): string {
  if (line === undefined) return ''
  const first = Math.max(line - 3, 0)
  const lines = source.split(/\r\n|\n|\r/).slice(first, line + 2)
  const marked = lines.map((text, index) => {
    const number = first + index + 1
    return `${number === line ? '>' : ' '} ${String(number).padStart(4)} | ${text}`
  })
  return marked.join('\n')
}
