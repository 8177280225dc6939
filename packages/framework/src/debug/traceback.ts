/** Reads an error for the debug page: its stack frames with their source, and its causes. */
import { relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { types } from 'node:util'
import type { StackFrame } from 'youch-core/types'
import { helpOf } from '../errors/catalogue/index.ts'
import { TemplateError } from '../templating/errors.ts'

/** A source line. */
export interface SourceLine {
  readonly number: number
  readonly text: string
}

/** A stack frame. */
export interface Frame {
  /** The path, relative to the working directory if the file is inside it. */
  readonly file: string
  readonly line: number
  readonly column: number | undefined
  /** The name of the function. */
  readonly where: string
  /** Whether the code belongs to the app, and not to a library, Node or Phial. */
  readonly isApp: boolean
  /** The surrounding source lines; empty if they cannot be read. */
  readonly source: readonly SourceLine[]
}

/** The explanation of an error code. */
export interface Help {
  readonly means: string
  readonly remedy: string
}

/** An error with its causes. */
export interface Trace {
  readonly name: string
  readonly message: string
  readonly code: string | undefined
  /** The explanation of the code, if it is one of Phial's. */
  readonly help: Help | undefined
  /** The stack frames, innermost first. */
  readonly frames: readonly Frame[]
  /** The cause, and the errors of an `AggregateError`. */
  readonly causes: readonly Trace[]
}

/** Reads a thrown value. A value that is not an `Error` is wrapped in one. Stops at circular causes. */
export async function traceOf(
  thrown: unknown,
  seen: ReadonlySet<unknown> = new Set(),
): Promise<Trace> {
  const error = asError(thrown)
  const visited = new Set(seen).add(thrown)
  // A template error and its cause are shown as one error: the location is that of the former.
  const inner = error instanceof TemplateError && error.cause instanceof Error ? error.cause : error
  const causes = causesOf(inner).filter((cause) => !visited.has(cause))
  const frames = await framesOf(inner)
  return {
    name: error.name,
    message: inner === error ? error.message : `${inner.name}: ${inner.message}`,
    ...(codeOf(inner) ?? codeOf(error) ?? { code: undefined, help: undefined }),
    frames: error instanceof TemplateError ? await withTemplate(error, frames) : frames,
    causes: await Promise.all(causes.map((cause) => traceOf(cause, visited))),
  }
}

function codeOf(error: Error): Pick<Trace, 'code' | 'help'> | undefined {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  return code === undefined ? undefined : { code, help: helpOf(code) }
}

function asError(thrown: unknown): Error {
  if (thrown instanceof Error || types.isNativeError(thrown)) return thrown
  const what = typeof thrown === 'string' ? JSON.stringify(thrown) : kindOf(thrown)
  const error = new Error(`${what} was thrown. Throw an Error, which has a stack.`)
  error.stack = ''
  return error
}

function kindOf(value: unknown): string {
  return typeof value === 'object' && value !== null ? 'An object' : String(value)
}

function causesOf(error: Error): unknown[] {
  const aggregated: unknown[] = error instanceof AggregateError ? error.errors : []
  return error.cause === undefined ? aggregated : [error.cause, ...aggregated]
}

/** Returns the stack frames with their source, preceded by the location of a compiler error. */
function framesOf(error: Error): Promise<Frame[]> {
  const [, file, line = '1', column = '1'] = COMPILER_ERROR.exec(error.message) ?? []
  const location = file === undefined ? '' : `    at syntax (${file}:${line}:${column})\n`
  return readStack(error.message, location + stackOf(error))
}

/** Matches the location in a compiler error: `/srv/app.ts:3:5: ERROR: …` from esbuild, or `/srv/app.js:3: …`. */
const COMPILER_ERROR = /^((?:[A-Z]:)?[^:\n]+\.[cm]?[jt]sx?):(\d+)(?::(\d+))?: /m

async function readStack(message: string, stack: string): Promise<Frame[]> {
  const { ErrorParser } = await import('youch-core')
  const { frames } = await new ErrorParser().parse(Object.assign(new Error(message), { stack }))
  return frames.flatMap(toFrame)
}

/** Puts the location in the template first, and removes other frames with the same location. */
async function withTemplate(error: TemplateError, frames: readonly Frame[]): Promise<Frame[]> {
  const { file, line = 1 } = error
  const [own] = await readStack('', `    at template (${file}:${line}:1)`)
  if (own === undefined) return [...frames]
  const source = own.source.length > 0 ? own.source : quoted(error)
  const others = frames.filter((frame) => frame.file !== own.file || frame.line !== line)
  return [{ ...own, column: undefined, isApp: true, source }, ...others]
}

/** Returns the stack without the message, whose lines could look like stack frames. */
function stackOf({ stack, message }: Error): string {
  if (typeof stack !== 'string') return ''
  const start = stack.indexOf(message)
  return start === -1 ? stack : stack.slice(start + message.length)
}

/** Returns the source lines of a template without a file. */
function quoted({ frame }: TemplateError): SourceLine[] {
  return [...frame.matchAll(/^[> ] +(\d+) \| (.*)$/gm)].map(([, number, text = '']) => ({
    number: Number(number),
    text,
  }))
}

function toFrame(frame: StackFrame): Frame[] {
  const { fileName, lineNumber, columnNumber, functionName, type, source = [] } = frame
  if (fileName === undefined || lineNumber === undefined) return []
  return [
    {
      file: shown(fileName),
      line: lineNumber,
      column: columnNumber,
      where: functionName ?? '',
      isApp: type === 'app' && !isOurs(fileName),
      source: source.map(({ chunk, lineNumber: number }) => ({ number, text: chunk })),
    },
  ]
}

const HERE = fileURLToPath(new URL('../..', import.meta.url)).replaceAll(sep, '/')

/** Reports whether a file belongs to Phial, which may be installed or in a workspace. */
function isOurs(file: string): boolean {
  return file.startsWith(HERE) || /\/packages\/(?:core|server)\/(?:src|dist)\//.test(file)
}

function shown(file: string): string {
  const path = relative(process.cwd(), file)
  return path === '' || path.startsWith('..') ? file : path
}
