/** A form as a view receives it: a read-only `FormData` with the helpers of Flask's `request.form`. */
import { Buffer, isAscii } from 'node:buffer'
import { unescape } from 'node:querystring'
import { inspect } from 'node:util'
import { missing, readAs, type Reader, readOnly } from './args.ts'
import { type Limits, tooLarge } from './limits.ts'

type Value = string | File

/** A value of a form, by the platform's types. */
type FormDataEntryValue = NonNullable<ReturnType<FormData['get']>>

/** The callback of `forEach`. */
type Use = (value: Value, name: string, form: Form) => void

/** The fields and files of a form, in order. */
export type FormEntries = readonly (readonly [name: string, value: Value])[]

/**
 * A form. It has the methods of `FormData` that read (`get`, `getAll`, `has`, …), and:
 *
 * ```ts
 * const form = await request.formData()
 * form.require('user')        // a string; if `user` is missing, the response is a 400 that names it
 * form.read('age', int)       // a number, or undefined
 * form.files('photo')         // the chosen files, possibly none
 * ```
 *
 * It reads from its own entries. The platform's internal list of a `FormData` stays empty, because filling it takes
 * longer than parsing the form.
 */
export class Form extends FormData {
  readonly #entries: FormEntries
  #byName: Map<string, Value[]> | undefined

  constructor(entries: FormEntries = []) {
    super()
    this.#entries = entries
  }

  static {
    // The platform's types have these as properties, so that they cannot be overridden as methods.
    const { prototype } = this
    const entries = function (this: Form): Iterator<[string, Value]> {
      return this.#entries.map(([name, value]): [string, Value] => [name, value]).values()
    }
    const keys = function (this: Form): Iterator<string> {
      return this.#entries.map(([name]) => name).values()
    }
    const values = function (this: Form): Iterator<Value> {
      return this.#entries.map(([, value]) => value).values()
    }
    const forEach = function (this: Form, use: Use, thisArg?: unknown): void {
      for (const [name, value] of this.#entries) use.call(thisArg, value, name, this)
    }
    Object.assign(prototype, { entries, keys, values, forEach, [Symbol.iterator]: entries })
    Object.defineProperty(prototype, inspect.custom, {
      value(this: Form) {
        return indexOf(this.#entries)
      },
    })
  }

  override get(name: string): FormDataEntryValue | null {
    return (this.#valuesOf(name)[0] as FormDataEntryValue | undefined) ?? null
  }

  override getAll(name: string): FormDataEntryValue[] {
    return [...this.#valuesOf(name)] as FormDataEntryValue[]
  }

  override has(name: string): boolean {
    return this.#valuesOf(name).length > 0
  }

  /** Returns the first text of a name. Throws `BadRequest` if there is none. */
  require(name: string): string {
    const text = this.#text(name)
    if (text === undefined) throw missing(name, 'form')
    return text
  }

  /** Returns the first file of a name. Throws `BadRequest` if none was chosen. */
  requireFile(name: string): File {
    const [file] = this.files(name)
    if (file === undefined) throw missing(name, 'form')
    return file
  }

  /** Returns the first text of a name, parsed as a person types it; `fallback` if it is missing or invalid. See `args.read`. */
  read<T>(name: string, reader: Reader<T>): T | undefined
  read<T, Fallback>(name: string, reader: Reader<T>, fallback: Fallback): T | Fallback
  read<T>(name: string, reader: Reader<T>, fallback?: unknown): unknown {
    return readAs(this.#text(name), reader, fallback)
  }

  /** Returns the files of a name, or all files. An empty file input has none. */
  files(name?: string): File[] {
    const values = name === undefined ? [...this.values()] : this.#valuesOf(name)
    return values.filter((value) => value instanceof File && !isUnchosen(value)) as File[]
  }

  #text(name: string): string | undefined {
    return this.#valuesOf(name).find((value) => typeof value === 'string')
  }

  /** An index by name, so that the time to read all fields is linear in their number. */
  #valuesOf(name: string): readonly Value[] {
    this.#byName ??= indexOf(this.#entries)
    return this.#byName.get(name) ?? []
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

function indexOf(entries: FormEntries): Map<string, Value[]> {
  const byName = new Map<string, Value[]>()
  for (const [name, value] of entries) {
    const values = byName.get(name)
    if (values === undefined) byName.set(name, [value])
    else values.push(value)
  }
  return byName
}

/** Reports whether a file is what a browser sends for an empty file input. */
function isUnchosen(file: File): boolean {
  return file.name === '' && file.size === 0
}

/**
 * Parses a form of type `application/x-www-form-urlencoded` directly from its bytes. Throws a 413 beyond the limits.
 * URL Standard §5.1
 *
 * `URLSearchParams` takes three times as long, as measured by `pnpm bench peers --workloads form`.
 */
export function parseUrlencoded(bytes: Uint8Array, limits: Limits): Form {
  const { maxFormMemorySize, maxFormParts } = limits
  if (bytes.byteLength > maxFormMemorySize) throw tooLarge('The form’s text', maxFormMemorySize)
  const text = asciiText(bytes)
  const entries: [string, string][] = []
  let parts = 0
  let equals = text.indexOf('=')
  for (let start = 0; start <= text.length;) {
    const next = text.indexOf('&', start)
    const end = next === -1 ? text.length : next
    parts += 1
    if (parts > maxFormParts) throw tooLarge('The form', maxFormParts, 'parts')
    if (equals !== -1 && equals < start) equals = text.indexOf('=', start)
    const nameEnd = equals === -1 || equals > end ? end : equals
    if (end > start) entries.push([decoded(text, start, nameEnd), decoded(text, nameEnd + 1, end)])
    start = end + 1
  }
  return new Form(entries)
}

/** Returns the form as ASCII, with other bytes percent-encoded. */
function asciiText(bytes: Uint8Array): string {
  const { buffer, byteOffset, byteLength } = bytes
  const text = Buffer.from(buffer, byteOffset, byteLength).toString('latin1')
  return isAscii(bytes)
    ? text
    : text.replaceAll(/[\u0080-\u00ff]/g, (byte) => `%${byte.charCodeAt(0).toString(16)}`)
}

const SPACE = 0x20
const PERCENT = 0x25
const PLUS = 0x2b

/** The length beyond which a value is decoded by the platform, whose memory does not depend on the number of escapes. */
const LONG = 1000

/**
 * Decodes a name or a value. Bytes that are not UTF-8 become U+FFFD. Most escapes in forms are ASCII, and are decoded
 * here, because a call of the platform's decoder takes as long as decoding five values.
 */
function decoded(text: string, start: number, end: number): string {
  let done = ''
  let from = start
  if (end - start > LONG) return decodedByPlatform(text.slice(start, end))
  for (let at = start; at < end; at += 1) {
    const byte = text.charCodeAt(at)
    if (byte !== PLUS && byte !== PERCENT) continue
    const code = byte === PLUS ? SPACE : 16 * hexDigit(text, at + 1) + hexDigit(text, at + 2)
    if (!(code < 128)) return decodedByPlatform(text.slice(start, end))
    done += text.slice(from, at) + String.fromCharCode(code)
    if (byte === PERCENT) at += 2
    from = at + 1
  }
  return from === start ? text.slice(start, end) : done + text.slice(from, end)
}

function decodedByPlatform(text: string): string {
  return unescape(text.replaceAll('+', ' '))
}

/** Returns the value of a hexadecimal digit; `NaN` for any other character. */
function hexDigit(text: string, at: number): number {
  const code = text.charCodeAt(at)
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const letter = code | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : NaN
}
