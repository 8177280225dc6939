/** Log records, and their formats: a line of text, or a JSON object. Formatting never fails. */
import { inspect } from 'node:util'
import { type Environ, errorText, wsgiToText } from '@phial/core'

/** The log levels, from most to least verbose. The names are those of Python and gunicorn. */
export const LEVELS = ['debug', 'info', 'warning', 'error', 'critical'] as const

/** A log level. */
export type Level = (typeof LEVELS)[number]

/** The fields of a record, in addition to the message: `{ user: 'ada' }`. An `error` is written with its stack and causes. */
export type LogFields = Readonly<Record<string, unknown>>

/** A log record. */
export interface LogRecord {
  readonly time: Date
  readonly level: Level
  readonly message: string
  readonly fields: LogFields
  /** The environ of the current request, if there is one. */
  readonly environ: Environ | undefined
}

/** Formats a record as text: `20:55:11 WARNING Stock is low item=tea left=3`, followed by the stack of an error. */
export function asLine({ time, level, message, fields, environ }: LogRecord): string {
  const { error, ...others }: LogFields = { ...fields, requestId: requestIdOf(environ) }
  const named = Object.entries(others)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}=${shown(value)}`)
  const clock = time.toTimeString().slice(0, 8)
  const line = indented(`${clock} ${level.toUpperCase()} ${message}${named.join('')}`)
  return error === undefined ? line : `${line}\n${visible(errorText(error))}${explanation(error)}`
}

/**
 * Formats a record as JSON, like the server's own logs:
 * `{"time":"…","log":"app","pid":7,"level":"warning","message":"Stock is low","item":"tea","left":3}`.
 */
export function asJson({ time, level, message, fields, environ }: LogRecord): string {
  const start = { time, log: 'app', pid: processId(), level, message, ...requestOf(environ) }
  return visible(
    jsonOf({ ...start, ...fields, ...start }) ??
      jsonOf({ ...start, fields: inspect(fields) }) ??
      '',
  )
}

/** Returns JSON; `undefined` for a circular structure, or if a getter throws. */
function jsonOf(value: object): string | undefined {
  try {
    return JSON.stringify(value, toPlain)
  } catch {
    return undefined
  }
}

function processId(): number | undefined {
  return (globalThis as { process?: { pid?: number } }).process?.pid
}

/** Returns the request id that the middleware `requestId` stored in the environ, or else the header `X-Request-ID` if it is safe to log. */
export function requestIdOf(environ: Environ | undefined): string | undefined {
  const id = environ?.['phial.request_id'] ?? environ?.['HTTP_X_REQUEST_ID']
  return typeof id === 'string' && /^[\w.:+/=@-]{1,200}$/.test(id) ? id : undefined
}

function requestOf(environ: Environ | undefined): object {
  if (environ === undefined) return {}
  const { REQUEST_METHOD: method, SCRIPT_NAME, PATH_INFO } = environ
  return { requestId: requestIdOf(environ), method, path: wsgiToText(SCRIPT_NAME + PATH_INFO) }
}

/** Replaces values that JSON cannot express: errors, whose properties are not enumerable, and some numbers. */
function toPlain(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value)
  if (!(value instanceof Error)) return value
  const code = 'code' in value ? value.code : undefined
  return { name: value.name, message: value.message, code, stack: errorText(value) }
}

function shown(value: unknown): string {
  if (typeof value === 'string') return /^[\w.:+/=@-]+$/.test(value) ? value : JSON.stringify(value)
  return inspect(value, { breakLength: Number.POSITIVE_INFINITY, depth: 3 })
}

/** Indents all lines but the first, so that a client cannot forge a log line. */
function indented(text: string): string {
  return visible(text.replaceAll(/\r?\n/g, '\n    '))
}

/** Escapes control characters, so that a value cannot send commands to the terminal. */
function visible(text: string): string {
  return text.replaceAll(
    CONTROL,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029]/g

/** Returns the command that explains an error of Phial. */
function explanation(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const isOurs = typeof code === 'string' && code.startsWith('ERR_PHIAL_')
  return isOurs ? `\n(phial explain ${code})` : ''
}
