/**
 * The other way round: from an endpoint and values to a path.
 */
import { withCode } from '@phial/core'
import { guard } from '../helpers/guards.ts'
import { wrongArgument } from '../helpers/arguments.ts'
import { wellFormed } from '../helpers/markup.ts'
import { nearest } from '../helpers/nearest.ts'
import type { AnyConverter } from './converters.ts'
import type { Param, Shape } from './pattern.ts'
import { converterOf } from './steps.ts'

/** Values for a URL: those that the pattern names go into its path, the others into the query. */
export type UrlValues = { readonly [name: string]: unknown }

/** What building needs to know of a rule. */
export interface Buildable {
  readonly pattern: string
  readonly endpoint: string
  readonly methods: readonly string[]
  readonly shapes: readonly Shape[]
  /** The shapes of the host that it is bound to, label by label; `undefined` if it answers on any. */
  readonly hosts: readonly Shape[] | undefined
  readonly converters: ReadonlyMap<string, AnyConverter>
  readonly defaults: UrlValues
  readonly alias: boolean
  readonly buildOnly: boolean
}

/** No URL could be built. The message names what is missing, or the nearest endpoints. */
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

/** A path without the slashes at its end. A regular expression would try each slash of `////…x` in turn. */
export function withoutLastSlashes(path: string): string {
  let end = path.length
  while (path[end - 1] === '/') end -= 1
  return path.slice(0, end)
}

/** Writes a path, without a query. Raises `BuildError` for a value that does not fit. */
export function fillPath(shape: Shape, rule: Buildable, values: UrlValues): string {
  const write = (piece: string | Param): string =>
    encodePathText(typeof piece === 'string' ? piece : format(piece, rule, values))
  const path = shape.map((segment) => segment.map(write).join('')).join('/')
  return `/${path.replace(/^\/+/, '')}`
}

/** Writes a host of labels, in lower case. Raises `BuildError` for a value that fills none. */
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

/** The error for an endpoint whose rules do not fit. */
export function couldNotBuild(
  endpoint: string,
  reason: string,
  values: UrlValues,
  options?: ErrorOptions,
): BuildError {
  const message = `Could not build a URL for endpoint ${quote(endpoint)}${reason}`
  return withCode('ERR_PHIAL_URL_VALUES', new BuildError(message, endpoint, values, options))
}

/** The error for an endpoint that no rule has. */
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

/** Converts a value for the query. An object that prints as `[object Object]`, such as a forgotten promise, is a mistake. */
function queryText(name: string, value: unknown): string {
  const isText = typeof value !== 'symbol' && typeof value !== 'function'
  if (isText && !(typeof value === 'object' && /^\[object .*\]$/.test(String(value))))
    return String(value)
  throw wrongArgument(`urlFor: the value of ${name}`, 'a string, a number or a boolean', value)
}

/** The values that the path has no place for. A list repeats its name; `null` and `undefined` are left out. */
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

/** Whether a value counts as one. */
export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null
}

/** What stays as it is in a path: RFC 3986's `pchar`, the slash, and nothing else. */
const NOT_IN_PATH = /[^\w.~!$&'()*+,/:;=@-]+/gu

/** Text as it stands in a URL's path: UTF-8, percent-encoded where it has to be. A half of a character becomes U+FFFD. */
export function encodePathText(text: string): string {
  return text.replace(NOT_IN_PATH, (part) => encodeURIComponent(wellFormed(part)))
}

/** An anchor, without its `#`: may hold `?` as well. */
export function encodeAnchor(text: string): string {
  return text.split('?').map(encodePathText).join('?')
}

function quote(text: string): string {
  return JSON.stringify(text)
}
