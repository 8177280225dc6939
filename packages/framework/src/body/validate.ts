/** Validates bodies against schemas of any library that implements Standard Schema. */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { inWords, toIssue, type ValidationIssue } from '../config/schema.ts'
import { UnprocessableEntity } from '../errors/http-errors.ts'
import { andThen, type Maybe } from '../helpers/promises.ts'
import type { Form } from './form.ts'

/** The error for a body that does not match its schema. The response is a 422 that lists each issue in its problem details. */
export class ValidationError extends UnprocessableEntity {
  readonly issues: readonly ValidationIssue[]

  constructor(issues: readonly ValidationIssue[]) {
    super(`The request does not match the expected schema. ${issues.map(inWords).join(' ')}`, {
      details: { errors: issues },
    })
    this.issues = issues
  }
}

/** Returns the value as the schema transforms it; a promise only if the schema is asynchronous. Throws `ValidationError`, or rejects with it, if the value does not match. */
export function validate<Schema extends StandardSchemaV1>(
  schema: Schema,
  value: unknown,
): Maybe<StandardSchemaV1.InferOutput<Schema>> {
  return andThen(schema['~standard'].validate(value), (result) => {
    if (result.issues === undefined) return result.value
    throw new ValidationError(result.issues.map(toIssue))
  })
}

/** Returns a form as a plain object. A name with several values, or one of `lists`, has an array. */
export function formObject(form: Form, lists: readonly string[] = []): Record<string, unknown> {
  const values = Object.create(null) as Record<string, unknown>
  for (const name of lists) values[name] = []
  const isList = new Set(lists)
  for (const name of new Set(form.keys())) {
    const all = form.getAll(name)
    values[name] = all.length > 1 || isList.has(name) ? all : all[0]
  }
  return values
}
