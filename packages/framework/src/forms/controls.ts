/** Writes the controls of a form as HTML, with their values, and linked to their error messages. */
import { escaped } from '../helpers/printing.ts'
import { type Attributes, tag } from './attributes.ts'
import { choicesOf, type Property, typeOf } from './property.ts'

/** The initial or submitted value of a field. */
export type FieldValue = string | number | bigint | boolean | Date | null | undefined

/** A field, with the data that its control requires. */
export interface Field {
  readonly name: string
  readonly property: Property | undefined
  /** The attributes from the schema. */
  readonly known: Attributes
  readonly value: FieldValue | readonly FieldValue[]
  readonly isWrong: boolean
  /** Whether it is the first field of the form with an error, which gets the focus. */
  readonly isFirstWrong: boolean
}

/** Returns an `<input>` of any type. */
export function inputTag(field: Field, own: Attributes): string {
  const { name, known } = field
  const type = own['type'] ?? known['type'] ?? 'text'
  const [text = ''] = textsOf(field, type)
  if (type === 'hidden') return tag('input', { type, name, value: text, ...own })
  if (type === 'checkbox' || type === 'radio') return tickTag(field, type, own)
  const value = NEVER_FILLED.has(type) ? undefined : text
  return tag('input', {
    ...commonAttributes(field),
    type,
    ...known,
    value,
    ...withErrorLink(field, own),
  })
}

/** Input types whose value is never sent back: passwords are secret, and a page cannot fill in a file. */
const NEVER_FILLED: ReadonlySet<unknown> = new Set(['password', 'file'])

/** Returns a checkbox or a radio button, which may be one of several. */
function tickTag(field: Field, type: string, own: Attributes): string {
  const { name, property = {}, known } = field
  const { value } = own
  const id = idOf(value === undefined ? name : `${name}-${value}`)
  const checked = textsOf(field, type).includes(String(value ?? 'on'))
  // For a browser, `required` on one of several checkboxes means this one.
  const required = typeOf(property) === 'array' ? undefined : known['required']
  return tag('input', {
    ...commonAttributes(field),
    id,
    type,
    value,
    required,
    checked,
    ...withErrorLink(field, own),
  })
}

/** Returns a `<textarea>`. HTML ignores a line end right after the opening tag, so one is added. */
export function textareaTag(field: Field, own: Attributes): string {
  const { required, minlength, maxlength } = field.known
  const attributes = {
    ...commonAttributes(field),
    required,
    minlength,
    maxlength,
    ...withErrorLink(field, own),
  }
  const [text = ''] = textsOf(field, 'textarea')
  return `${tag('textarea', attributes)}\n${escaped(text)}</textarea>`
}

/** Returns a `<select>` with its options. */
export function selectTag(
  field: Field,
  options: Readonly<Record<string, string>> | undefined,
  own: Attributes,
): string {
  const { property = {}, known } = field
  const choices = options ?? Object.fromEntries(choicesOf(property).map((one) => [one, one]))
  const chosen = textsOf(field, 'select')
  const shown = Object.entries(choices).map(([value, text]) => {
    const selected = chosen.includes(value)
    return `${tag('option', { value, selected })}${escaped(text)}</option>`
  })
  const multiple = typeOf(property) === 'array'
  const attributes = { ...commonAttributes(field), required: known['required'], multiple }
  return `${tag('select', { ...attributes, ...withErrorLink(field, own) })}${shown.join('')}</select>`
}

/** Returns the attributes that all controls have. */
function commonAttributes({ name, isFirstWrong }: Field): Attributes {
  return { id: idOf(name), name, autofocus: isFirstWrong }
}

/** Returns the attributes of a control, with those that link it to its error message. */
function withErrorLink({ name, isWrong }: Field, own: Attributes): Attributes {
  if (!isWrong) return own
  const described = [own['aria-describedby'], errorIdOf(name)].filter(Boolean).join(' ')
  return { ...own, 'aria-invalid': 'true', 'aria-describedby': described }
}

/** Returns the value of a field as the strings that a form would send. */
function textsOf({ value }: Field, type: unknown): string[] {
  const values = Array.isArray(value) ? (value as readonly FieldValue[]) : [value as FieldValue]
  return values.filter((one) => one !== undefined && one !== null).map((one) => textOf(one, type))
}

function textOf(value: string | number | bigint | boolean | Date, type: unknown): string {
  if (typeof value === 'boolean') return value ? 'on' : ''
  if (!(value instanceof Date)) return String(value)
  return type === 'date' ? value.toISOString().slice(0, 10) : value.toISOString()
}

/** Returns the `id` for a field name, without spaces. */
export function idOf(name: string): string {
  return name.replaceAll(/\s+/g, '-')
}

/** Returns the `id` of the error message of a field. */
export function errorIdOf(name: string): string {
  return `${idOf(name)}-error`
}
