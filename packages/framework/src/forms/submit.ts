/** Creates a form from a request: an empty one for `GET`, a validated one for a submission. */
import type { Environ } from '@phial/core'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { Form } from '../body/form.ts'
import type { Limits } from '../body/limits.ts'
import { validate, ValidationError } from '../body/validate.ts'
import { BadRequest, RequestEntityTooLarge } from '../errors/http-errors.ts'
import { coerce, submittedValues } from './coerce.ts'
import type { FieldValue } from './controls.ts'
import { type FieldValues, HtmlForm } from './html-form.ts'
import { alternativesOf, isFile } from './property.ts'
import { propertyOf, type Shape, shapeOf } from './shape.ts'

/** Options of `request.form`. */
export interface FormOptions<Schema extends StandardSchemaV1 = StandardSchemaV1> {
  /**
   * The initial values of the fields, such as a row of a database. Extra properties are allowed. Default: the defaults of
   * the schema.
   */
  values?: ValuesFor<StandardSchemaV1.InferInput<Schema>>
}

/** Values by the field names of a schema; by any names if its type does not list them. Interfaces are accepted, too. */
type ValuesFor<Input> = unknown extends Input
  ? object
  : { readonly [Name in NameIn<Input>]?: FieldValue | readonly FieldValue[] }

/** The keys of each object of a union. */
type NameIn<Input> = Input extends object ? keyof Input : never

/** A form with its output type: `data` is set if `isValid` is true. */
export type FormOf<Schema extends StandardSchemaV1> = HtmlForm &
  (
    | { readonly isValid: true; readonly data: StandardSchemaV1.InferOutput<Schema> }
    | { readonly isValid: false; readonly data: undefined }
  )

/** The parts of a request that forms use. */
export interface FormRequest {
  readonly method: string
  readonly mimetype: string
  readonly contentLength: number | undefined
  readonly limits: Limits
  readonly environ: Environ
  formData(): Promise<Form>
}

/** Returns the form of a request. */
export async function formOf<Schema extends StandardSchemaV1>(
  request: FormRequest,
  schema: Schema,
  { values = {} }: FormOptions<Schema> = {},
): Promise<FormOf<Schema>> {
  const isSubmitted = request.method !== 'GET' && request.method !== 'HEAD'
  const form = isSubmitted
    ? await submittedForm(request, schema, Object.keys(values))
    : emptyForm(shapeOf(schema), values as FieldValues)
  return form as FormOf<Schema>
}

const shapes = new WeakMap<StandardSchemaV1, { readonly shape: Shape | undefined }>()

/** Returns the shape of a schema, cached. Only unsubmitted forms use defaults, which may differ each time. */
function knownShapeOf(schema: StandardSchemaV1): Shape | undefined {
  const known = shapes.get(schema) ?? { shape: shapeOf(schema) }
  shapes.set(schema, known)
  return known.shape
}

function emptyForm(shape: Shape | undefined, values: FieldValues): HtmlForm {
  return new HtmlForm({ shape, values: { ...defaultsOf(shape), ...values }, isSubmitted: false })
}

async function submittedForm(
  request: FormRequest,
  schema: StandardSchemaV1,
  named: readonly string[],
): Promise<HtmlForm> {
  const form = await read(request)
  const shape = knownShapeOf(schema)
  const base = { shape, named, isSubmitted: true }
  if (form instanceof RequestEntityTooLarge) {
    const issues = [{ path: [], message: form.description }]
    return new HtmlForm({ ...base, values: {}, issues, status: form.code })
  }
  assertMultipart(request, shape)
  const values = redisplayedValues(form, shape)
  try {
    return new HtmlForm({ ...base, values, data: await validate(schema, coerce(form, shape)) })
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error
    return new HtmlForm({ ...base, values, issues: error.issues })
  }
}

/** Returns the submitted form, or the error that it is too large, which the page shows. */
async function read(request: FormRequest): Promise<Form | RequestEntityTooLarge> {
  try {
    return await request.formData()
  } catch (error) {
    if (!(error instanceof RequestEntityTooLarge)) throw error
    await discardBody(request)
    return error
  }
}

/**
 * Reads and discards the rest of the body: a browser that is still sending does not read the response, and shows a
 * connection error instead. Does nothing for a body beyond the upload limit or without a declared length.
 */
async function discardBody({ environ, contentLength, limits }: FormRequest): Promise<void> {
  const isTooLong = contentLength === undefined || contentLength > limits.maxUploadSize
  if (isTooLong || environ['wsgi.input_terminated'] !== true) return
  try {
    for await (const _ of environ['wsgi.input']);
  } catch {
    // The client has disconnected.
  }
}

/** Returns the values that the fields show again, without files, which a page cannot fill in, and without passwords. */
function redisplayedValues(form: Form, shape: Shape | undefined): FieldValues {
  const names = [...new Set(form.keys())].filter((name) => !isSecret(name, shape))
  return Object.fromEntries(names.map((name) => [name, textOf(submittedValues(form, name))]))
}

function textOf(values: readonly (string | File)[]): string | string[] | undefined {
  const texts = values.filter((value) => typeof value === 'string')
  return texts.length > 1 ? texts : texts[0]
}

function isSecret(name: string, shape: Shape | undefined): boolean {
  const property = propertyOf(name, shape)
  return (
    property !== undefined && alternativesOf(property).some(({ format }) => format === 'password')
  )
}

/** Returns the default of a field in the schema. */
function defaultsOf(shape: Shape | undefined): FieldValues {
  const fields = Object.entries(shape?.properties ?? {})
  return Object.fromEntries(
    fields.map(([name, property]) => [name, property.default]),
  ) as FieldValues
}

/**
 * Throws `BadRequest` for a form with a file field but without `enctype`, so that it contains the file's name instead
 * of the file.
 */
function assertMultipart(request: FormRequest, shape: Shape | undefined): void {
  if (request.mimetype !== 'application/x-www-form-urlencoded') return
  const file = Object.entries(shape?.properties ?? {}).find(([, property]) => isFile(property))
  if (file === undefined) return
  throw new BadRequest(
    `The form has a file, ${JSON.stringify(file[0])}, but its type is ${request.mimetype}. Add enctype="multipart/form-data" to its <form> tag.`,
  )
}
