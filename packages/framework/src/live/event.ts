/** Serializes server-sent events. HTML Standard, §9.2.6 */
import { withCode } from '@phial/core'
import { isPromise } from '../helpers/promises.ts'

/** An event of a stream, with the fields of the HTML Standard. */
export interface ServerSentEvent {
  /** The data, which the browser receives as `event.data`. A string is sent unchanged, any other value as JSON. */
  data?: unknown
  /** The event type, for `addEventListener`. Default `message`. */
  event?: string
  /** The id, which the browser sends as `Last-Event-ID` when it reconnects. */
  id?: string | number
  /** The time in milliseconds that the browser waits before it reconnects. */
  retry?: number
  /** A comment, which the browser ignores. */
  comment?: string
}

const FIELDS: ReadonlySet<string> = new Set(['data', 'event', 'id', 'retry', 'comment'])

/** Serializes an event. Throws `TypeError` if the value is not an event. `dumps` serializes JSON. */
export function formatEvent(value: unknown, dumps: (value: unknown) => string): string {
  if (typeof value === 'string') return `${lines('data', value)}\n`
  const { data, event, id, retry, comment } = assertEvent(value)
  const text =
    (comment === undefined ? '' : lines('', comment)) +
    (event === undefined ? '' : single('event', event)) +
    (id === undefined ? '' : single('id', String(id))) +
    (retry === undefined ? '' : single('retry', String(assertRetry(retry)))) +
    (data === undefined ? '' : lines('data', typeof data === 'string' ? data : dumps(data)))
  return `${text}\n`
}

function lines(field: string, text: string): string {
  return text
    .split(/\r\n|[\r\n]/)
    .map((line) => `${field}: ${line}\n`)
    .join('')
}

/** Returns a field with a single-line value. A line break in it would begin another field. */
function single(field: string, value: unknown): string {
  const isLine = typeof value === 'string' && !/[\r\n\0]/.test(value)
  if (isLine) return `${field}: ${value}\n`
  throw invalid(`Expected text without line breaks for ${field}, received ${describe(value)}.`)
}

function assertRetry(retry: unknown): number {
  if (Number.isSafeInteger(retry) && Number(retry) >= 0) return Number(retry)
  throw invalid(
    `Expected a non-negative integer (milliseconds) for retry, received ${describe(retry)}.`,
  )
}

function assertEvent(value: unknown): ServerSentEvent {
  const hint =
    'Yield a string, or an object with data, event, id, retry or comment. To send any other value, yield { data: value }.'
  if (typeof value !== 'object' || value === null || Array.isArray(value) || isPromise(value))
    throw invalid(`An event stream yielded ${describe(value)}. ${hint}`)
  const names = Object.keys(value)
  const unknown = names.find((name) => !FIELDS.has(name))
  if (unknown !== undefined)
    throw invalid(`An event stream yielded an object with ${JSON.stringify(unknown)}. ${hint}`)
  if (names.length === 0) throw invalid(`An event stream yielded ${describe(value)}. ${hint}`)
  return value
}

function describe(value: unknown): string {
  if (isPromise(value)) return 'a promise (is an await missing?)'
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const name = (value.constructor as { name?: string } | undefined)?.name
    return name === 'Object' || name === undefined ? 'an empty object' : `a ${name}`
  }
  return JSON.stringify(value) ?? String(value)
}

function invalid(message: string): TypeError {
  return withCode('ERR_PHIAL_EVENT_INVALID', new TypeError(message))
}
