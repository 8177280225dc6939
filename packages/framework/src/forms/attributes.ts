/** A field's HTML attributes, as far as its schema knows them, and tags with attributes. */
import { withCode } from '@phial/core'
import { escaped } from '../helpers/printing.ts'
import { isFile, itemOf, plainOf, type Property, typeOf } from './property.ts'
import { isNeeded, propertyOf, type Shape } from './shape.ts'

/** Attributes by their names. `true` is one without a value; `false` and `undefined` leave it out. */
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>

/**
 * What a browser can check by itself: `type`, `required`, `min`, `max`, `step`, `minlength`,
 * `maxlength`, `accept`, `multiple`. No `pattern`: JSON Schema does not tell a pattern's flags, so a
 * browser could refuse what the schema takes.
 */
export function attributesOf(name: string, shape: Shape | undefined): Attributes {
  const property = propertyOf(name, shape)
  if (shape === undefined || property === undefined) return {}
  const required = isNeeded(name, shape)
  if (isFile(property)) return { ...fileAttributes(property), required }
  const type = typeOf(property)
  if (type === 'boolean') return { type: 'checkbox', required }
  if (type === 'number' || type === 'integer')
    return { ...numberAttributes(plainOf(property)), required }
  return { ...textAttributes(itemOf(property)), required }
}

/** Formats of JSON Schema, and what an input for each is called. */
const TYPES: Readonly<Record<string, string | undefined>> = {
  email: 'email',
  uri: 'url',
  date: 'date',
  time: 'time',
  password: 'password',
}

function textAttributes({ format = '', minLength = 0, maxLength }: Property): Attributes {
  const minlength = minLength > 1 ? minLength : undefined
  return { type: TYPES[format] ?? 'text', minlength, maxlength: maxLength }
}

function numberAttributes(property: Property): Attributes {
  const isWhole = typeOf(property) === 'integer'
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = property
  const over = isWhole && exclusiveMinimum !== undefined ? exclusiveMinimum + 1 : undefined
  const under = isWhole && exclusiveMaximum !== undefined ? exclusiveMaximum - 1 : undefined
  const min = bound(minimum ?? over)
  const step = multipleOf ?? (isWhole ? 1 : 'any')
  // A browser counts steps from `min`.
  const fits = typeof step !== 'number' || min === undefined || Number.isInteger(min / step)
  return { type: 'number', min, max: bound(maximum ?? under), step: fits ? step : 'any' }
}

/** A bound that says no more than that numbers end somewhere is none. */
function bound(value: number | undefined): number | undefined {
  return value === undefined || Math.abs(value) >= Number.MAX_SAFE_INTEGER ? undefined : value
}

function fileAttributes(property: Property): Attributes {
  const item = itemOf(property)
  const types = [item, ...(item.anyOf ?? [])].flatMap(
    ({ contentMediaType = [] }) => contentMediaType,
  )
  const accept = types.length === 0 ? undefined : types.join(',')
  return { type: 'file', accept, multiple: typeOf(property) === 'array' }
}

/** A tag with its attributes. Raises `TypeError` for a name that would break out of it. */
export function tag(name: string, attributes: Attributes): string {
  return `<${[name, ...Object.entries(attributes).flatMap(written)].join(' ')}>`
}

function written([name, value]: [name: string, value: Attributes[string]]): string[] {
  if (!/^[^\s"'<>/=]+$/.test(name)) {
    throw withCode(
      'ERR_PHIAL_ATTRIBUTE_NAME',
      new TypeError(`${JSON.stringify(name)} can be no attribute of HTML.`),
    )
  }
  if (value === undefined || value === false) return []
  return [value === true ? name : `${name}="${escaped(value)}"`]
}
