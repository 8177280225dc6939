/** Template errors, and hints for their causes. */
import { withCode } from '@phial/core'
import { nearest } from '../helpers/nearest.ts'
import { Unprintable } from '../helpers/printing.ts'

/** The name in error messages for a template that is rendered from a string. */
export const FROM_STRING = 'a template from a string'

/** No folder contains a template with this name. The message lists the folders. */
export class TemplateNotFound extends Error {
  override name = 'TemplateNotFound'
}

/** A template failed. The message contains its file, line and an excerpt. `cause` is the original error. */
export class TemplateError extends Error {
  override name = 'TemplateError'
  readonly file: string
  readonly line: number | undefined
  /** A few lines of the template. The failed one is marked with `>`. */
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

/** Returns the error for a template that cannot be parsed, or whose code is invalid. */
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

/** Returns the lines of a template around a given line. */
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

/** Returns a line of a template; the whole template if the line is unknown. */
export function lineOf(source: string, line: number | undefined): string {
  return line === undefined ? source : (linesOf(source)[line - 1] ?? '')
}

/** The place at which an error was thrown, and the names in scope. */
export interface Scope {
  /** The code of the tag that ran last. */
  readonly code: string
  /** The text of the line. */
  readonly line: string
  readonly it: object
  readonly names: object
}

/** Adds a hint to an error: the expression that cannot be printed, or the most similar name in scope. */
export function withHint(error: unknown, { code, line, it, names }: Scope): unknown {
  if (error instanceof Unprintable) return withMessage(error, error.messageFor(code))
  if (!(error instanceof ReferenceError)) return error
  const [, name] = /^([\w$]+) is not defined$/.exec(error.message) ?? []
  if (name === undefined || !line.includes(name)) return error
  const [found] = name in it ? [name] : nearest(name, [...Object.keys(it), ...Object.keys(names)])
  if (found === undefined) return error
  const meant = found in it ? `it.${found}` : found
  return withMessage(error, `${error.message}. Did you mean \`${meant}\`?`)
}

/** Replaces the message of an error, also in its stack. */
function withMessage(error: Error, message: string): Error {
  const { stack } = error
  if (typeof stack === 'string') error.stack = stack.replace(error.message, () => message)
  error.message = message
  return error
}
