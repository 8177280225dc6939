/**
 * The body of a request, by the Fetch standard's names, and against schemas.
 */
import type { Environ } from '@phial/core'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { Form } from '../body/form.ts'
import { type JsonOptions, parseJson, wrongType } from '../body/json.ts'
import { type Limits, limitsOf } from '../body/limits.ts'
import { BodyReader } from '../body/reader.ts'
import { formObject, isSchema, validate } from '../body/validate.ts'
import type { Config } from '../config/config.ts'
import { BadRequest, UnsupportedMediaType } from '../errors/http-errors.ts'
import { andThen, type Maybe, recover } from '../maybe.ts'
import { RequestFields } from './request-fields.ts'

/** How `request.formData(schema)` makes an object of a form. */
export interface FormSchemaOptions {
  /** Names that have a list, even if they came once or not at all: `['tags']`. */
  lists?: readonly string[]
}

/** What a request needs of its app. */
export interface RequestApp {
  readonly config: Config
  readonly json: { loads(text: string): unknown }
}

/** What a `Request` reads from its body. */
export class RequestBody extends RequestFields {
  readonly #app: RequestApp
  #limits: Limits | undefined
  #body: BodyReader | undefined
  #closers: (() => Maybe<void>)[] | undefined

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

  /** The body's bytes. Read once and kept, so it may be asked for again. Raises `RequestEntityTooLarge` beyond `MAX_CONTENT_LENGTH`. */
  bytes(): Promise<Uint8Array> {
    return this.#reader.bytes()
  }

  /** A copy of the body's bytes. */
  async arrayBuffer(): Promise<ArrayBuffer> {
    return new Uint8Array(await this.bytes()).buffer
  }

  /** The body with its type. */
  async blob(): Promise<Blob> {
    return new Blob([new Uint8Array(await this.bytes())], {
      type: this.field('CONTENT_TYPE') ?? '',
    })
  }

  /** The body as UTF-8. */
  async text(): Promise<string> {
    return new TextDecoder().decode(await this.bytes())
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
  async json(first: unknown, second?: JsonOptions): Promise<unknown> {
    if (isSchema(first)) return validate(first, await this.#json(second))
    return this.#json(first as JsonOptions | undefined)
  }

  async #json({ force = false, silent = false }: JsonOptions = {}): Promise<unknown> {
    try {
      if (!force && !this.isJson) throw wrongType('JSON, as application/json', this.mimetype)
      return parseJson(await this.bytes(), this.#app.json)
    } catch (error) {
      const isNoJson = error instanceof BadRequest || error instanceof UnsupportedMediaType
      if (silent && isNoJson) return undefined
      throw error
    }
  }

  /**
   * The body as a form, urlencoded or multipart, or with a schema what that makes of the form as an
   * object. Large files lie on disk until the request is over.
   *
   * Raises `UnsupportedMediaType` for another type, `BadRequest` if it is malformed,
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
  formData(schema?: StandardSchemaV1, options?: FormSchemaOptions): Promise<unknown> {
    const form = this.#formData(schema, options)
    // A view that does not wait for it must not bring the process down when the client leaves.
    form.catch(() => undefined)
    return form
  }

  async #formData(schema?: StandardSchemaV1, options: FormSchemaOptions = {}): Promise<unknown> {
    const reader = this.#reader
    if (!reader.hasForm) this.onClose(() => reader.close())
    const form = await reader.form(this.mimetype, this.field('CONTENT_TYPE') ?? '')
    return schema === undefined ? form : validate(schema, formObject(form, options.lists))
  }

  /** The files of the form, or those of one name. A file input that was left empty is none. */
  async files(name?: string): Promise<File[]> {
    return (await this.formData()).files(name)
  }

  /** Runs something when the request is over and its answer sent or given up; the last first, and never an error of it. */
  onClose(work: () => Maybe<void>): void {
    ;(this.#closers ??= []).unshift(work)
  }

  /** Ends what belongs to the request, its files on disk too. The app does it when the request is over. */
  close(): Maybe<void> {
    const closers = this.#closers
    this.#closers = undefined
    if (closers === undefined) return undefined
    return closers.reduce<Maybe<void>>(
      (last, work) => andThen(last, () => recover(work, () => undefined)),
      undefined,
    )
  }
}
