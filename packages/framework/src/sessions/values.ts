/**
 * A session as text: JSON, with what JSON lacks as an object of one key that starts with a space:
 * `{ " date": "2030-01-01T00:00:00.000Z" }`. An object that looks like one of these by chance gets
 * one space more.
 */
import { withCode } from '@phial/core'
import { guardWithin } from '../helpers/guards.ts'
import { SessionError } from './session.ts'

const DATE = ' date'
const BYTES = ' bytes'
const MAP = ' map'
const SET = ' set'

/** Text that says the same as an object's own values. Raises `SessionError`, which names the place, for what it cannot say. */
export function writeValues(values: object): string {
  if (isFlat(values)) return JSON.stringify(values)
  return JSON.stringify(writeEntries(values, { path: 'session', above: [values] }))
}

/** The values that a text of `writeValues` says; `undefined` for a text that is none. */
export function readValues(text: string): object | undefined {
  try {
    const values: unknown = JSON.parse(text)
    if (typeof values !== 'object' || values === null || Array.isArray(values)) return undefined
    return isFlat(values) ? values : readEntries(values)
  } catch {
    return undefined
  }
}

/** Whether all values are written as they are, as in most sessions. `bench/peers`, "session" */
function isFlat(values: object): boolean {
  return Object.values(values).every((value) => value === undefined || isAsItIs(value))
}

/** Whether JSON writes a value as it is. */
function isAsItIs(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  return typeof value === 'string' || typeof value === 'boolean' || value === null
}

/** Where a value is found, and what it is in. */
interface Place {
  readonly path: string
  readonly above: readonly unknown[]
}

function write(value: unknown, place: Place): unknown {
  if (isAsItIs(value)) return value
  if (typeof value !== 'object' || value === null) throw unwritable(value, place)
  if (place.above.includes(value)) throw unwritable(value, place, 'a circular reference')
  return writeObject(value, { path: place.path, above: [...place.above, value] })
}

function writeObject(value: object, place: Place): unknown {
  if (Array.isArray(value)) return writeList(value, place)
  if (value instanceof Date && !Number.isNaN(value.getTime()))
    return { [DATE]: value.toISOString() }
  if (value instanceof Uint8Array) return { [BYTES]: Buffer.from(value).toString('base64') }
  if (value instanceof Map) return { [MAP]: writeList([...value], place) }
  if (value instanceof Set) return { [SET]: writeList([...value], place) }
  if (!isPlain(value)) throw unwritable(value, place)
  const written = writeEntries(value, place)
  const [name, ...more] = Object.keys(written)
  return name?.startsWith(' ') && more.length === 0 ? { [` ${name}`]: written[name] } : written
}

function writeList(items: readonly unknown[], { path, above }: Place): unknown[] {
  return Array.from(items, (item, index) => write(item, { path: `${path}[${index}]`, above }))
}

/** A name without a value counts as absent. */
function writeEntries(values: object, { path, above }: Place): Record<string, unknown> {
  const present = Object.entries(values).filter(([, value]) => value !== undefined)
  return Object.fromEntries(
    present.map(([name, value]) => [name, write(value, { path: `${path}.${name}`, above })]),
  )
}

function read(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(read)
  const [name, ...more] = Object.keys(value)
  if (name?.startsWith(' ') && more.length === 0) return readTagged(name, Object.values(value)[0])
  return readEntries(value)
}

function readTagged(tag: string, said: unknown): unknown {
  if (tag === DATE && typeof said === 'string') return new Date(said)
  if (tag === BYTES && typeof said === 'string') return new Uint8Array(Buffer.from(said, 'base64'))
  if (tag === MAP) return new Map(read(said) as [unknown, unknown][])
  if (tag === SET) return new Set(read(said) as unknown[])
  return Object.fromEntries([[tag.slice(1), read(said)]])
}

function readEntries(values: object): object {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, read(value)]))
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

function unwritable(value: unknown, { path, above }: Place, what = nameOf(value)): SessionError {
  guardWithin(above)
  return withCode(
    'ERR_PHIAL_SESSION_VALUE',
    new SessionError(
      `${path} is ${what}, which cannot be stored in a session. Sessions store strings, finite numbers, booleans, null, arrays, plain objects, Date, Uint8Array, Map and Set. Store an identifier instead, and look the object up again.`,
    ),
  )
}

function nameOf(value: unknown): string {
  if (value === undefined || typeof value === 'number') return String(value)
  if (value instanceof Date) return 'an invalid Date'
  if (typeof value !== 'object' || value === null) return `a ${typeof value}`
  const { constructor } = value
  return typeof constructor === 'function' ? `an instance of ${constructor.name}` : 'an object'
}
