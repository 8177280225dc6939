/**
 * The body of a request, by the Fetch standard's names, and against schemas.
 */
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

/** How `request.formData(schema)` makes an object of a form. */
export interface FormSchemaOptions {
  /** Names that have a list, even if they came once or not at all: `['tags']`. */
  lists?: readonly string[]
}

/** What a request needs of its app. */
export interface RequestApp {
  readonly config: Config
  readonly json: JsonReader
}

/**
 * What a `Request` reads from its body. Each promise that it returns has a handler of its own, so that a
 * view may await it later: a malformed body must not end the process.
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

  /** How much of the body is taken, in bytes: the app's settings, which a view may change before it reads: `request.limits.maxFileSize = 5e6`. */
  get limits(): Limits {
    return (this.#limits ??= limitsOf(this.#app.config))
  }

  get #reader(): BodyReader {
    return (this.#body ??= new BodyReader(this.environ, this.contentLength, this.limits))
  }

  /** The body as it comes, for views that need no more than a piece at a time. There is no `clone()`: read into memory, it may be asked for again. */
  get body(): ReadableStream<Uint8Array> {
    return this.#reader.stream()
  }

  /** The body's bytes. Read once and kept, so it may be asked for again. Rejects with `RequestEntityTooLarge` beyond `MAX_CONTENT_LENGTH`. */
  bytes(): Promise<Uint8Array> {
    return this.#reader.read((bytes) => bytes)
  }

  /** A copy of the body's bytes. */
  arrayBuffer(): Promise<ArrayBuffer> {
    return this.#reader.read((bytes) => new Uint8Array(bytes).buffer)
  }

  /** The body with its type. */
  blob(): Promise<Blob> {
    const type = this.field('CONTENT_TYPE') ?? ''
    return this.#reader.read((bytes) => new Blob([new Uint8Array(bytes)], { type }))
  }

  /** The body as UTF-8. */
  text(): Promise<string> {
    return this.#reader.read((bytes) => new TextDecoder().decode(bytes))
  }

  /**
   * The body as JSON, or with a schema (of zod, valibot or any other library that speaks Standard
   * Schema) what that makes of it.
   *
   * Raises `UnsupportedMediaType` if its type is another, `BadRequest` if it is malformed, and
   * `ValidationError`, a 422 that lists what is wrong, if it does not fit the schema.
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
   * The body as a form, urlencoded or multipart, or with a schema what that makes of the form as an
   * object. Large files lie on disk until the request is over. A request without a body, such as a `GET`,
   * has an empty form.
   *
   * Rejects with `UnsupportedMediaType` for a body of another type, `BadRequest` if it is malformed,
   * `RequestEntityTooLarge` beyond the `limits`, `ValidationError` if it does not fit the schema.
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

  /** The files of the form, or those of one name. A file input that was left empty is none. */
  files(name?: string): Promise<File[]> {
    return handled(this.#form().then((form) => form.files(name)))
  }

  /** Runs something when the request is over and its answer sent or given up; the last first, and never an error of it. */
  onClose(work: () => Maybe<void>): void {
    ;(this.closers ??= []).unshift(work)
  }

  /** Ends what belongs to the request, its files on disk too. The app does it when the request is over. */
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

/** What `silent` makes of an error: a body that is not JSON is `null`, as in Flask. */
function nullUnlessJson(error: unknown): null {
  if (error instanceof BadRequest || error instanceof UnsupportedMediaType) return null
  throw error
}
