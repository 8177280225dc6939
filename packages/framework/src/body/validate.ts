/** Bodies against schemas, of any library that speaks Standard Schema. */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { inWords, toIssue, type ValidationIssue } from '../config/schema.ts'
import { UnprocessableEntity } from '../errors/http-errors.ts'
import { andThen, type Maybe } from '../helpers/promises.ts'
import type { Form } from './form.ts'

/** A body does not fit its schema. Answered with 422 and, as problem details, each issue. */
export class ValidationError extends UnprocessableEntity {
  readonly issues: readonly ValidationIssue[]

  constructor(issues: readonly ValidationIssue[]) {
    super(`The request does not have what is needed here. ${issues.map(inWords).join(' ')}`, {
      details: { errors: issues },
    })
    this.issues = issues
  }
}

/** The value as the schema makes it, at once unless the schema awaits something. Throws, or rejects with, `ValidationError` if it does not fit. */
export function validate<Schema extends StandardSchemaV1>(
  schema: Schema,
  value: unknown,
): Maybe<StandardSchemaV1.InferOutput<Schema>> {
  return andThen(schema['~standard'].validate(value), (result) => {
    if (result.issues === undefined) return result.value
    throw new ValidationError(result.issues.map(toIssue))
  })
}

/** A form as the plain object that schemas expect. A name that came more than once, or is one of `lists`, has a list. */
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
