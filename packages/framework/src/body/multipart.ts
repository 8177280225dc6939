/** Parses `multipart/form-data` as it arrives. RFC 7578 */
import { Buffer } from 'node:buffer'
import type { Readable } from 'node:stream'
import { Busboy, type BusboyInstance } from '@fastify/busboy'
import { BadRequest } from '../errors/http-errors.ts'
import type { FormEntries } from './form.ts'
import { type Limits, tooLarge } from './limits.ts'
import type { Uploads } from './uploads.ts'

type Entry = readonly [name: string, value: string | File]

/**
 * Parses a form chunk by chunk, with back-pressure: reads a chunk only after the last one has been processed. Rejects
 * with `BadRequest` for a malformed form, and with a 413 beyond the limits.
 */
export function parseMultipart(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  contentType: string,
  limits: Limits,
  uploads: Uploads,
): Promise<FormEntries> {
  return new MultipartParser(contentType, limits, uploads).parse(chunks)
}

/** One parse. The first failure, in the parser, on disk or at a limit, ends it. */
class MultipartParser {
  readonly #parser: BusboyInstance
  readonly #limits: Limits
  readonly #uploads: Uploads
  readonly #entries: Promise<Entry>[] = []
  readonly #files = new Set<Readable>()
  #textSize = 0
  #failure: { readonly error: unknown } | undefined
  /** Ends the current step. */
  #giveUp: ((error: unknown) => void) | undefined
  /** The number of files that are being written. */
  #busy = 0
  #stall: NodeJS.Immediate | undefined

  constructor(contentType: string, limits: Limits, uploads: Uploads) {
    this.#limits = limits
    this.#uploads = uploads
    this.#parser = makeParser(contentType, limits)
    this.#parser.on('file', (name, file, fileName, _, type) =>
      this.#addFile(name, file, fileName, type),
    )
    this.#parser.on('field', (name, value, _, isCut) => this.#addText(name, value, isCut))
    this.#parser.on('partsLimit', () =>
      this.#fail(tooLarge('The form', limits.maxFormParts, 'parts')),
    )
    this.#parser.on('error', (error) => this.#fail(malformed(error)))
  }

  async parse(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<FormEntries> {
    try {
      for await (const chunk of chunks) {
        await this.#step((done) => this.#parser.write(chunk, () => done()))
      }
      await this.#step((done) => this.#parser.once('finish', done).end())
      return await Promise.all(this.#entries)
    } catch (error) {
      this.#fail(error)
      await this.#stop()
      throw this.#failure?.error
    }
  }

  /** Waits for a step of the parser, or for the first failure. */
  #step(start: (done: () => void) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure.error)
      this.#giveUp = reject
      this.#watch()
      start(() => {
        this.#giveUp = undefined
        resolve()
      })
    })
  }

  /**
   * For some malformed forms, busboy neither finishes nor fails. Unless a file must be written first, busboy works within
   * one turn of the event loop. If several turns have passed, it is stuck.
   */
  #watch(turns: number = 5): void {
    clearImmediate(this.#stall)
    this.#stall = setImmediate(() => {
      if (this.#busy > 0 || this.#giveUp === undefined) return
      if (turns > 0) this.#watch(turns - 1)
      else this.#fail(malformed(new Error('The parser is stuck.')))
    })
  }

  /** Reads the bytes of a file, and tracks that they are being processed. */
  async *#watched(file: Readable): AsyncGenerator<Uint8Array, void> {
    for await (const chunk of file as AsyncIterable<Uint8Array>) {
      this.#busy += 1
      // A read that ends early has failed, and is active until it has reported the reason.
      yield chunk
      this.#busy -= 1
      if (this.#busy === 0) this.#watch()
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= { error }
    this.#giveUp?.(error)
    this.#giveUp = undefined
  }

  /** Abandons the form, and waits until no file is being written. */
  async #stop(): Promise<void> {
    const gone = new Error('The form was given up.')
    for (const file of this.#files) file.destroy(gone)
    this.#parser.destroy()
    await Promise.allSettled(this.#entries)
  }

  #addText(name: string | undefined, value: string, isCut: boolean): void {
    const { maxFormMemorySize } = this.#limits
    this.#textSize += Buffer.byteLength(value)
    if (isCut || !this.#countName(name)) this.#fail(tooLarge('The form’s text', maxFormMemorySize))
    else if (name === undefined) this.#fail(nameless())
    else this.#entries.push(Promise.resolve([name, value]))
  }

  #addFile(name: string | undefined, file: Readable, fileName: string, type: string): void {
    this.#files.add(file)
    const { maxFormMemorySize } = this.#limits
    this.#textSize += Buffer.byteLength(fileName)
    if (!this.#countName(name)) this.#fail(tooLarge('The form’s text', maxFormMemorySize))
    if (name === undefined) this.#fail(nameless())
    const entry = this.#takeFile(name ?? '', file, fileName, type)
    entry.catch((error: unknown) => this.#fail(error))
    this.#entries.push(entry)
  }

  async #takeFile(name: string, file: Readable, fileName: string, type: string): Promise<Entry> {
    if (this.#failure !== undefined) file.destroy(new Error('The form was given up.'))
    try {
      return [name, await this.#uploads.take(this.#watched(file), { name: fileName, type })]
    } finally {
      this.#files.delete(file)
    }
  }

  /** Adds the size of a name to that of the text read so far. Reports whether the total is within the limit. */
  #countName(name: string | undefined): boolean {
    this.#textSize += Buffer.byteLength(name ?? '')
    return this.#textSize <= this.#limits.maxFormMemorySize
  }
}

function makeParser(contentType: string, limits: Limits): BusboyInstance {
  try {
    return new Busboy({
      headers: { 'content-type': contentType },
      // For an uploaded folder, names include the path within it. The platform's `formData()` keeps it, too.
      preservePath: true,
      isPartAFile: (_name, _type, fileName) => fileName !== undefined,
      limits: {
        fieldSize: limits.maxFormMemorySize,
        parts: limits.maxFormParts,
      },
    })
  } catch (error) {
    throw malformed(error)
  }
}

function malformed(cause: unknown): BadRequest {
  return new BadRequest('The request’s body is not a valid multipart form.', { cause })
}

function nameless(): BadRequest {
  return new BadRequest('A part of the form has no name.')
}
