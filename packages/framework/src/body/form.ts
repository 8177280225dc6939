/** A form as a view gets it: the platform's `FormData`, which nobody changes, and with Flask's questions. */
import { missing, readAs, type Reader, readOnly } from './args.ts'

/** The fields and the files of a form, in their order. */
export type FormEntries = readonly (readonly [name: string, value: string | File])[]

/**
 * A form: `get`, `getAll`, `has`, … of `FormData`, without a way to change them, and:
 *
 * ```ts
 * const form = await request.formData()
 * form.require('user')        // a string, or the answer is a 400 that names `user`
 * form.read('age', int)       // a number, or undefined
 * form.files('photo')         // the files that were chosen, perhaps none
 * ```
 */
export class Form extends FormData {
  constructor(entries: FormEntries = []) {
    super()
    for (const [name, value] of entries) {
      if (typeof value === 'string') super.append(name, value)
      else super.append(name, value)
    }
  }

  /** The first text of a name. Raises `BadRequest` if there is none. */
  require(name: string): string {
    const text = this.#text(name)
    if (text === undefined) throw missing(name, 'form')
    return text
  }

  /** The first file of a name. Raises `BadRequest` if none was chosen. */
  requireFile(name: string): File {
    const [file] = this.files(name)
    if (file === undefined) throw missing(name, 'form')
    return file
  }

  /** The first text of a name, read as a person types it; `fallback` if it is missing or cannot be read. See `args.read`. */
  read<T>(name: string, reader: Reader<T>): T | undefined
  read<T, Fallback>(name: string, reader: Reader<T>, fallback: Fallback): T | Fallback
  read<T>(name: string, reader: Reader<T>, fallback?: unknown): unknown {
    return readAs(this.#text(name), reader, fallback)
  }

  /** The files of a name, or all. A file input that was left empty is none. */
  files(name?: string): File[] {
    const values = name === undefined ? [...this.values()] : this.getAll(name)
    return values.filter((value) => value instanceof File && !isUnchosen(value)) as File[]
  }

  #text(name: string): string | undefined {
    return this.getAll(name).find((value) => typeof value === 'string')
  }

  override append(): never {
    return readOnly('form', 'new FormData(), then append to it')
  }

  override delete(): never {
    return readOnly('form', 'new FormData(), then append to it')
  }

  override set(): never {
    return readOnly('form', 'new FormData(), then append to it')
  }
}

/** What a browser sends for a file input in which nothing was chosen. */
function isUnchosen(file: File): boolean {
  return file.name === '' && file.size === 0
}
