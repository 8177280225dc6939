/** From a request to a form: empty for those who come to fill it in, checked for those who sent it. */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { Form } from '../body/form.ts'
import { validate, ValidationError } from '../body/validate.ts'
import { BadRequest, RequestEntityTooLarge } from '../errors/http-errors.ts'
import type { Request } from '../request/request.ts'
import { cameFor, coerce } from './coerce.ts'
import { type FieldValues, HtmlForm } from './html-form.ts'
import { isFile, type Shape, shapeOf } from './shape.ts'

/** How `request.form` makes a form. */
export interface FormOptions {
  /** What the fields show before anything is sent: of a post that is to be edited, say. Default: the schema's defaults. */
  values?: FieldValues
}

/** A form and what its schema makes of it: `data`, once `isValid` is true. */
export type FormOf<Schema extends StandardSchemaV1> = HtmlForm &
  (
    | { readonly isValid: true; readonly data: StandardSchemaV1.InferOutput<Schema> }
    | { readonly isValid: false; readonly data: undefined }
  )

/** The form of a request. */
export async function formOf<Schema extends StandardSchemaV1>(
  request: Request,
  schema: Schema,
  { values = {} }: FormOptions = {},
): Promise<FormOf<Schema>> {
  const shape = shapeOf(schema)
  const isSubmitted = request.method !== 'GET' && request.method !== 'HEAD'
  const form = isSubmitted
    ? await submitted(request, schema, shape)
    : new HtmlForm({ shape, values: { ...defaultsOf(shape), ...values }, isSubmitted })
  return form as FormOf<Schema>
}

async function submitted(
  request: Request,
  schema: StandardSchemaV1,
  shape: Shape | undefined,
): Promise<HtmlForm> {
  const form = await read(request)
  const base = { shape, isSubmitted: true }
  if (form instanceof RequestEntityTooLarge) {
    const issues = [{ path: [], message: form.description }]
    return new HtmlForm({ ...base, values: {}, issues, status: form.code })
  }
  assertFilesCanCome(request, shape)
  const values = shownOf(form, shape)
  try {
    return new HtmlForm({ ...base, values, data: await validate(schema, coerce(form, shape)) })
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error
    return new HtmlForm({ ...base, values, issues: error.issues })
  }
}

/** The form, or that it is too large: that is for its page to say. */
async function read(request: Request): Promise<Form | RequestEntityTooLarge> {
  try {
    return await request.formData()
  } catch (error) {
    if (!(error instanceof RequestEntityTooLarge)) throw error
    await hearOut(request)
    return error
  }
}

/**
 * Reads the rest, and forgets it: a browser that still sends does not listen, and what it says when the
 * connection ends under it helps nobody. Not what is larger than any upload may be, or has no end.
 */
async function hearOut({ environ, contentLength, limits }: Request): Promise<void> {
  const isTooLong = contentLength === undefined || contentLength > limits.maxUploadSize
  if (isTooLong || environ['wsgi.input_terminated'] !== true) return
  try {
    for await (const _ of environ['wsgi.input']);
  } catch {
    // The client has gone: nobody waits for an answer.
  }
}

/** What the fields show again. No files, which no page can fill in, and no passwords. */
function shownOf(form: Form, shape: Shape | undefined): FieldValues {
  const names = [...new Set(form.keys())].filter((name) => !isSecret(name, shape))
  return Object.fromEntries(names.map((name) => [name, textOf(cameFor(form, name))]))
}

function textOf(came: readonly (string | File)[]): string | string[] | undefined {
  const texts = came.filter((value) => typeof value === 'string')
  return texts.length > 1 ? texts : texts[0]
}

function isSecret(name: string, shape: Shape | undefined): boolean {
  return shape?.properties[name]?.format === 'password'
}

/** What the schema says that a field is, if nothing is said. */
function defaultsOf(shape: Shape | undefined): FieldValues {
  const told = Object.entries(shape?.properties ?? {})
  return Object.fromEntries(told.map(([name, property]) => [name, property.default])) as FieldValues
}

/** A page's author who forgets the `enctype` gets the name of a file, and no file. */
function assertFilesCanCome(request: Request, shape: Shape | undefined): void {
  if (request.mimetype === 'multipart/form-data') return
  const file = Object.entries(shape?.properties ?? {}).find(([, property]) => isFile(property))
  if (file === undefined) return
  throw new BadRequest(
    `The form has a file, ${JSON.stringify(file[0])}, and came as ${request.mimetype}. Its tag has to say enctype="multipart/form-data".`,
  )
}
