/**
 * Serializes a session as JSON. A value of a type that JSON lacks becomes an object with a single key that starts with a
 * space: `{ " date": "2030-01-01T00:00:00.000Z" }`. If an object of the app has such a key, one more space is added to
 * distinguish it.
 */
import { withCode } from '@phial/core'
import { describe } from '../helpers/arguments.ts'
import { guardWithin } from '../helpers/guards.ts'
import { SessionError } from './session.ts'

const DATE = ' date'
const BYTES = ' bytes'
const MAP = ' map'
const SET = ' set'

/** Serializes the own values of an object. Throws `SessionError` with the path of a value that cannot be stored. */
export function writeValues(values: object): string {
  if (isFlat(values)) return JSON.stringify(values)
  return JSON.stringify(writeEntries(values, { path: 'session', parents: [values] }))
}

/** Parses the result of `writeValues`; returns `undefined` for any other text. */
export function readValues(text: string): object | undefined {
  try {
    const values: unknown = JSON.parse(text)
    if (typeof values !== 'object' || values === null || Array.isArray(values)) return undefined
    return isFlat(values) ? values : readEntries(values)
  } catch {
    return undefined
  }
}

/**
 * Reports whether all values are JSON primitives, as in most sessions. This saves time, as measured by `bench/peers`,
 * "session".
 */
function isFlat(values: object): boolean {
  return Object.values(values).every((value) => value === undefined || isPrimitive(value))
}

/** Reports whether JSON represents a value exactly. */
function isPrimitive(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  return typeof value === 'string' || typeof value === 'boolean' || value === null
}

/** The path of a value, and the objects that contain it. */
interface Place {
  readonly path: string
  readonly parents: readonly unknown[]
}

function write(value: unknown, place: Place): unknown {
  if (isPrimitive(value)) return value
  if (typeof value !== 'object' || value === null) throw unwritable(value, place)
  if (place.parents.includes(value)) throw unwritable(value, place, 'a circular reference')
  return writeObject(value, { path: place.path, parents: [...place.parents, value] })
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

function writeList(items: readonly unknown[], { path, parents }: Place): unknown[] {
  return Array.from(items, (item, index) => write(item, { path: `${path}[${index}]`, parents }))
}

/** Writes the entries of an object, without those whose value is `undefined`. */
function writeEntries(values: object, { path, parents }: Place): Record<string, unknown> {
  const present = Object.entries(values).filter(([, value]) => value !== undefined)
  return Object.fromEntries(
    present.map(([name, value]) => [name, write(value, { path: `${path}.${name}`, parents })]),
  )
}

function read(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(read)
  const [name, ...more] = Object.keys(value)
  if (name?.startsWith(' ') && more.length === 0) return readTagged(name, Object.values(value)[0])
  return readEntries(value)
}

function readTagged(tag: string, content: unknown): unknown {
  if (tag === DATE && typeof content === 'string') return new Date(content)
  if (tag === BYTES && typeof content === 'string')
    return new Uint8Array(Buffer.from(content, 'base64'))
  if (tag === MAP) return new Map(read(content) as [unknown, unknown][])
  if (tag === SET) return new Set(read(content) as unknown[])
  return Object.fromEntries([[tag.slice(1), read(content)]])
}

function readEntries(values: object): object {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, read(value)]))
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

function unwritable(value: unknown, { path, parents }: Place, what = nameOf(value)): SessionError {
  guardWithin(parents)
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
  return describe(value)
}
