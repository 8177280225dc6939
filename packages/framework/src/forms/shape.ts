/** What a schema says of a form's fields, if it says anything: its JSON Schema. */
import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec'

/** What a JSON Schema says of one value, as far as a form cares. JSON Schema 2020-12 */
export interface Property {
  readonly type?: string | readonly string[]
  readonly format?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Property[]
  readonly items?: Property
  readonly minItems?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly multipleOf?: number
  readonly contentMediaType?: string
  readonly title?: string
  readonly default?: unknown
  readonly $ref?: string
}

/** The fields of a form, as its schema describes them. */
export interface Shape {
  readonly properties: Readonly<Record<string, Property>>
  /** Those that have to be there. */
  readonly required: readonly string[]
}

/**
 * The shape of what a schema takes; `undefined` if its library does not tell. Asked for anew each
 * time, so that a default that is made by a function is a new one for each form.
 *
 * Libraries tell by Standard JSON Schema: zod and arktype by themselves, valibot by
 * `toStandardJsonSchema` of `@valibot/to-json-schema`.
 */
export function shapeOf(schema: StandardSchemaV1): Shape | undefined {
  const told = jsonSchemaOf(schema)
  if (typeof told !== 'object' || told === null || !('properties' in told)) return undefined
  const {
    properties = {},
    required = [],
    $defs = {},
  } = told as Partial<Shape> & { $defs?: Definitions }
  const resolved = Object.entries(properties).map(([name, property]) => [
    name,
    resolve(property, $defs),
  ])
  return { properties: Object.fromEntries(resolved) as Shape['properties'], required }
}

type Definitions = Readonly<Record<string, Property>>

/** What zod and valibot are told: leave out what JSON Schema has no word for, such as dates. */
const LENIENT = { unrepresentable: 'any', errorMode: 'ignore' }

function jsonSchemaOf(schema: StandardSchemaV1): unknown {
  const standard: Partial<StandardJSONSchemaV1.Props> = schema['~standard']
  try {
    return standard.jsonSchema?.input({ target: 'draft-2020-12', libraryOptions: LENIENT })
  } catch {
    // By the standard, a library throws for what it cannot tell. Then there are no attributes.
    return undefined
  }
}

/** What zod puts aside under a name, put back. */
function resolve(property: Property, definitions: Definitions): Property {
  const [, name] = /^#\/\$defs\/(.*)$/.exec(property.$ref ?? '') ?? []
  return (name === undefined ? undefined : definitions[name]) ?? property
}

/** The one type that a value has, `null` aside; `undefined` if it may have several, or nothing is said. */
export function typeOf(property: Property): string | undefined {
  const told = [property, ...(property.anyOf ?? [])].flatMap(
    (one) => one.type ?? typesOfValues(one),
  )
  const types = new Set(told.filter((type) => type !== 'null'))
  return types.size === 1 ? [...types][0] : undefined
}

/** The types of the values that are listed, for libraries that list them and say no more. */
function typesOfValues({ enum: listed = [], const: only }: Property): string[] {
  const values = only === undefined ? listed : [only]
  return values.map((value) => (value === null ? 'null' : typeof value))
}

/** What is said of each value of a list, or of a single one. */
export function itemOf(property: Property): Property {
  return typeOf(property) === 'array' ? (property.items ?? {}) : property
}

/** Whether the value is a file, or a list of them. */
export function isFile(property: Property): boolean {
  return itemOf(property).format === 'binary'
}

/** The values that a text may have, if they are counted. */
export function choicesOf(property: Property): readonly string[] {
  const { enum: listed, const: only } = itemOf(property)
  return (listed ?? [only]).filter((choice) => typeof choice === 'string')
}

/** Whether an empty text would do. */
function mayBeEmpty(property: Property): boolean {
  const { minLength = 0, format } = property
  const choices = choicesOf(property)
  // A password's format says how it is shown, and nothing of what it may be.
  const isFree = format === undefined || format === 'password'
  return minLength === 0 && isFree && (choices.length === 0 || choices.includes(''))
}

/** Whether something has to be filled in, chosen or ticked. */
export function isNeeded(name: string, { properties, required }: Shape): boolean {
  const property = properties[name]
  if (property === undefined || !required.includes(name)) return false
  const type = typeOf(property)
  if (type === 'boolean') return property.const === true
  if (type === 'array') return (property.minItems ?? 0) > 0
  return type !== 'string' || !mayBeEmpty(property)
}
