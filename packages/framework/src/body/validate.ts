/** Bodies against schemas, of any library that speaks Standard Schema. */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { inWords, toIssue, type ValidationIssue } from '../config/schema.ts'
import { UnprocessableEntity } from '../errors/http-errors.ts'
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

/** The value as the schema makes it. Rejects with `ValidationError` if it does not fit. */
export async function validate<Schema extends StandardSchemaV1>(
  schema: Schema,
  value: unknown,
): Promise<StandardSchemaV1.InferOutput<Schema>> {
  const result = await schema['~standard'].validate(value)
  if (result.issues === undefined) return result.value
  throw new ValidationError(result.issues.map(toIssue))
}

/** A form as the plain object that schemas expect. A name that came more than once, or is one of `lists`, has a list. */
export function formObject(form: Form, lists: readonly string[] = []): Record<string, unknown> {
  const values = Object.create(null) as Record<string, unknown>
  for (const name of lists) values[name] = []
  for (const name of new Set(form.keys())) {
    const all = form.getAll(name)
    values[name] = all.length > 1 || lists.includes(name) ? all : all[0]
  }
  return values
}
