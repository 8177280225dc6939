/** Converts the text of a form to the values that a schema expects. */
import type { Form } from '../body/form.ts'
import { readNumber } from '../routing/converters.ts'
import { alternativesOf, isEmptyText, listedIn, type Property } from './property.ts'
import { propertyOf, type Shape, unionOf } from './shape.ts'

/** The submitted texts and files of one name. */
type Submitted = readonly (string | File)[]

/**
 * Returns a form as an object for its schema. Numbers become numbers, checkboxes `true` or `false`, and fields that may
 * have several values become arrays. An empty field is omitted, unless the schema requires a string: then it is `''`.
 * Without a shape, values stay strings.
 *
 * If the schema accepts one of several objects, the submitted values of enumerated fields select it.
 */
export function coerce(form: Form, shape: Shape | undefined): Record<string, unknown> {
  const values = Object.create(null) as Record<string, unknown>
  const chosen = shape && branchFor(form, shape)
  const { properties = {}, required = [] } = chosen ?? {}
  const isRequired = new Set(required)
  for (const name of new Set([...Object.keys(properties), ...form.keys()])) {
    const value = valueOf(
      submittedValues(form, name),
      propertyOf(name, chosen),
      isRequired.has(name),
    )
    if (value !== undefined) values[name] = value
  }
  return values
}

/** Returns the alternative that a form matches; the common shape if that is ambiguous. */
function branchFor(form: Form, shape: Shape): Shape {
  const { branches = [shape] } = shape
  const possible = branches.filter((branch) => matchesEnums(form, branch))
  const complete = possible.filter(({ required }) => required.every((name) => form.has(name)))
  const [first, ...more] = complete.length > 0 ? complete : possible
  if (first === undefined) return shape
  return more.length === 0 ? first : unionOf([first, ...more])
}

/** Reports whether the submitted values are among the enumerated ones. */
function matchesEnums(form: Form, { properties }: Shape): boolean {
  return Object.entries(properties).every(([name, property]) => {
    const alternatives = alternativesOf(property)
    const [text] = submittedValues(form, name)
    if (text === undefined || !alternatives.every((one) => listedIn(one) !== undefined)) return true
    const value = convert(text, alternatives)
    return alternatives.some((one) => listedIn(one)?.includes(value))
  })
}

/** Returns the submitted values of a name. Each line end becomes one character, as authors and `max` count it. */
export function submittedValues(form: Form, name: string): Submitted {
  const texts = form.getAll(name).filter((value) => typeof value === 'string')
  return [...texts.map((text) => text.replaceAll('\r\n', '\n')), ...form.files(name)]
}

function valueOf(
  submitted: Submitted,
  property: Property | undefined,
  isRequired: boolean,
): unknown {
  if (property === undefined) return oneOrAll(submitted)
  const alternatives = alternativesOf(property)
  const singles = alternatives.filter(({ type }) => type !== 'array' && type !== 'null')
  const list = alternatives.find(({ type }) => type === 'array')
  const filled = submitted.filter((value) => value !== '')
  if (list !== undefined && (singles.length === 0 || filled.length > 1)) {
    return filled.map((value, at) => convert(value, alternativesOf(list.prefixItems?.[at] ?? list.items ?? {}))) // prettier-ignore
  }
  const isText = singles.some(isEmptyText) || (isRequired && singles.some(isFreeText))
  const values = isText ? submitted : filled
  if (values.length === 0) return emptyValue(submitted, alternatives, isRequired)
  return oneOrAll(values.map((value) => convert(value, singles)))
}

/** Returns the value of an empty or missing field. An unticked checkbox is `false`. */
function emptyValue(
  submitted: Submitted,
  alternatives: readonly Property[],
  isRequired: boolean,
): unknown {
  const acceptsNull = alternatives.some(({ type }) => type === 'null')
  if (submitted.length > 0 && acceptsNull && isRequired) return null
  const isCheckbox = alternatives.every(({ type }) => type === 'boolean' || type === 'null')
  return isCheckbox && alternatives.some(({ type }) => type === 'boolean') ? false : undefined
}

function isFreeText({ type, format }: Property): boolean {
  return type === 'string' && format !== 'binary'
}

/** Returns a single value, or the array if there are several values, which a schema for one value then rejects. */
function oneOrAll(values: readonly unknown[]): unknown {
  return values.length > 1 ? values : values[0]
}

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['on', true],
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
])

/** Converts one value to an accepted type. Text that cannot be converted stays text, and the schema reports the error. */
function convert(value: string | File, alternatives: readonly Property[]): unknown {
  if (typeof value !== 'string') return value
  const listed = alternatives.flatMap((one) => listedIn(one) ?? [])
  if (listed.includes(value)) return value
  // If any text is accepted, the value is text: a number cannot be distinguished from text.
  if (alternatives.some((one) => isFreeText(one) && one.format === undefined && listedIn(one) === undefined)) return value // prettier-ignore
  const types = new Set(alternatives.map(({ type }) => type))
  const isNumber = types.has('number') || types.has('integer')
  const number = isNumber ? readNumber(value) : undefined
  return number ?? (types.has('boolean') ? BOOLEANS.get(value) : undefined) ?? value
}
