/** Derives the HTML attributes of a field from its schema, and writes tags. */
import { withCode } from '@phial/core'
import { escaped } from '../helpers/printing.ts'
import { isFile, itemOf, plainOf, type Property, typeOf } from './property.ts'
import { isNeeded, propertyOf, type Shape } from './shape.ts'

/** Attributes by name. `true` writes an attribute without a value. `false` and `undefined` omit it. */
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>

/**
 * Returns the attributes with which a browser can validate a field: `type`, `required`, `min`, `max`, `step`,
 * `minlength`, `maxlength`, `accept`, `multiple`. Never `pattern`, because JSON Schema lacks flags for patterns, so a browser
 * could reject input that the schema accepts.
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

/** The input type for each format of JSON Schema. */
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

/** Returns a bound; `undefined` for one that is only the limit of the number type. */
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

/** Returns a tag with its attributes. Throws `TypeError` for an invalid attribute name, which could break out of the tag. */
export function tag(name: string, attributes: Attributes): string {
  return `<${[name, ...Object.entries(attributes).flatMap(serialize)].join(' ')}>`
}

function serialize([name, value]: [name: string, value: Attributes[string]]): string[] {
  if (!/^[^\s"'<>/=]+$/.test(name)) {
    throw withCode(
      'ERR_PHIAL_ATTRIBUTE_NAME',
      new TypeError(
        `Expected a valid HTML attribute name, received ${JSON.stringify(name)}. Write it as in HTML, such as 'data-id'.`,
      ),
    )
  }
  if (value === undefined || value === false) return []
  return [value === true ? name : `${name}="${escaped(value)}"`]
}
