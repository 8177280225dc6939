/** Bodies against schemas, of any library that speaks Standard Schema. */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { UnprocessableEntity } from '../errors/http-errors.ts'
import { andThen, type Maybe } from '../maybe.ts'
import type { Form } from './form.ts'

/** One thing that a schema has against a value. */
export interface ValidationIssue {
  /** Where: `['address', 'zip']`. Empty for the value as a whole. */
  readonly path: readonly (string | number)[]
  readonly message: string
}

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

/** Whether an argument is a schema: an object, or with some libraries a function. */
export function isSchema(value: unknown): value is StandardSchemaV1 {
  const canHave = typeof value === 'object' || typeof value === 'function'
  return canHave && value !== null && '~standard' in value
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

/** An issue of a schema's, with its path in plain keys. */
export function toIssue({ message, path = [] }: StandardSchemaV1.Issue): ValidationIssue {
  const keys = path.map((part) => (typeof part === 'object' ? part.key : part))
  return { path: keys.map((key) => (typeof key === 'number' ? key : String(key))), message }
}

/** An issue as a sentence. */
export function inWords({ path, message }: ValidationIssue): string {
  const text = path.length === 0 ? message : `${path.join('.')}: ${message}`
  return /[.!?]$/.test(text) ? text : `${text}.`
}
