/**
 * The other way round: from an endpoint and values to a path.
 */
import { nearest } from '../nearest.ts'
import type { AnyConverter } from './converters.ts'
import { paramsOf, type Param, type Shape } from './pattern.ts'
import { converterOf } from './steps.ts'

/** Values for a URL: those that the pattern names go into its path, the others into the query. */
export type UrlValues = { readonly [name: string]: unknown }

/** What building needs to know of a rule. */
export interface Buildable {
  readonly pattern: string
  readonly endpoint: string
  readonly methods: readonly string[]
  readonly shapes: readonly Shape[]
  readonly converters: ReadonlyMap<string, AnyConverter>
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

/** One shape of a rule that may become the URL. */
interface Candidate {
  readonly rule: Buildable
  readonly shape: Shape
  readonly params: readonly Param[]
}

/** The rules of one endpoint, ready to build from: the shapes with most params first. */
export class EndpointRules {
  readonly rules: Buildable[] = []
  #candidates: Candidate[] = []

  add(rule: Buildable): void {
    this.rules.push(rule)
    const more = rule.shapes.map((shape) => ({ rule, shape, params: paramsOf(shape) }))
    this.#candidates = [...this.#candidates, ...more].toSorted(
      (one, other) => other.params.length - one.params.length,
    )
  }

  candidates(method: string | undefined): readonly Candidate[] {
    if (method === undefined) return this.#candidates
    return this.#candidates.filter(({ rule }) => rule.methods.includes(method))
  }
}

/** Builds path and query of the rule that fits the values best: of those that have all they need, the one that uses most. */
export function buildPath(
  endpoint: string,
  rules: EndpointRules,
  values: UrlValues,
  method: string | undefined,
): string {
  const candidates = rules.candidates(method)
  const chosen = candidates.find(({ params }) => params.every(({ name }) => isGiven(values[name])))
  if (chosen === undefined) throw missing(endpoint, rules.rules, candidates, values, method)
  return fill(chosen, endpoint, values) + queryOf(values, chosen.params)
}

function fill({ rule, shape }: Candidate, endpoint: string, values: UrlValues): string {
  const write = (piece: string | Param): string => {
    if (typeof piece === 'string') return encodePathText(piece)
    return encodePathText(format(piece, rule, endpoint, values))
  }
  const path = shape.map((segment) => segment.map(write).join('')).join('/')
  return `/${path.replace(/^\/+/, '')}`
}

function format(param: Param, rule: Buildable, endpoint: string, values: UrlValues): string {
  const fail = (reason: string, cause?: unknown): never => {
    const message = `Could not build a URL for endpoint ${quote(endpoint)} (${rule.pattern}): ${param.name}: ${reason}.`
    throw new BuildError(message, endpoint, values, { cause })
  }
  try {
    const text = converterOf(param, rule.converters).format(values[param.name])
    return text === '' ? fail('it would be empty') : text
  } catch (error) {
    if (error instanceof BuildError) throw error
    return fail(error instanceof Error ? error.message : String(error), error)
  }
}

function missing(
  endpoint: string,
  rules: readonly Buildable[],
  candidates: readonly Candidate[],
  values: UrlValues,
  method: string | undefined,
): BuildError {
  const start = `Could not build a URL for endpoint ${quote(endpoint)}`
  const last = candidates.at(-1)
  if (last === undefined) {
    const methods = [...new Set(rules.flatMap((rule) => rule.methods))].join(', ')
    return new BuildError(
      `${start}: it answers ${methods}, not ${method ?? 'any'}.`,
      endpoint,
      values,
    )
  }
  const names = last.params.map(({ name }) => name).filter((name) => !isGiven(values[name]))
  const message = `${start} (${last.rule.pattern}): values are missing: ${names.join(', ')}.`
  return new BuildError(message, endpoint, values)
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
  return new BuildError(`No route has the endpoint ${quote(endpoint)}.${help}`, endpoint, values)
}

/** The values that the path has no place for. A list repeats its name; `null` and `undefined` are left out. */
function queryOf(values: UrlValues, params: readonly Param[]): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) {
    if (params.some((param) => param.name === name)) continue
    for (const item of Array.isArray(value) ? value : [value]) {
      if (isGiven(item)) query.append(name, String(item))
    }
  }
  return query.size === 0 ? '' : `?${query.toString()}`
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null
}

/** What stays as it is in a path: RFC 3986's `pchar`, the slash, and nothing else. */
const NOT_IN_PATH = /[^\w.~!$&'()*+,/:;=@-]+/gu

/** Text as it stands in a URL's path: UTF-8, percent-encoded where it has to be. A half of a character becomes U+FFFD. */
export function encodePathText(text: string): string {
  return text.replace(NOT_IN_PATH, (part) =>
    encodeURIComponent(part.replaceAll(/\p{Surrogate}/gu, '\uFFFD')),
  )
}

/** An anchor, without its `#`: may hold `?` as well. */
export function encodeAnchor(text: string): string {
  return text.split('?').map(encodePathText).join('?')
}

function quote(text: string): string {
  return JSON.stringify(text)
}
