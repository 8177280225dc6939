/** The errors of templates, and what they advise. */
import { withCode } from '@phial/core'
import { nearest } from '../helpers/nearest.ts'
import { Unprintable } from '../helpers/printing.ts'

/** What errors call a template that was given as text. */
export const FROM_STRING = 'a template from a string'

/** No folder has a template of that name. The message lists the folders. */
export class TemplateNotFound extends Error {
  override name = 'TemplateNotFound'
}

/** A template failed. The message names its file and line and shows it; `cause` is the original error. */
export class TemplateError extends Error {
  override name = 'TemplateError'
  readonly file: string
  readonly line: number | undefined
  /** A few lines of the template, the one that failed marked with `>`. */
  readonly frame: string

  constructor(file: string, line: number | undefined, source: string, cause: unknown) {
    const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
    const place = line === undefined ? file : `${file}:${line}`
    const frame = excerpt(source, line)
    super(`${place}: ${reason}\n${frame}`, { cause })
    this.file = file
    this.line = line
    this.frame = frame
  }
}

/** Returns the error for a template that cannot be read, or whose code is invalid. */
export function invalidTemplate(
  { file, source }: { readonly file: string; readonly source: string },
  line: number | undefined,
  reason: SyntaxError | string,
): TemplateError {
  const cause =
    typeof reason === 'string'
      ? withCode('ERR_PHIAL_TEMPLATE_SYNTAX', new SyntaxError(reason))
      : reason
  return withCode('ERR_PHIAL_TEMPLATE_SYNTAX', new TemplateError(file, line, source, cause))
}

/** A few lines of a template around one of them. */
function excerpt(source: string, line: number | undefined): string {
  if (line === undefined) return ''
  const first = Math.max(line - 3, 0)
  const lines = linesOf(source).slice(first, line + 2)
  const marked = lines.map((text, index) => {
    const number = first + index + 1
    return `${number === line ? '>' : ' '} ${String(number).padStart(4)} | ${text}`
  })
  return marked.join('\n')
}

function linesOf(source: string): string[] {
  return source.split(/\r\n|\n|\r/)
}

/** A line of a template; the whole template if the line is not known. */
export function lineOf(source: string, line: number | undefined): string {
  return line === undefined ? source : (linesOf(source)[line - 1] ?? '')
}

/** Where an error was thrown, and what was in scope. */
export interface Scope {
  /** The code of the tag that was last reached. */
  readonly code: string
  /** The text of the line. */
  readonly line: string
  readonly it: object
  readonly names: object
}

/** Adds to an error what helps: the expression that cannot be printed, or the name that was probably meant. */
export function advised(error: unknown, { code, line, it, names }: Scope): unknown {
  if (error instanceof Unprintable) return reworded(error, error.messageFor(code))
  if (!(error instanceof ReferenceError)) return error
  const [, name] = /^([\w$]+) is not defined$/.exec(error.message) ?? []
  if (name === undefined || !line.includes(name)) return error
  const [found] = name in it ? [name] : nearest(name, [...Object.keys(it), ...Object.keys(names)])
  if (found === undefined) return error
  const meant = found in it ? `it.${found}` : found
  return reworded(error, `${error.message}. Did you mean \`${meant}\`?`)
}

/** Gives an error another message, in its stack too. */
function reworded(error: Error, message: string): Error {
  const { stack } = error
  if (typeof stack === 'string') error.stack = stack.replace(error.message, () => message)
  error.message = message
  return error
}
