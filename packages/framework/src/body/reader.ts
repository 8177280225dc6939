/** The body of one request. It is read once, in whatever order and however often its parts are asked for. */
import { withCode, type Environ } from '@phial/core'
import { BadRequest, UnsupportedMediaType } from '../errors/http-errors.ts'
import { andThen, handled, lazily, type Maybe, thenHandled } from '../helpers/promises.ts'
import type { Form } from './form.ts'
import { guardReadable } from './guards.ts'
import { type Limits, tooLarge } from './limits.ts'
import { chunksOf, isTerminated, readUpTo } from './source.ts'
import { over, Uploads } from './uploads.ts'

/** How `request.json()` takes what it gets. */
export interface JsonOptions {
  /** Whether a body of another type is read as JSON too. Default false: it is a 415. */
  force?: boolean
  /** Whether a body that is not JSON, by its type or in fact, is `null`. Default false: it is a 415 or a 400. */
  silent?: boolean
}

/** What reads JSON: an app's `JsonProvider`. */
export interface JsonReader {
  loads(text: string): unknown
}

/** What a form's type is, and who ends what it needs. */
export interface FormSource {
  /** The body's type without parameters, in lower case. */
  readonly mimetype: string
  /** The header `Content-Type`. */
  readonly contentType: string
  /** Runs something when the request is over. */
  readonly onClose: (work: () => Promise<void>) => void
}

/** A form is a `FormData`, and the platform's takes a third as long to load as Phial. */
const forms = lazily(() => import('./form.ts'))

const multipart = lazily(() => import('./multipart.ts'))

export class BodyReader {
  readonly #environ: Environ
  readonly #length: number | undefined
  readonly #limits: Limits
  /** The first bytes: all of them, or one more than memory allows. */
  #head: Promise<Uint8Array> | undefined
  /** How many bytes memory allows, since reading began. */
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

  /** The whole body, made into something in the same step. Rejects with a 413 if it is longer than memory allows. The promise is `handled`. */
  read<T>(use: (bytes: Uint8Array) => Maybe<T>): Promise<T> {
    return thenHandled(this.#start(), (bytes) => {
      if (this.#isAll(bytes)) return use(bytes)
      throw tooLarge('The request’s body', this.#most)
    })
  }

  /** The body as it comes, once. What was read into memory before comes first. */
  stream(): ReadableStream<Uint8Array> {
    return (this.#stream ??= guardReadable(ReadableStream.from(this.#chunks())))
  }

  /**
   * The body as a form. A request without a body has an empty one, whatever its type. Rejects with
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

  /** Of another type there is an empty form, if there is no body. */
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

  /** Removes the form's files from disk. Waits for no client: a form that is still coming is given up. */
  async #close(): Promise<void> {
    this.#isClosed = true
    await this.#uploads?.remove()
  }

  #start(): Promise<Uint8Array> {
    // Not kept: the stream is there to be read all the same.
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

  /** Whether the client says that there is more than memory allows. */
  get #isTooLong(): boolean {
    return this.#length !== undefined && this.#length > this.#most
  }

  /** Whether the first bytes are all. */
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

const FORMS = 'a form, as application/x-www-form-urlencoded or multipart/form-data'

/** Without state between two texts. */
const UTF8 = new TextDecoder('utf-8', { fatal: true })

/** Reads bytes as JSON. Throws `BadRequest` for malformed JSON, and for text that is not UTF-8. */
export function parseJson(bytes: Uint8Array, reader: JsonReader): unknown {
  try {
    return reader.loads(UTF8.decode(bytes))
  } catch (error) {
    throw new BadRequest('The request’s body is not valid JSON.', { cause: error })
  }
}

/** The 415 for a body of another type than the one that is read here. */
export function wrongType(wanted: string, received: string): UnsupportedMediaType {
  return new UnsupportedMediaType(
    `This address reads ${wanted}; the request says ${received === '' ? 'no type' : received}.`,
  )
}

function taken(): TypeError {
  return withCode(
    'ERR_PHIAL_BODY_TAKEN',
    new TypeError(
      'The request’s body was taken as a stream, by request.body, so it is not there to be read again. Ask for request.bytes(), text(), json() or formData() first; then request.body has the same bytes.',
    ),
  )
}
