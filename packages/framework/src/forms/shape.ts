/** Reads the fields of a form from the JSON Schema of its schema. */
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

/** The fields of a form, as described by its schema. */
export interface Shape {
  readonly properties: Readonly<Record<string, Property>>
  /** The required fields. */
  readonly required: readonly string[]
  /** The schema of fields with any other name; `undefined` if the schema does not allow them. */
  readonly rest?: Property | undefined
  /** The alternatives, if the schema accepts one of several objects. The shape itself is what they have in common. */
  readonly branches?: readonly Shape[]
}

/**
 * Returns the shape of a schema's input; `undefined` if the library does not describe it, or if it is not an object. It
 * is computed for each form, so that a default from a function is evaluated each time.
 *
 * Libraries describe schemas through Standard JSON Schema: zod and arktype natively, valibot through
 * `toStandardJsonSchema` of `@valibot/to-json-schema`.
 */
export function shapeOf(schema: StandardSchemaV1): Shape | undefined {
  const jsonSchema = jsonSchemaOf(schema)
  if (typeof jsonSchema !== 'object' || jsonSchema === null) return undefined
  const branches = objectsOf(resolve(jsonSchema, jsonSchema))
  const [first] = branches
  if (first === undefined || branches.length === 1) return first
  return { ...unionOf(branches), branches }
}

/** Options for zod and valibot: omit types that JSON Schema cannot express, such as dates. */
const LENIENT = { unrepresentable: 'any', errorMode: 'ignore' }

function jsonSchemaOf(schema: StandardSchemaV1): unknown {
  const standard: Partial<StandardJSONSchemaV1.Props> = schema['~standard']
  try {
    return standard.jsonSchema?.input({ target: 'draft-2020-12', libraryOptions: LENIENT })
  } catch {
    // By the standard, a library throws if it cannot convert a schema. The form then has no attributes.
    return undefined
  }
}

/** The maximum number of combinations to distinguish. */
const MAX_BRANCHES = 64

/** Returns the objects that a schema accepts: several for a union, none if it accepts anything else. */
function objectsOf(schema: Property): Shape[] {
  const { properties = {}, required = [], additionalProperties, anyOf, oneOf, allOf } = schema
  const isObject = schema.type === 'object' || schema.properties !== undefined
  const rest = additionalProperties === true ? {} : additionalProperties || undefined
  let shapes: Shape[] = isObject ? [{ properties, required, rest }] : []
  const parts = [...(allOf ?? []).map(objectsOf), ...[anyOf, oneOf].map((one) => one?.flatMap(objectsOf))] // prettier-ignore
  for (const part of parts) {
    if (part === undefined || part.length === 0) continue
    const combined = shapes.length === 0 ? part : shapes.flatMap((one) => part.map((other) => intersectionOf(one, other))) // prettier-ignore
    shapes = combined.slice(0, MAX_BRANCHES)
  }
  return shapes
}

/** Merges two objects of an intersection. */
function intersectionOf(one: Shape, other: Shape): Shape {
  const properties = { ...one.properties, ...other.properties }
  const required = [...new Set([...one.required, ...other.required])]
  return { properties, required, rest: one.rest ?? other.rest }
}

/** Merges the objects of a union: each field has the alternatives of all objects. */
export function unionOf(shapes: readonly Shape[]): Shape {
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

/** Returns the schema of a field. */
export function propertyOf(name: string, shape: Shape | undefined): Property | undefined {
  if (shape === undefined) return undefined
  return Object.hasOwn(shape.properties, name) ? shape.properties[name] : shape.rest
}

/** Reports whether the schema accepts an empty string. */
function mayBeEmptyText(property: Property): boolean {
  const { minLength = 0, format } = property
  const choices = choicesOf(property)
  // The format of a password affects only the display, not the accepted values.
  const isFree = format === undefined || format === 'password'
  return minLength === 0 && isFree && (choices.length === 0 || choices.includes(''))
}

/** Reports whether a field must be filled in, chosen or ticked. */
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
