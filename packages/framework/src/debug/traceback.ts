/** From an error to what a page can show of it: where it happened, with the source, and what caused it. */
import { relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { types } from 'node:util'
import type { StackFrame } from 'youch-core/types'
import { helpOf } from '../errors/catalogue/index.ts'
import { TemplateError } from '../templating/errors.ts'

/** A line of a file. */
export interface SourceLine {
  readonly number: number
  readonly text: string
}

/** One place on the way to an error. */
export interface Frame {
  /** Seen from the folder that the program was started in, if it lies in it. */
  readonly file: string
  readonly line: number
  readonly column: number | undefined
  /** The function, or what stands for one. */
  readonly where: string
  /** Whether it is the app's own, not a library's, Node's or Phial's. */
  readonly isApp: boolean
  /** The lines around it; none if they cannot be read. */
  readonly source: readonly SourceLine[]
}

/** What an error's code means, and what to do. */
export interface Help {
  readonly means: string
  readonly remedy: string
}

/** An error, and those that caused it. */
export interface Trace {
  readonly name: string
  readonly message: string
  readonly code: string | undefined
  /** What the code means, if it is one of Phial's own. */
  readonly help: Help | undefined
  /** The place where it happened comes first. */
  readonly frames: readonly Frame[]
  /** Its cause, and the errors that it gathers. */
  readonly causes: readonly Trace[]
}

/** Reads an error. Whatever was thrown is read as one; a circle of causes ends where it closes. */
export async function traceOf(
  thrown: unknown,
  seen: ReadonlySet<unknown> = new Set(),
): Promise<Trace> {
  const error = asError(thrown)
  const told = new Set(seen).add(thrown)
  // A template's error stands for the one in its code, and knows the place better.
  const within =
    error instanceof TemplateError && error.cause instanceof Error ? error.cause : error
  const causes = causesOf(within).filter((cause) => !told.has(cause))
  const frames = await framesOf(within)
  return {
    name: error.name,
    message: within === error ? error.message : `${within.name}: ${within.message}`,
    ...(codeOf(within) ?? codeOf(error) ?? { code: undefined, help: undefined }),
    frames: error instanceof TemplateError ? await withTemplate(error, frames) : frames,
    causes: await Promise.all(causes.map((cause) => traceOf(cause, told))),
  }
}

function codeOf(error: Error): Pick<Trace, 'code' | 'help'> | undefined {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  return code === undefined ? undefined : { code, help: helpOf(code) }
}

function asError(thrown: unknown): Error {
  if (thrown instanceof Error || types.isNativeError(thrown)) return thrown
  const what = typeof thrown === 'string' ? JSON.stringify(thrown) : kindOf(thrown)
  const error = new Error(`${what} was thrown. Throw an Error, so that it can say where.`)
  error.stack = ''
  return error
}

function kindOf(value: unknown): string {
  return typeof value === 'object' && value !== null ? 'An object' : String(value)
}

function causesOf(error: Error): unknown[] {
  const gathered: unknown[] = error instanceof AggregateError ? error.errors : []
  return error.cause === undefined ? gathered : [error.cause, ...gathered]
}

/** The stack's places, with their source, after the one that a compiler complains about. */
function framesOf(error: Error): Promise<Frame[]> {
  const [, file, line = '1', column = '1'] = COMPLAINT.exec(error.message) ?? []
  const complaint = file === undefined ? '' : `    at syntax (${file}:${line}:${column})\n`
  return readStack(error.message, complaint + placesOf(error))
}

/** `/srv/app.ts:3:5: ERROR: …`, as esbuild says it, or `/srv/app.js:3: …`. */
const COMPLAINT = /^((?:[A-Z]:)?[^:\n]+\.[cm]?[jt]sx?):(\d+)(?::(\d+))?: /m

async function readStack(message: string, stack: string): Promise<Frame[]> {
  const { ErrorParser } = await import('youch-core')
  const { frames } = await new ErrorParser().parse(Object.assign(new Error(message), { stack }))
  return frames.flatMap(toFrame)
}

/** The template's own place first, and not again. */
async function withTemplate(error: TemplateError, frames: readonly Frame[]): Promise<Frame[]> {
  const { file, line = 1 } = error
  const [own] = await readStack('', `    at template (${file}:${line}:1)`)
  if (own === undefined) return [...frames]
  const source = own.source.length > 0 ? own.source : quoted(error)
  const others = frames.filter((frame) => frame.file !== own.file || frame.line !== line)
  return [{ ...own, column: undefined, isApp: true, source }, ...others]
}

/** The stack without the message, whose lines might look like places. */
function placesOf({ stack, message }: Error): string {
  if (typeof stack !== 'string') return ''
  const start = stack.indexOf(message)
  return start === -1 ? stack : stack.slice(start + message.length)
}

/** What a template's error shows of a template that has no file. */
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

/** Phial's own folder, and those of its packages where they lie side by side. */
function isOurs(file: string): boolean {
  return file.startsWith(HERE) || /\/packages\/(?:core|server)\/(?:src|dist)\//.test(file)
}

function shown(file: string): string {
  const seen = relative(process.cwd(), file)
  return seen === '' || seen.startsWith('..') ? file : seen
}
