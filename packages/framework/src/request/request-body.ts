/** The body of a request, with the names of the Fetch standard. It can be validated against a schema. */
import type { Environ } from '@phial/core'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { Form } from '../body/form.ts'
import { type Limits, limitsOf } from '../body/limits.ts'
import {
  BodyReader,
  type JsonOptions,
  type JsonReader,
  parseJson,
  wrongType,
} from '../body/reader.ts'
import { formObject, validate } from '../body/validate.ts'
import type { Config } from '../config/config.ts'
import { isSchema } from '../config/schema.ts'
import { BadRequest, UnsupportedMediaType } from '../errors/http-errors.ts'
import { andThen, handled, type Maybe, recover } from '../helpers/promises.ts'
import { RequestFields } from './request-fields.ts'

/** How `request.formData(schema)` converts a form to an object. */
export interface FormSchemaOptions {
  /** Names whose value is always an array, even if the form has one or none: `['tags']`. */
  lists?: readonly string[]
}

/** The part of an app that a request needs. */
export interface RequestApp {
  readonly config: Config
  readonly json: JsonReader
}

/**
 * The methods of `Request` that read the body. Each promise that they return has its own rejection handler, so a view may
 * await it later: a malformed body must not end the process.
 */
export class RequestBody extends RequestFields {
  readonly #app: RequestApp
  #limits: Limits | undefined
  #body: BodyReader | undefined
  /** The functions of `onClose`, the last one first. */
  closers: (() => Maybe<void>)[] | undefined

  constructor(environ: Environ, app: RequestApp) {
    super(environ)
    this.#app = app
  }

  /** The size limits of the body. The defaults are the app's settings. A view may change them before it reads: `request.limits.maxFileSize = 5e6`. */
  get limits(): Limits {
    return (this.#limits ??= limitsOf(this.#app.config))
  }

  get #reader(): BodyReader {
    return (this.#body ??= new BodyReader(this.environ, this.contentLength, this.limits))
  }

  /** The body as a stream, for views that process it chunk by chunk. There is no `clone()`: a body that was read into memory can be read again. */
  get body(): ReadableStream<Uint8Array> {
    return this.#reader.stream()
  }

  /** Returns the body's bytes. They stay in memory, so this may be called again. Rejects with `RequestEntityTooLarge` beyond `MAX_CONTENT_LENGTH`. */
  bytes(): Promise<Uint8Array> {
    return this.#reader.read((bytes) => bytes)
  }

  /** Returns a copy of the body's bytes. */
  arrayBuffer(): Promise<ArrayBuffer> {
    return this.#reader.read((bytes) => new Uint8Array(bytes).buffer)
  }

  /** Returns the body with its media type. */
  blob(): Promise<Blob> {
    const type = this.field('CONTENT_TYPE') ?? ''
    return this.#reader.read((bytes) => new Blob([new Uint8Array(bytes)], { type }))
  }

  /** Returns the body, decoded as UTF-8. */
  text(): Promise<string> {
    return this.#reader.read((bytes) => UTF8.decode(bytes))
  }

  /**
   * Parses the body as JSON. With a schema (of zod, valibot or any other library that implements Standard Schema),
   * returns the schema's output.
   *
   * Rejects with `UnsupportedMediaType` for another media type, with `BadRequest` for malformed JSON, and with
   * `ValidationError`, a 422 that lists each issue, if the value does not match the schema.
   *
   * ```ts
   * const { title } = await request.json(z.object({ title: z.string() }))
   * ```
   */
  json(options?: JsonOptions): Promise<unknown>
  json<Schema extends StandardSchemaV1>(
    schema: Schema,
    options?: Pick<JsonOptions, 'force'>,
  ): Promise<StandardSchemaV1.InferOutput<Schema>>
  json(first: unknown, second?: JsonOptions): Promise<unknown> {
    if (!isSchema(first)) return this.#json(first as JsonOptions | undefined)
    return handled(this.#json(second).then((value) => validate(first, value)))
  }

  #json({ force = false, silent = false }: JsonOptions = {}): Promise<unknown> {
    const value =
      force || this.isJson
        ? this.#reader.read((bytes) => parseJson(bytes, this.#app.json))
        : handled(Promise.reject(wrongType('JSON, as application/json', this.mimetype)))
    return silent ? handled(value.catch(nullUnlessJson)) : value
  }

  /**
   * Parses the body as a form, urlencoded or multipart. With a schema, converts the form to an object and returns the
   * schema's output. Large files are on disk until the request ends. A request without a body, such as a `GET`, has an
   * empty form.
   *
   * Rejects with `UnsupportedMediaType` for another media type, with `BadRequest` for a malformed body, with
   * `RequestEntityTooLarge` beyond the `limits`, and with `ValidationError` if the form does not match the schema.
   *
   * ```ts
   * const form = await request.formData()
   * await saveFile(form.requireFile('photo'), 'photo.jpg')
   * ```
   */
  formData(): Promise<Form>
  formData<Schema extends StandardSchemaV1>(
    schema: Schema,
    options?: FormSchemaOptions,
  ): Promise<StandardSchemaV1.InferOutput<Schema>>
  formData(schema?: StandardSchemaV1, { lists }: FormSchemaOptions = {}): Promise<unknown> {
    const form = this.#form()
    if (schema === undefined) return form
    return handled(form.then((sent) => validate(schema, formObject(sent, lists))))
  }

  #form(): Promise<Form> {
    return this.#reader.form({
      mimetype: this.mimetype,
      contentType: this.field('CONTENT_TYPE') ?? '',
      onClose: (work) => this.onClose(work),
    })
  }

  /** Returns the files of the form, or those of one name. An empty file input has none. */
  files(name?: string): Promise<File[]> {
    return handled(this.#form().then((form) => form.files(name)))
  }

  /** Runs a function when the request has ended, whether its response was sent or abandoned. The last one runs first. Errors are ignored. */
  onClose(work: () => Maybe<void>): void {
    ;(this.closers ??= []).unshift(work)
  }

  /** Runs the functions of `onClose`, and removes files on disk. The app calls it when the request has ended. */
  close(): Maybe<void> {
    const { closers } = this
    this.closers = undefined
    if (closers === undefined) return undefined
    return closers.reduce<Maybe<void>>(
      (last, work) => andThen(last, () => recover(work, () => undefined)),
      undefined,
    )
  }
}

/** A decoder without state between two texts. */
const UTF8 = new TextDecoder()

/** Returns `null` for the errors that `silent` suppresses, as in Flask. Rethrows any other. */
function nullUnlessJson(error: unknown): null {
  if (error instanceof BadRequest || error instanceof UnsupportedMediaType) return null
  throw error
}
