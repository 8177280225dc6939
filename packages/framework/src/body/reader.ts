/** The body of one request. It is read once, no matter in which order and how often its methods are called. */
import { withCode, type Environ } from '@phial/core'
import { BadRequest, UnsupportedMediaType } from '../errors/http-errors.ts'
import { andThen, handled, lazily, type Maybe, thenHandled } from '../helpers/promises.ts'
import type { Form } from './form.ts'
import { guardReadable } from './guards.ts'
import { type Limits, tooLarge } from './limits.ts'
import { chunksOf, isTerminated, readUpTo } from './source.ts'
import { over, Uploads } from './uploads.ts'

/** Options of `request.json()`. */
export interface JsonOptions {
  /** Whether to parse a body of any media type as JSON. Default false: another type is a 415. */
  force?: boolean
  /** Whether to return `null` for a body that is not JSON, by its type or its content. Default false: a 415 or a 400. */
  silent?: boolean
}

/** Parses JSON. An app's `JsonProvider` is one. */
export interface JsonReader {
  loads(text: string): unknown
}

/** The type of a body, and the cleanup at the end of the request. */
export interface FormSource {
  /** The media type without parameters, in lower case. */
  readonly mimetype: string
  /** The header `Content-Type`. */
  readonly contentType: string
  /** Registers a function to run when the request ends. */
  readonly onClose: (work: () => Promise<void>) => void
}

/** Loads forms on demand: loading the platform's `FormData` takes a third of the time of loading Phial. */
const forms = lazily(() => import('./form.ts'))

const multipart = lazily(() => import('./multipart.ts'))

export class BodyReader {
  readonly #environ: Environ
  readonly #length: number | undefined
  readonly #limits: Limits
  /** The first bytes: all of them, or one more than the limit. */
  #head: Promise<Uint8Array> | undefined
  /** The limit for bytes in memory, fixed when reading began. */
  #most = Infinity
  #form: Promise<Form> | undefined
  #uploads: Uploads | undefined
  #stream: ReadableStream<Uint8Array> | undefined
  #isClosed = false

  constructor(environ: Environ, length: number | undefined, limits: Limits) {
    this.#environ = environ
    this.#length = length
    this.#limits = limits
  }

  /** Returns the whole body, converted in the same step. Rejects with a 413 if it exceeds the limit. The promise is `handled`. */
  read<T>(use: (bytes: Uint8Array) => Maybe<T>): Promise<T> {
    return thenHandled(this.#start(), (bytes) => {
      if (this.#isAll(bytes)) return use(bytes)
      throw tooLarge('The request’s body', this.#most)
    })
  }

  /** Returns the body as a stream, once. Bytes that are already in memory come first. */
  stream(): ReadableStream<Uint8Array> {
    return (this.#stream ??= guardReadable(ReadableStream.from(this.#chunks())))
  }

  /**
   * Returns the body as a form. A request without a body has an empty form, regardless of its media type. Rejects with
   * `UnsupportedMediaType` for a body of another type. The promise is `handled`.
   */
  form(options: FormSource): Promise<Form> {
    return (this.#form ??= this.#readForm(options))
  }

  #readForm({ mimetype, contentType, onClose }: FormSource): Promise<Form> {
    if (mimetype === 'application/x-www-form-urlencoded') {
      return this.read((bytes) =>
        andThen(forms(), ({ parseUrlencoded }) => parseUrlencoded(bytes, this.#limits)),
      )
    }
    if (mimetype !== 'multipart/form-data') return handled(this.#withoutForm(mimetype))
    onClose(() => this.#close())
    return handled(this.#readMultipart(contentType))
  }

  /** Returns an empty form for another media type if there is no body. */
  async #withoutForm(mimetype: string): Promise<Form> {
    const isEmpty = this.#length === undefined ? await this.#isEmpty() : this.#length === 0
    if (!isEmpty) throw wrongType(FORMS, mimetype)
    const { Form } = await forms()
    return new Form()
  }

  async #isEmpty(): Promise<boolean> {
    return !isTerminated(this.#environ) || (await this.#start()).byteLength === 0
  }

  async #readMultipart(contentType: string): Promise<Form> {
    await this.#start()
    const [{ Form }, { parseMultipart }] = await Promise.all([forms(), multipart()])
    if (this.#isClosed) throw over()
    const uploads = (this.#uploads = new Uploads(this.#limits))
    try {
      const chunks = this.#chunks()
      return new Form(await parseMultipart(chunks, contentType, this.#limits, uploads))
    } catch (error) {
      await uploads.remove()
      throw error
    }
  }

  /** Removes the form's files from disk. Does not wait for the client: an incomplete form is abandoned. */
  async #close(): Promise<void> {
    this.#isClosed = true
    await this.#uploads?.remove()
  }

  #start(): Promise<Uint8Array> {
    // Not cached: the stream itself can still be read.
    if (this.#head === undefined && this.#stream !== undefined) return Promise.reject(taken())
    return (this.#head ??= this.#readHead())
  }

  #readHead(): Promise<Uint8Array> {
    this.#most = this.#limits.maxContentLength
    if (this.#isTooLong) return Promise.resolve(NOTHING)
    try {
      return readUpTo(this.#environ, this.#length, this.#most)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /** Reports whether the declared length exceeds the limit. */
  get #isTooLong(): boolean {
    return this.#length !== undefined && this.#length > this.#most
  }

  /** Reports whether the first bytes are the whole body. */
  #isAll(bytes: Uint8Array): boolean {
    return !this.#isTooLong && bytes.byteLength <= this.#most
  }

  async *#chunks(): AsyncGenerator<Uint8Array, void> {
    const bytes = await this.#head
    if (bytes !== undefined && this.#isAll(bytes)) yield bytes
    else yield* chunksOf(this.#environ, this.#length, this.#limits.maxUploadSize, bytes)
  }
}

const NOTHING = new Uint8Array()

const FORMS = 'application/x-www-form-urlencoded or multipart/form-data'

/** A decoder without state between two texts. */
const UTF8 = new TextDecoder('utf-8', { fatal: true })

/** Parses bytes as JSON. Throws `BadRequest` for malformed JSON, and for bytes that are not UTF-8. */
export function parseJson(bytes: Uint8Array, reader: JsonReader): unknown {
  try {
    return reader.loads(UTF8.decode(bytes))
  } catch (error) {
    throw new BadRequest('The request’s body is not valid JSON.', { cause: error })
  }
}

/** Returns the 415 error for a body of another media type. */
export function wrongType(wanted: string, received: string): UnsupportedMediaType {
  return new UnsupportedMediaType(
    `Expected a body of type ${wanted}, received ${received === '' ? 'no Content-Type' : received}.`,
  )
}

function taken(): TypeError {
  return withCode(
    'ERR_PHIAL_BODY_TAKEN',
    new TypeError(
      'The body of the request has already been consumed as a stream through request.body. Call request.bytes(), text(), json() or formData() first. request.body then yields the same bytes.',
    ),
  )
}
