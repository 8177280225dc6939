/** Settings against a schema, of any library that speaks Standard Schema. */
import { withCode } from '@phial/core'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { inWords, toIssue } from '../body/validate.ts'
import { isPromise } from '../maybe.ts'

/** The settings as the schema makes them. Raises `TypeError` that names each one that does not fit. */
export function fitted<Schema extends StandardSchemaV1>(
  schema: Schema,
  settings: object,
): StandardSchemaV1.InferOutput<Schema> {
  const result = schema['~standard'].validate({ ...settings })
  if (isPromise(result)) {
    throw misfit(
      'The schema answers later, and settings are needed at once. Use one that is not async.',
    )
  }
  if (result.issues === undefined) return result.value
  throw misfit(`The settings do not fit. ${result.issues.map(toIssue).map(inWords).join(' ')}`)
}

function misfit(message: string): TypeError {
  return withCode('ERR_PHIAL_CONFIG_SCHEMA', new TypeError(message))
}
