/** The body of one request. It is read once, in whatever order and however often its parts are asked for. */
import { withCode, type Environ } from '@phial/core'
import { Form, type FormEntries } from './form.ts'
import { wrongType } from './json.ts'
import { type Limits, tooLarge } from './limits.ts'
import { parseMultipart } from './multipart.ts'
import { chunksOf, readUpTo } from './source.ts'
import { over, Uploads } from './uploads.ts'
import { parseUrlencoded } from './urlencoded.ts'

/** What came at the start of a body: all of it, or just enough to know that it is longer than memory allows. */
interface Head {
  readonly bytes: Uint8Array
  readonly isAll: boolean
}

export class BodyReader {
  readonly #environ: Environ
  readonly #length: number | undefined
  readonly #limits: Limits
  #head: Promise<Head> | undefined
  #form: Promise<Form> | undefined
  #uploads: Uploads | undefined
  #stream: ReadableStream<Uint8Array> | undefined
  #isClosed = false

  constructor(environ: Environ, length: number | undefined, limits: Limits) {
    this.#environ = environ
    this.#length = length
    this.#limits = limits
  }

  /** The whole body. Rejects with a 413 if it is longer than memory allows. */
  async bytes(): Promise<Uint8Array> {
    const { bytes, isAll } = await this.#start()
    if (isAll) return bytes
    throw tooLarge('The request’s body', this.#limits.maxContentLength)
  }

  /** The body as it comes, once. What was read into memory before comes first. */
  stream(): ReadableStream<Uint8Array> {
    return (this.#stream ??= ReadableStream.from(this.#chunks()))
  }

  /** The body as a form. Rejects with `UnsupportedMediaType` if it is none by its type. */
  form(mimetype: string, contentType: string): Promise<Form> {
    return (this.#form ??= this.#entries(mimetype, contentType).then((all) => new Form(all)))
  }

  /** Whether a form was asked for: then there may be files to remove. */
  get hasForm(): boolean {
    return this.#form !== undefined
  }

  /** Removes the form's files from disk. Waits for no client: a form that is still coming is given up. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#uploads?.remove()
  }

  #start(): Promise<Head> {
    return (this.#head ??= this.#readHead())
  }

  async #readHead(): Promise<Head> {
    if (this.#stream !== undefined) throw taken()
    const most = this.#limits.maxContentLength
    if (this.#length !== undefined && this.#length > most) {
      return { bytes: new Uint8Array(), isAll: false }
    }
    const bytes = await readUpTo(this.#environ, this.#length, most)
    return { bytes, isAll: bytes.byteLength <= most }
  }

  async *#chunks(): AsyncGenerator<Uint8Array, void> {
    const { bytes, isAll } = (await this.#head) ?? { bytes: undefined, isAll: false }
    if (isAll && bytes !== undefined) yield bytes
    else yield* chunksOf(this.#environ, this.#length, this.#limits.maxUploadSize, bytes)
  }

  async #entries(mimetype: string, contentType: string): Promise<FormEntries> {
    if (mimetype === 'application/x-www-form-urlencoded') {
      return parseUrlencoded(await this.bytes(), this.#limits)
    }
    if (mimetype !== 'multipart/form-data') throw wrongType(FORMS, mimetype)
    await this.#start()
    if (this.#isClosed) throw over()
    const uploads = (this.#uploads = new Uploads(this.#limits))
    try {
      return await parseMultipart(this.#chunks(), contentType, this.#limits, uploads)
    } catch (error) {
      await uploads.remove()
      throw error
    }
  }
}

const FORMS = 'a form, as application/x-www-form-urlencoded or multipart/form-data'

function taken(): TypeError {
  return withCode(
    'ERR_PHIAL_BODY_TAKEN',
    new TypeError(
      'The request’s body was taken as a stream, by request.body, so it is not there to be read again. Ask for request.bytes(), text(), json() or formData() first; then request.body has the same bytes.',
    ),
  )
}
