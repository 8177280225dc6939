/** What a log record is, and what it looks like: a line for a person, or an object of JSON for programs. Neither ever fails. */
import { inspect } from 'node:util'
import { type Environ, errorText, wsgiToText } from '@phial/core'

/** From all to little. The names are Python's, and gunicorn's. */
export const LEVELS = ['debug', 'info', 'warning', 'error', 'critical'] as const

/** How grave it is, by name. */
export type Level = (typeof LEVELS)[number]

/** What is said beside the message: `{ user: 'ada' }`. An `error` is written with its stack and its causes. */
export type LogFields = Readonly<Record<string, unknown>>

/** One thing that was said. */
export interface LogRecord {
  readonly time: Date
  readonly level: Level
  readonly message: string
  readonly fields: LogFields
  /** The request that was being answered, if any. */
  readonly environ: Environ | undefined
}

/** `20:55:11 WARNING Stock is low item=tea left=3`, and the stack of an error beneath it. */
export function asLine({ time, level, message, fields, environ }: LogRecord): string {
  const said: LogFields = { ...fields, requestId: requestIdOf(environ) }
  const { error, ...others } = said
  const named = Object.entries(others)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}=${shown(value)}`)
  const clock = time.toTimeString().slice(0, 8)
  const line = indented(`${clock} ${level.toUpperCase()} ${message}${named.join('')}`)
  return error === undefined ? line : `${line}\n${visible(errorText(error))}${advice(error)}`
}

/**
 * `{"time":"…","log":"app","pid":7,"level":"warning","message":"Stock is low","item":"tea","left":3}`, as
 * the server's own logs have it.
 */
export function asJson({ time, level, message, fields, environ }: LogRecord): string {
  const start = { time, log: 'app', pid: processId(), level, message, ...requestOf(environ) }
  return visible(
    jsonOf({ ...start, ...fields, ...start }) ??
      jsonOf({ ...start, fields: inspect(fields) }) ??
      '',
  )
}

/** `undefined` for a circle, or a getter that fails. */
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

/** `environ['phial.request_id']`, which the middleware `requestId` sets, else the header of a proxy. */
export function requestIdOf(environ: Environ | undefined): string | undefined {
  const id = environ?.['phial.request_id'] ?? environ?.['HTTP_X_REQUEST_ID']
  return typeof id === 'string' && /^[\w.:+/=@-]{1,200}$/.test(id) ? id : undefined
}

function requestOf(environ: Environ | undefined): object {
  if (environ === undefined) return {}
  const { REQUEST_METHOD: method, SCRIPT_NAME, PATH_INFO } = environ
  return { requestId: requestIdOf(environ), method, path: wsgiToText(SCRIPT_NAME + PATH_INFO) }
}

/** Errors, whose parts JSON does not see, and numbers that it has no way to write. */
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

/** Lines after the first stand further in: nobody can make one of their own by what they send. */
function indented(text: string): string {
  return visible(text.replaceAll(/\r?\n/g, '\n    '))
}

/** Nobody speaks to the terminal. */
function visible(text: string): string {
  return text.replaceAll(
    CONTROL,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029]/g

function advice(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const isOurs = typeof code === 'string' && code.startsWith('ERR_PHIAL_')
  return isOurs ? `\n(phial explain ${code})` : ''
}
