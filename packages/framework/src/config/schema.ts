/** Values against schemas of any library that implements Standard Schema. */
import { withCode } from '@phial/core'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { isPromise } from '../helpers/promises.ts'

/** One thing that is wrong with a value, by its schema. */
export interface ValidationIssue {
  /** The property: `['address', 'zip']`. Empty for the value as a whole. */
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** Reports whether an argument is a schema: an object or, in some libraries, a function. */
export function isSchema(value: unknown): value is StandardSchemaV1 {
  const canHave = typeof value === 'object' || typeof value === 'function'
  return canHave && value !== null && '~standard' in value
}

/** Returns a schema's issue with a path of plain keys. */
export function toIssue({ message, path = [] }: StandardSchemaV1.Issue): ValidationIssue {
  const keys = path.map((part) => (typeof part === 'object' ? part.key : part))
  return { path: keys.map((key) => (typeof key === 'number' ? key : String(key))), message }
}

/** Returns an issue as a sentence. */
export function inWords({ path, message }: ValidationIssue): string {
  const text = path.length === 0 ? message : `${path.join('.')}: ${message}`
  return /[.!?]$/.test(text) ? text : `${text}.`
}

/** Returns the settings as the schema transforms them. Throws `TypeError` that names each one that does not match. */
export function validateSettings<Schema extends StandardSchemaV1>(
  schema: Schema,
  settings: object,
): StandardSchemaV1.InferOutput<Schema> {
  const result = schema['~standard'].validate({ ...settings })
  if (isPromise(result)) {
    throw mismatch(
      'Expected a schema that validates synchronously, received an asynchronous one. Settings are needed at once: remove the async checks.',
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
