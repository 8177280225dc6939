/** Validates values against schemas of any library that implements Standard Schema. */
import { withCode } from '@phial/core'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { isPromise } from '../helpers/promises.ts'

/** One reason why a value does not match a schema. */
export interface ValidationIssue {
  /** The path of the property: `['address', 'zip']`. Empty if the issue concerns the entire value. */
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** Reports whether a value is a schema: an object or, in some libraries, a function. */
export function isSchema(value: unknown): value is StandardSchemaV1 {
  const hasProperties = typeof value === 'object' || typeof value === 'function'
  return hasProperties && value !== null && '~standard' in value
}

/** Converts an issue of a schema to one whose path consists of keys. */
export function toIssue({ message, path = [] }: StandardSchemaV1.Issue): ValidationIssue {
  const keys = path.map((part) => (typeof part === 'object' ? part.key : part))
  return { path: keys.map((key) => (typeof key === 'number' ? key : String(key))), message }
}

/** Formats an issue as a sentence. */
export function inWords({ path, message }: ValidationIssue): string {
  const text = path.length === 0 ? message : `${path.join('.')}: ${message}`
  return /[.!?]$/.test(text) ? text : `${text}.`
}

/** Returns the output of the schema for the settings. Throws `TypeError`, which names each setting that does not match. */
export function validateSettings<Schema extends StandardSchemaV1>(
  schema: Schema,
  settings: object,
): StandardSchemaV1.InferOutput<Schema> {
  const result = schema['~standard'].validate({ ...settings })
  if (isPromise(result)) {
    throw mismatch(
      'Expected a schema that validates synchronously, received an asynchronous one. Remove its async checks.',
    )
  }
  if (result.issues === undefined) return result.value
  throw mismatch(
    `The settings do not match the schema. ${result.issues.map(toIssue).map(inWords).join(' ')}`,
  )
}

function mismatch(message: string): TypeError {
  return withCode('ERR_PHIAL_CONFIG_SCHEMA', new TypeError(message))
}
