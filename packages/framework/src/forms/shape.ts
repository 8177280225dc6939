/** What a schema says of a form's fields, if it says anything: its JSON Schema. */
import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec'
import {
  alternativesOf,
  choicesOf,
  isFile,
  mayBeLeftEmpty,
  type Property,
  resolve,
  typeOf,
} from './property.ts'

/** The fields of a form, as its schema describes them. */
export interface Shape {
  readonly properties: Readonly<Record<string, Property>>
  /** Those that have to be there. */
  readonly required: readonly string[]
  /** What fields of any other name have. `undefined` if the schema has no others. */
  readonly rest?: Property | undefined
  /** Of a schema that takes one of several objects: those. The shape itself is what they have together. */
  readonly branches?: readonly Shape[]
}

/**
 * The shape of what a schema takes; `undefined` if its library does not tell, or if it takes no objects.
 * Asked for anew each time, so that a default that is made by a function is a new one for each form.
 *
 * Libraries tell by Standard JSON Schema: zod and arktype by themselves, valibot by
 * `toStandardJsonSchema` of `@valibot/to-json-schema`.
 */
export function shapeOf(schema: StandardSchemaV1): Shape | undefined {
  const told = jsonSchemaOf(schema)
  if (typeof told !== 'object' || told === null) return undefined
  const branches = objectsOf(resolve(told, told))
  const [first] = branches
  if (first === undefined || branches.length === 1) return first
  return { ...eitherOf(branches), branches }
}

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

/** More combinations than this are not told apart. */
const MOST_BRANCHES = 64

/** The objects that a schema takes: several for a union, none if it takes something else. */
function objectsOf(told: Property): Shape[] {
  const { properties = {}, required = [], additionalProperties, anyOf, oneOf, allOf } = told
  const isObject = told.type === 'object' || told.properties !== undefined
  const rest = additionalProperties === true ? {} : additionalProperties || undefined
  let shapes: Shape[] = isObject ? [{ properties, required, rest }] : []
  const parts = [...(allOf ?? []).map(objectsOf), ...[anyOf, oneOf].map((one) => one?.flatMap(objectsOf))] // prettier-ignore
  for (const part of parts) {
    if (part === undefined || part.length === 0) continue
    const whole = shapes.length === 0 ? part : shapes.flatMap((one) => part.map((other) => bothOf(one, other))) // prettier-ignore
    shapes = whole.slice(0, MOST_BRANCHES)
  }
  return shapes
}

/** An object that is one and the other. */
function bothOf(one: Shape, other: Shape): Shape {
  const properties = { ...one.properties, ...other.properties }
  const required = [...new Set([...one.required, ...other.required])]
  return { properties, required, rest: one.rest ?? other.rest }
}

/** An object that is one of several: a field may be what it may be in any of them. */
export function eitherOf(shapes: readonly Shape[]): Shape {
  const named = new Map<string, Property[]>()
  for (const { properties } of shapes) {
    for (const [name, property] of Object.entries(properties)) {
      named.set(name, [...(named.get(name) ?? []), property])
    }
  }
  const merged = Array.from(named, ([name, several]) => [name, anyOfThese(several)] as const)
  const [first = [], ...others] = shapes.map(({ required }) => required)
  return {
    properties: Object.fromEntries(merged),
    required: first.filter((name) => others.every((other) => other.includes(name))),
    rest: shapes.find(({ rest }) => rest !== undefined)?.rest,
  }
}

function anyOfThese(properties: readonly Property[]): Property {
  const different = new Map(properties.map((one) => [JSON.stringify(one), one]))
  const [first = {}, ...more] = different.values()
  return more.length === 0 ? first : { anyOf: [first, ...more] }
}

/** What a schema says of a name. */
export function propertyOf(name: string, shape: Shape | undefined): Property | undefined {
  if (shape === undefined) return undefined
  return Object.hasOwn(shape.properties, name) ? shape.properties[name] : shape.rest
}

/** Whether an empty text would do. */
function mayBeEmptyText(property: Property): boolean {
  const { minLength = 0, format } = property
  const choices = choicesOf(property)
  // A password's format says how it is shown, and nothing of what it may be.
  const isFree = format === undefined || format === 'password'
  return minLength === 0 && isFree && (choices.length === 0 || choices.includes(''))
}

/** Whether something has to be filled in, chosen or ticked. */
export function isNeeded(name: string, shape: Shape): boolean {
  const property = propertyOf(name, shape)
  if (property === undefined || !shape.required.includes(name)) return false
  if (mayBeLeftEmpty(property)) return false
  const type = typeOf(property)
  if (type === 'boolean') return property.const === true
  if (type === 'array') return (property.minItems ?? 0) > 0
  if (type === 'string' || isFile(property)) return !mayBeEmptyText(property)
  return !alternativesOf(property).some((one) => one.type === 'string' && mayBeEmptyText(one))
}
