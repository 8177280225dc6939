/** Converters: which texts a param accepts, how they become values, and how values are formatted in a URL. */
import { withCode } from '@phial/core'

/**
 * Parses the text of a param to a value, and formats a value as text.
 *
 * `parse` returns `undefined` if the text does not match; then the next rule is tried. `format` throws for a value that it
 * cannot format.
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
  /** The precedence of a param: lower weights are tried first. Default 50, as for numbers; `string` has 100, `path` 200. */
  readonly weight?: number
  /** Whether it matches several segments, including slashes. Default false. A pattern may have only one such param. */
  readonly multiSegment?: boolean
  parse(text: string): T | undefined
  /**
   * Parses text as a person types it, for `args.read` and `form.read`. A URL has one spelling for each value, while people
   * use many. Default: `parse`.
   */
  read?(text: string): T | undefined
  format(value: T): string
}

/** A converter with any type of value. */
export type AnyConverter = Converter<unknown>

/** A converter that can be used directly, or called with options for a narrower one. */
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

/** Any text without a slash: the default converter of a `:param`. Options: `minLength` (1), `maxLength`, `length`. */
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
        new RangeError(`expected ${shortest} to ${longest} characters, received ${quote(text)}`),
      )
    },
  }
})

/** Inclusive bounds of a number, and whether a minus sign is allowed. */
export interface NumberOptions {
  min?: number
  max?: number
  /** Accepts `-5` too. Default false, or true when `min` is below zero. */
  signed?: boolean
}

/** Bounds of an integer, and its number of digits. */
export interface IntOptions extends NumberOptions {
  /** The exact number of digits, with leading zeros: `007`. */
  fixedDigits?: number
}

/**
 * An integer as a number: `42`; `007` is 7. Without `signed`, `-5` does not match. Integers beyond the safe range, 2^53 - 1,
 * do not match: use `bigint` for 64-bit ids. `read` also accepts a sign and surrounding spaces.
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
          new RangeError(`expected an integer${bounds(options)}, received ${value}`),
        )
      const text = String(Math.abs(value)).padStart(options.fixedDigits ?? 0, '0')
      return value < 0 ? `-${text}` : text
    },
  }
})

/** The largest integers of a 64-bit column. */
const UNSIGNED_64 = 2n ** 64n - 1n
const SIGNED_64 = 2n ** 63n

/** Inclusive bounds of a `bigint`, and whether a minus sign is allowed. */
export interface BigintOptions {
  /** Default 0, or -2^63 if `signed`. */
  min?: bigint
  /** Default and maximum: 2^64 - 1. */
  max?: bigint
  /** Accepts `-5` too. Default false, or true when `min` is below zero. */
  signed?: boolean
}

/**
 * An integer of up to 64 bits as a `bigint`, such as the snowflake ids of databases and services, which `int` cannot
 * represent exactly. JSON has no such type: send `String(id)`.
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
    // Longer texts have leading zeros or are too large, and take long to parse.
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
        new RangeError(`expected an integer from ${min} to ${max}, received ${quote(text)}`),
      )
    },
  }
})

/**
 * A number with a decimal point: `1.5`. `1` does not match. Without `signed`, `-1.5` does not match either. It is never
 * formatted with an exponent. `read` also accepts `5`, `.5`, `-1.5` and `1e3`, with surrounding spaces.
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
          new RangeError(`expected a number${bounds(options)}, received ${value}`),
        )
      return withoutExponent(value)
    },
  }
})

/** Text that may contain slashes, but not at its start. A wildcard `*name` is the same with the lowest precedence. */
export const path: Converter = {
  weight: 200,
  multiSegment: true,
  parse: (text) => text,
  format: toText,
}

/** The default converter of a `*wildcard`. */
export const wildcard: Converter = { ...path, weight: 300 }

/**
 * One of the given values.
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
        new RangeError(
          `expected one of ${values.map(quote).join(', ')}, received ${quote(toText(value))}`,
        ),
      )
    },
  }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** A UUID in upper or lower case. The value and the URL are in lower case. */
export const uuid: Converter = {
  weight: 45,
  parse: (text) => (UUID.test(text) ? text.toLowerCase() : undefined),
  read: (text) => (UUID.test(text.trim()) ? text.trim().toLowerCase() : undefined),
  format: (value) => {
    const text = toText(value)
    if (UUID.test(text)) return text.toLowerCase()
    throw withCode(
      'ERR_PHIAL_CONVERTER_VALUE',
      new RangeError(`expected a UUID, received ${quote(text)}`),
    )
  },
}

/** Returns the weight of a converter, or its default. */
export function weightOf(converter: AnyConverter): number {
  return converter.weight ?? (converter.multiSegment === true ? 200 : 50)
}

function sign(options: NumberOptions): string {
  return least(options) < 0 ? '-?' : ''
}

/** Returns the minimum: zero if minus signs are not allowed. */
function least({ min, signed }: NumberOptions): number {
  const allowsMinus = signed ?? (min !== undefined && min < 0)
  return allowsMinus ? (min ?? -Infinity) : Math.max(min ?? 0, 0)
}

function within(value: number, options: NumberOptions): boolean {
  return value >= least(options) && value <= (options.max ?? Infinity)
}

const TYPED = /^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:e[+-]?[0-9]+)?$/i

/** Parses a decimal number as a person types it: `5`, `-1.5`, `.5`, `+5`, ` 5 `, `1e3`. `undefined` for anything else. */
export function readNumber(text: string): number | undefined {
  const trimmed = text.trim()
  // Minus zero is never intended.
  return TYPED.test(trimmed) ? Number(trimmed) + 0 : undefined
}

/** Parses a number as a person types it, within the bounds. A minus sign is rejected only if `signed` is false. */
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

/** Converts a value of a URL to text. The values are not type-checked, so any type is possible. */
function toText(given: unknown): string {
  if (typeof given === 'string') return given
  if (typeof given === 'number' || typeof given === 'bigint') return `${given}`
  throw withCode(
    'ERR_PHIAL_CONVERTER_VALUE',
    new TypeError(`expected a string or a number, received ${typeof given}`),
  )
}

/** Converts a value of a URL to a number, also from text, for example of a form or another param. Empty text is `NaN`. */
function toNumber(given: unknown): number {
  return typeof given === 'string' && given.trim() === '' ? Number.NaN : Number(given)
}

/** Formats a number with the fewest digits that parse to the same number, always with a decimal point. */
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
