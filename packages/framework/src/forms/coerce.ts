/** A form, which is text, as the values that a schema expects. */
import type { Form } from '../body/form.ts'
import { readNumber } from '../routing/converters.ts'
import { isFile, itemOf, type Property, type Shape, typeOf } from './shape.ts'

/** What came for one name: texts as they were typed, and files that were chosen. */
type Came = readonly (string | File)[]

/**
 * A form as an object for its schema. Numbers are read as numbers, a ticked checkbox as `true` and one
 * that is not as `false`, and what may come several times as a list. A field that was left empty is
 * left out, unless it has to be text: then it is `''`. Without a shape, texts stay as they came.
 */
export function coerce(form: Form, shape: Shape | undefined): Record<string, unknown> {
  const values = Object.create(null) as Record<string, unknown>
  const { properties = {}, required = [] } = shape ?? {}
  for (const name of new Set([...Object.keys(properties), ...form.keys()])) {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined
    const value = valueOf(cameFor(form, name), property, required.includes(name))
    if (value !== undefined) values[name] = value
  }
  return values
}

/** What came for a name. Line ends are what a page's author and a schema's `max` count: one character. */
export function cameFor(form: Form, name: string): Came {
  const texts = form.getAll(name).filter((value) => typeof value === 'string')
  return [...texts.map((text) => text.replaceAll('\r\n', '\n')), ...form.files(name)]
}

function valueOf(came: Came, property: Property | undefined, isRequired: boolean): unknown {
  if (property === undefined) return several(came)
  const type = typeOf(property)
  const isText = type === 'string' && isRequired && !isFile(property)
  const given = isText ? came : came.filter((value) => value !== '')
  if (type === 'array') return given.map((value) => single(value, typeOf(itemOf(property))))
  if (type === 'boolean' && given.length === 0) return false
  return several(given.map((value) => single(value, type)))
}

/** A schema for one value is told if several came. */
function several(values: readonly unknown[]): unknown {
  return values.length > 1 ? values : values[0]
}

const BOOLEANS: Readonly<Record<string, boolean | undefined>> = {
  on: true,
  true: true,
  1: true,
  false: false,
  0: false,
}

/** One value, read by its type. What cannot be read stays text, and the schema says what is wrong. */
function single(value: string | File, type: string | undefined): unknown {
  if (typeof value !== 'string') return value
  if (type === 'boolean') return BOOLEANS[value] ?? value
  const isNumber = type === 'number' || type === 'integer'
  return isNumber ? (readNumber(value) ?? value) : value
}
