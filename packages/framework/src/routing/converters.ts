/**
 * Converters: what a param accepts, what value it becomes, and how a value is written into a URL.
 */
import { withCode } from '@phial/core'

/**
 * Reads a param's text into a value, and writes a value as text.
 *
 * A `parse` that answers `undefined` says that the text does not match; the next rule is tried.
 * `format` raises for a value that it cannot write.
 *
 * ```ts
 * const hex: Converter<number> = {
 *   parse: (text) => (/^[0-9a-f]+$/.test(text) ? Number.parseInt(text, 16) : undefined),
 *   format: (value) => value.toString(16),
 * }
 * app.get('/colors/:color', { params: { color: hex } }, ({ color }) => `${color}`)
 * ```
 */
export interface Converter<T = string> {
  /** Which of two params is tried first: the one of lower weight. Default 50, like the numbers; `string` has 100, `path` 200. */
  readonly weight?: number
  /** Whether it takes more than one segment, slashes included. Default false. Such a param must be the only one in its pattern that does. */
  readonly multiSegment?: boolean
  parse(text: string): T | undefined
  /**
   * Reads what a person typed, for `args.read` and `form.read`: a URL has one spelling for each value,
   * a person has many. Without it, `parse` reads that too.
   */
  read?(text: string): T | undefined
  format(value: T): string
}

/** A converter of any value: what a rule holds once its types have done their work. */
export type AnyConverter = Converter<unknown>

/** A converter that can be used as it is, or called with options for a narrower one. */
export type ConfigurableConverter<T, Options> = Converter<T> & ((options: Options) => Converter<T>)

function configurable<T, Options extends object>(
  make: (options: Partial<Options>) => Converter<T>,
): ConfigurableConverter<T, Options> {
  return Object.assign((options: Options) => make(options), make({}))
}

/** Bounds on a string's length, in characters. */
export interface StringOptions {
  minLength?: number
  maxLength?: number
  length?: number
}

/** Any text without a slash: what a `:param` is without a converter. Options: `minLength` (1), `maxLength`, `length`. */
export const string: ConfigurableConverter<string, StringOptions> = configurable((options) => {
  const shortest = options.length ?? options.minLength ?? 1
  const longest = options.length ?? options.maxLength ?? Infinity
  return {
    weight: 100,
    parse: (text) => (text.length >= shortest && text.length <= longest ? text : undefined),
    read: (text) => (text.length >= (options.length ?? options.minLength ?? 0) && text.length <= longest ? text : undefined), // prettier-ignore
    format: (value) => {
      const text = toText(value)
      if (text.length >= shortest && text.length <= longest) return text
      throw withCode(
        'ERR_PHIAL_CONVERTER_VALUE',
        new RangeError(`${quote(text)} is not ${shortest} to ${longest} characters long`),
      )
    },
  }
})

/** Bounds on a number, both included, and whether a minus is allowed. */
export interface NumberOptions {
  min?: number
  max?: number
  /** Accepts `-5` too. Default false, or true when `min` is below zero. */
  signed?: boolean
}

/** Bounds on an integer, and how many digits it has. */
export interface IntOptions extends NumberOptions {
  /** Exactly that many digits, with zeros in front: `007`. */
  fixedDigits?: number
}

/**
 * An integer, as a number: `42`, and `007` is 7. Without `signed`, `-5` does not match. Nothing beyond
 * the safe integers, 2^53 - 1, does: use `bigint` for 64-bit ids. What a person typed may have a sign
 * and spaces around it.
 */
export const int: ConfigurableConverter<number, IntOptions> = configurable((options) => {
  const digits = options.fixedDigits === undefined ? '+' : `{${options.fixedDigits}}`
  const syntax = new RegExp(`^${sign(options)}[0-9]${digits}$`)
  const fits = (value: number) => Number.isSafeInteger(value) && within(value, options)
  return {
    weight: 50,
    parse: (text) => (syntax.test(text) && fits(Number(text)) ? Number(text) : undefined),
    read: (text) => (/^\s*[+-]?[0-9]+\s*$/.test(text) ? readWithin(text, options, Number.isSafeInteger) : undefined), // prettier-ignore
    format: (given) => {
      const value = toNumber(given)
      if (!fits(value))
        throw withCode(
          'ERR_PHIAL_CONVERTER_VALUE',
          new RangeError(`${value} is not an integer${bounds(options)}`),
        )
      const text = String(Math.abs(value)).padStart(options.fixedDigits ?? 0, '0')
      return value < 0 ? `-${text}` : text
    },
  }
})

/** The largest integers of a 64-bit column. */
const UNSIGNED_64 = 2n ** 64n - 1n
const SIGNED_64 = 2n ** 63n

/** Bounds on a `bigint`, both included, and whether a minus is allowed. */
export interface BigintOptions {
  /** Default 0, or -2^63 if `signed`. */
  min?: bigint
  /** Default 2^64 - 1. At most that. */
  max?: bigint
  /** Accepts `-5` too. Default false, or true when `min` is below zero. */
  signed?: boolean
}

/**
 * An integer of up to 64 bits, as a `bigint`: what databases and services call a snowflake id, which
 * `int` cannot hold exactly. JSON has no such type: answer with `String(id)`.
 *
 * ```ts
 * app.get('/users/:id', { params: { id: bigint } }, ({ id }) => `${id}`) // '/users/1797231234567890123'
 * ```
 */
export const bigint: ConfigurableConverter<bigint, BigintOptions> = configurable((options) => {
  const { max = UNSIGNED_64 } = options
  const allowsMinus = options.signed ?? (options.min !== undefined && options.min < 0n)
  const min = options.min ?? (allowsMinus ? -SIGNED_64 : 0n)
  const fits = (value: bigint): boolean =>
    value >= min && value <= max && (allowsMinus || value >= 0n)
  const parse = (text: string): bigint | undefined => {
    // Longer ones are zeros or too large, and take time to read.
    if (!/^-?[0-9]{1,20}$/.test(text)) return undefined
    const value = BigInt(text)
    return fits(value) && (allowsMinus || text[0] !== '-') ? value : undefined
  }
  return {
    weight: 50,
    parse,
    read: (text) => parse(text.trim().replace(/^\+(?=[0-9])/, '')),
    format: (given) => {
      const text = toText(given)
      const value = parse(text)
      if (value !== undefined) return `${value}`
      throw withCode(
        'ERR_PHIAL_CONVERTER_VALUE',
        new RangeError(`${quote(text)} is not an integer from ${min} to ${max}`),
      )
    },
  }
})

/**
 * A number with a point: `1.5`. `1` does not match. Without `signed`, neither does `-1.5`. Never written
 * with an exponent. What a person typed may be `5`, `.5`, `-1.5` or `1e3`, with spaces around it.
 */
export const float: ConfigurableConverter<number, NumberOptions> = configurable((options) => {
  const syntax = new RegExp(`^${sign(options)}[0-9]+\\.[0-9]+$`)
  const fits = (value: number) => Number.isFinite(value) && within(value, options)
  return {
    weight: 55,
    parse: (text) => (syntax.test(text) && fits(Number(text)) ? Number(text) : undefined),
    read: (text) => readWithin(text, options, Number.isFinite),
    format: (given) => {
      const value = toNumber(given)
      if (!fits(value))
        throw withCode(
          'ERR_PHIAL_CONVERTER_VALUE',
          new RangeError(`${value} is not a number${bounds(options)}`),
        )
      return withoutExponent(value)
    },
  }
})

/** Text with slashes in it, not at its start. As `*name`, a wildcard is the same with the lowest precedence. */
export const path: Converter = {
  weight: 200,
  multiSegment: true,
  parse: (text) => text,
  format: toText,
}

/** What a `*wildcard` is without a converter. */
export const wildcard: Converter = { ...path, weight: 300 }

/**
 * One of the values given.
 *
 * ```ts
 * app.get('/:lang', { params: { lang: any('en', 'de') } }, ({ lang }) => lang)
 * ```
 */
export function any<const Values extends readonly string[]>(
  ...values: Values
): Converter<Values[number]> {
  const unusable = values.find((value) => value === '' || value.includes('/'))
  if (unusable !== undefined || values.length === 0) {
    throw withCode(
      'ERR_PHIAL_CONVERTER_INVALID',
      new TypeError(
        `any(${values.map(quote).join(', ')}) needs values that fill one segment: at least one, none empty, none with a slash`,
      ),
    )
  }
  const find = (text: string) => values.find((value) => value === text)
  return {
    weight: 40,
    parse: find,
    format: (value) => {
      const found = find(toText(value))
      if (found !== undefined) return found
      throw withCode(
        'ERR_PHIAL_CONVERTER_VALUE',
        new RangeError(`${quote(toText(value))} is none of ${values.map(quote).join(', ')}`),
      )
    },
  }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** A UUID in either case; the value is in lower case, and so is the URL. */
export const uuid: Converter = {
  weight: 45,
  parse: (text) => (UUID.test(text) ? text.toLowerCase() : undefined),
  read: (text) => (UUID.test(text.trim()) ? text.trim().toLowerCase() : undefined),
  format: (value) => {
    const text = toText(value)
    if (UUID.test(text)) return text.toLowerCase()
    throw withCode('ERR_PHIAL_CONVERTER_VALUE', new RangeError(`${quote(text)} is not a UUID`))
  },
}

/** The weight of a converter that names none. */
export function weightOf(converter: AnyConverter): number {
  return converter.weight ?? (converter.multiSegment === true ? 200 : 50)
}

function sign(options: NumberOptions): string {
  return least(options) < 0 ? '-?' : ''
}

/** The least number allowed: zero, if minus signs are not. */
function least({ min, signed }: NumberOptions): number {
  const allowsMinus = signed ?? (min !== undefined && min < 0)
  return allowsMinus ? (min ?? -Infinity) : Math.max(min ?? 0, 0)
}

function within(value: number, options: NumberOptions): boolean {
  return value >= least(options) && value <= (options.max ?? Infinity)
}

const TYPED = /^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:e[+-]?[0-9]+)?$/i

/** Reads a decimal number as a person types it: `5`, `-1.5`, `.5`, `+5`, ` 5 `, `1e3`. `undefined` for anything else. */
export function readNumber(text: string): number | undefined {
  const trimmed = text.trim()
  // Minus zero is nothing that anybody means.
  return TYPED.test(trimmed) ? Number(trimmed) + 0 : undefined
}

/** A number as a person types it, within the bounds that were given: a minus is refused only if `signed` is false. */
function readWithin(
  text: string,
  { min = -Infinity, max = Infinity, signed = true }: NumberOptions,
  isOfKind: (value: number) => boolean,
): number | undefined {
  const value = readNumber(text)
  if (value === undefined || !isOfKind(value) || (value < 0 && !signed)) return undefined
  return value >= min && value <= max ? value : undefined
}

function bounds(options: NumberOptions): string {
  return ` from ${least(options)} to ${options.max ?? Infinity}`
}

/** A URL's values are not type-checked, so what comes here may be anything. */
function toText(given: unknown): string {
  if (typeof given === 'string') return given
  if (typeof given === 'number' || typeof given === 'bigint') return `${given}`
  throw withCode(
    'ERR_PHIAL_CONVERTER_VALUE',
    new TypeError(`${typeof given} is no text: give a string or a number`),
  )
}

/** Numbers often come as text, from a form or another param. Empty text is no number. */
function toNumber(given: unknown): number {
  return typeof given === 'string' && given.trim() === '' ? Number.NaN : Number(given)
}

/** The shortest digits that read back as the same number, always with a point. */
function withoutExponent(value: number): string {
  const [mantissa = '', exponent] = String(Math.abs(value)).split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  const point = whole.length + Number(exponent ?? 0)
  const digits = (whole + fraction).padStart(
    whole.length + fraction.length + Math.max(0, 1 - point),
    '0',
  )
  const at = Math.max(point, 1)
  const text = `${digits.slice(0, at).padEnd(at, '0')}.${digits.slice(at) || '0'}`
  return value < 0 ? `-${text}` : text
}

function quote(text: string): string {
  return JSON.stringify(text)
}
