/** Builds paths and queries from values. */
import { withCode } from '@phial/core'
import { guard } from '../helpers/guards.ts'
import { wrongArgument } from '../helpers/arguments.ts'
import { wellFormed } from '../helpers/markup.ts'
import { nearest } from '../helpers/nearest.ts'
import type { AnyConverter } from './converters.ts'
import type { Param, Shape } from './pattern.ts'
import { converterOf } from './steps.ts'

/** Values for a URL. Those that the pattern names are in its path, the others in the query. */
export type UrlValues = { readonly [name: string]: unknown }

/** The part of a rule that building a URL needs. */
export interface Buildable {
  readonly pattern: string
  readonly endpoint: string
  readonly methods: readonly string[]
  readonly shapes: readonly Shape[]
  /** The shapes of its host; `undefined` for any host. */
  readonly hosts: readonly Shape[] | undefined
  readonly converters: ReadonlyMap<string, AnyConverter>
  readonly defaults: UrlValues
  readonly alias: boolean
  readonly buildOnly: boolean
}

/** The error for a URL that cannot be built. The message names the missing values, or the nearest endpoints. */
export class BuildError extends Error {
  override name = 'BuildError'
  readonly endpoint: string
  readonly values: UrlValues

  constructor(message: string, endpoint: string, values: UrlValues, options?: ErrorOptions) {
    super(message, options)
    this.endpoint = endpoint
    this.values = values
  }
}

/** Returns a path without trailing slashes. A regular expression would take quadratic time for `////…x`. */
export function withoutLastSlashes(path: string): string {
  let end = path.length
  while (path[end - 1] === '/') end -= 1
  return path.slice(0, end)
}

/** Returns a path without a query. Throws `BuildError` for a value that its converter rejects. */
export function fillPath(shape: Shape, rule: Buildable, values: UrlValues): string {
  const textOf = (piece: string | Param): string =>
    encodePathText(typeof piece === 'string' ? piece : format(piece, rule, values))
  const path = shape.map((segment) => segment.map(textOf).join('')).join('/')
  return `/${path.replace(/^\/+/, '')}`
}

/** Returns a host in lower case. Throws `BuildError` for a value that is not a valid label. */
export function fillHost(shape: Shape, rule: Buildable, values: UrlValues): string {
  const write = (piece: string | Param): string => {
    if (typeof piece === 'string') return piece
    const text = format(piece, rule, values).toLowerCase()
    if (/^[\w-]+$/.test(text)) return text
    throw unfit(rule, piece, `${quote(text)} cannot be a part of a host's name`, values)
  }
  return shape.map((label) => label.map(write).join('')).join('.')
}

function format(param: Param, rule: Buildable, values: UrlValues): string {
  let text
  try {
    text = converterOf(param, rule.converters).format(values[param.name])
  } catch (error) {
    guard(values[param.name])
    throw unfit(rule, param, error instanceof Error ? error.message : String(error), values, error)
  }
  if (text === '') throw unfit(rule, param, 'it would be empty', values)
  return text
}

function unfit(
  { endpoint, pattern }: Buildable,
  { name }: Param,
  reason: string,
  values: UrlValues,
  cause?: unknown,
): BuildError {
  return couldNotBuild(endpoint, ` (${pattern}): ${name}: ${reason}.`, values, { cause })
}

/** Returns the error for values that no rule of an endpoint accepts. */
export function couldNotBuild(
  endpoint: string,
  reason: string,
  values: UrlValues,
  options?: ErrorOptions,
): BuildError {
  const message = `Could not build a URL for endpoint ${quote(endpoint)}${reason}`
  return withCode('ERR_PHIAL_URL_VALUES', new BuildError(message, endpoint, values, options))
}

/** Returns the error for an unknown endpoint. */
export function unknownEndpoint(
  endpoint: string,
  known: Iterable<string>,
  values: UrlValues,
): BuildError {
  const names = [...known]
  const near = nearest(endpoint, names).map(quote)
  const help =
    near.length > 0
      ? ` Did you mean ${near.join(' or ')}?`
      : ` There ${names.length === 1 ? 'is' : 'are'} ${names.toSorted().slice(0, 20).map(quote).join(', ') || 'no endpoints yet'}.`
  return withCode(
    'ERR_PHIAL_ENDPOINT_UNKNOWN',
    new BuildError(`No route has the endpoint ${quote(endpoint)}.${help}`, endpoint, values),
  )
}

/** Converts a value for the query. An object without its own way to print, such as a forgotten promise, is a mistake. */
function queryText(name: string, value: unknown): string {
  const isText = typeof value !== 'symbol' && typeof value !== 'function'
  if (isText && !(typeof value === 'object' && isUnprintable(value))) return String(value)
  throw wrongArgument(`urlFor: the value of ${name}`, 'a string, a number or a boolean', value)
}

/** Reports whether an object would be printed as `[object Object]`, or could not be printed at all. */
function isUnprintable(value: object | null): boolean {
  if (value === null) return false
  const print: unknown = Reflect.get(value, 'toString')
  return typeof print !== 'function' || print === Object.prototype.toString
}

/** Returns the query with the values that are not in the path. An array repeats its name; `null` and `undefined` are omitted. */
export function queryOf(values: UrlValues, taken: ReadonlySet<string>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) {
    if (taken.has(name)) continue
    for (const item of Array.isArray(value) ? value : [value]) {
      if (isGiven(item)) query.append(name, queryText(name, item))
    }
  }
  return query.size === 0 ? '' : `?${query.toString()}`
}

/** Reports whether a value is neither `undefined` nor `null`. */
export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null
}

/** Characters that must be encoded in a path: all but RFC 3986's `pchar` and the slash. */
const NOT_IN_PATH = /[^\w.~!$&'()*+,/:;=@-]+/gu

/** Percent-encodes text for a URL's path, as UTF-8. A lone surrogate becomes U+FFFD. */
export function encodePathText(text: string): string {
  return text.replace(NOT_IN_PATH, (part) => encodeURIComponent(wellFormed(part)))
}

/** Percent-encodes an anchor without its `#`, which may also contain `?`. */
export function encodeAnchor(text: string): string {
  return text.split('?').map(encodePathText).join('?')
}

function quote(text: string): string {
  return JSON.stringify(text)
}
