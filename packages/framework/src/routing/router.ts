/**
 * The rules of an app: added one by one, matched by path and method, built into URLs.
 */
import { type AnyConverter, type Converter } from './converters.ts'
import type { ConvertersFor } from './params.ts'
import { paramsOf, parsePattern, PatternError, type Shape } from './pattern.ts'
import { nearest } from '../nearest.ts'
import { converterOf, isPlain } from './steps.ts'
import { Tree } from './tree.ts'
import {
  type Buildable,
  buildPath,
  encodePathText,
  EndpointRules,
  unknownEndpoint,
  type UrlValues,
} from './url.ts'

/** How a rule behaves. */
export interface RuleOptions<Pattern extends string = string> {
  /** The name by which `urlFor` knows it. */
  endpoint?: string
  /** The methods it answers. Default `['GET']`; `HEAD` comes with `GET`, `OPTIONS` by itself. */
  methods?: readonly string[]
  /** The params' converters. Default: `string` for `:name`, any text for `*name`. */
  params?: ConvertersFor<Pattern>
  /** Whether a slash at the end counts. Default true: `/dir` is sent to `/dir/`, and `/leaf/` is not found. If false, both are the rule's. */
  strictSlashes?: boolean
  /** Whether doubled slashes are sent to the path with single ones. Default true. */
  mergeSlashes?: boolean
  /** Whether `OPTIONS` is answered with the methods allowed. Default true. */
  provideAutomaticOptions?: boolean
}

/** A rule, with what was registered for it. */
export interface Rule<T = unknown> extends Buildable {
  readonly strictSlashes: boolean
  readonly mergeSlashes: boolean
  readonly provideAutomaticOptions: boolean
  /** What a match leads to; for an app, its view. */
  readonly target: T
}

/** What a path and a method mean. */
export type Match<T> =
  | { readonly kind: 'found'; readonly rule: Rule<T>; readonly values: Record<string, unknown> }
  /** The same resource has another path; `path` is that, percent-encoded. */
  | { readonly kind: 'redirect'; readonly path: string }
  /** The path exists, the method does not; `allow` has those that do, `HEAD` and `OPTIONS` included. */
  | { readonly kind: 'wrong-method'; readonly allow: readonly string[] }
  | { readonly kind: 'not-found' }

/**
 * A table of rules.
 *
 * ```ts
 * const router = new Router<string>()
 * router.add('/posts/:id', 'show a post', { endpoint: 'post', params: { id: int } })
 * router.match('GET', '/posts/7')     // { kind: 'found', rule, values: { id: 7 } }
 * router.build('post', { id: 7 })     // '/posts/7'
 * ```
 */
export class Router<T = unknown> implements Iterable<Rule<T>> {
  readonly #tree = new Tree<Rule<T>>()
  readonly #rules: Rule<T>[] = []
  readonly #endpoints = new Map<string, EndpointRules>()

  /** Adds a rule. Raises `PatternError` for a pattern that cannot be read, and an `Error` if another rule has the same path and method. */
  add<const Pattern extends string>(
    pattern: Pattern,
    target: T,
    options: RuleOptions<Pattern> = {},
  ): Rule<T> {
    const rule = makeRule(pattern, target, options)
    for (const shape of rule.shapes) {
      const taken = this.#tree.add(rule, shape, rule.converters)
      if (taken !== undefined) throw duplicate(rule, taken)
    }
    this.#rules.push(rule)
    const endpoint = this.#endpoints.get(rule.endpoint) ?? new EndpointRules()
    endpoint.add(rule)
    this.#endpoints.set(rule.endpoint, endpoint)
    return rule
  }

  /** Finds the rule for a method and a path, which is text, percent-decoded, and starts with a slash. */
  match(method: string, path: string): Match<T> {
    const direct = this.#find(method, path)
    if (direct.kind !== 'not-found' || !path.includes('//')) return direct
    const single = path.replaceAll(/\/{2,}/g, '/')
    const merged = this.#find(method, single)
    if (merged.kind !== 'found') return merged.kind === 'redirect' ? merged : direct
    return merged.rule.mergeSlashes ? { kind: 'redirect', path: encodePathText(single) } : direct
  }

  #find(method: string, path: string): Match<T> {
    const found = this.#tree.find(path, method)
    if ('allow' in found) {
      if (found.allow.size === 0) return { kind: 'not-found' }
      return { kind: 'wrong-method', allow: [...found.allow].toSorted() }
    }
    if (found.slashMissing) return { kind: 'redirect', path: encodePathText(`${path}/`) }
    const { rule, names, values: given } = found
    const values: Record<string, unknown> = {}
    for (let index = 0; index < names.length; index += 1) values[names[index] ?? ''] = given[index]
    return { kind: 'found', rule, values }
  }

  /** Builds the path and query for an endpoint. Raises `BuildError` if it is unknown, a value is missing, or one does not fit its param. */
  build(endpoint: string, values: UrlValues = {}, options: { method?: string } = {}): string {
    const rules = this.#endpoints.get(endpoint)
    if (rules === undefined) throw unknownEndpoint(endpoint, this.#endpoints.keys(), values)
    return buildPath(endpoint, rules, values, options.method?.toUpperCase())
  }

  /** The rules in the order in which they were added. */
  [Symbol.iterator](): IterableIterator<Rule<T>> {
    return this.#rules.values()
  }
}

function makeRule<T>(pattern: string, target: T, options: RuleOptions): Rule<T> {
  const shapes = parsePattern(pattern)
  const converters = new Map(Object.entries(options.params ?? {}).filter(isPresent))
  for (const shape of shapes) checkConverters(pattern, shape, converters)
  checkUnused(pattern, shapes, converters)
  return {
    pattern,
    shapes,
    converters,
    target,
    endpoint: options.endpoint ?? pattern,
    methods: readMethods(pattern, options.methods),
    strictSlashes: options.strictSlashes ?? true,
    mergeSlashes: options.mergeSlashes ?? true,
    provideAutomaticOptions: options.provideAutomaticOptions ?? true,
  }
}

function isPresent<T>(entry: [string, T | undefined]): entry is [string, T] {
  return entry[1] !== undefined
}

function readMethods(pattern: string, given: readonly string[] = ['GET']): string[] {
  if (!Array.isArray(given) || given.length === 0) {
    throw new TypeError(
      `The methods of ${quote(pattern)} have to be a list with at least one in it, such as ['GET', 'POST']; this is ${JSON.stringify(given)}.`,
    )
  }
  return [...new Set(given.map((method) => String(method).toUpperCase()))]
}

/** Params across segments: alone in their segment, and the only one in their pattern unless they take any text. */
function checkConverters(
  pattern: string,
  shape: Shape,
  converters: ReadonlyMap<string, AnyConverter>,
): void {
  const several = paramsOf(shape).filter((param) => isMulti(converterOf(param, converters)))
  const own = several.find((param) => !isPlain(converterOf(param, converters)))
  if (own !== undefined && several.length > 1) {
    throw new PatternError(
      `Pattern ${quote(pattern)}: ${own.name} has a converter of its own for several segments, so no other param may take several. Otherwise matching could cost more than the path is long.`,
    )
  }
  for (const param of paramsOf(shape)) {
    const converter = converterOf(param, converters)
    if (param.wildcard && !isMulti(converter)) {
      throw new PatternError(
        `Pattern ${quote(pattern)}: the converter of *${param.name} takes one segment. Write :${param.name}, or set multiSegment in the converter.`,
      )
    }
    const segment = shape.find((one) => one.includes(param)) ?? []
    if (isMulti(converter) && segment.filter((piece) => typeof piece !== 'string').length > 1) {
      throw new PatternError(
        `Pattern ${quote(pattern)}: ${param.name} takes several segments, so it cannot share one with another param. Put a slash between them.`,
      )
    }
  }
}

function isMulti(converter: AnyConverter): boolean {
  return converter.multiSegment === true
}

function checkUnused(
  pattern: string,
  shapes: readonly Shape[],
  converters: ReadonlyMap<string, Converter<unknown>>,
): void {
  const names = shapes.flatMap(paramsOf).map((param) => param.name)
  for (const [name, converter] of converters) {
    if (typeof converter?.parse !== 'function' || typeof converter.format !== 'function') {
      throw new TypeError(
        `Pattern ${quote(pattern)}: the converter of ${name} needs the functions parse and format, as int and uuid have.`,
      )
    }
    if (names.includes(name)) continue
    const [near] = nearest(name, names)
    throw new PatternError(
      `Pattern ${quote(pattern)} has no param ${quote(name)}, but a converter for it.${near === undefined ? '' : ` Did you mean ${quote(near)}?`}`,
    )
  }
}

function duplicate(rule: Rule, taken: Rule): Error {
  const methods = rule.methods.filter((method) => taken.methods.includes(method)).join(', ')
  return new Error(
    `${methods} ${rule.pattern} (endpoint ${quote(rule.endpoint)}) is taken: ${taken.pattern} (endpoint ${quote(taken.endpoint)}) matches the same paths. Change one of the patterns, or remove one of the routes.`,
  )
}

function quote(text: string): string {
  return JSON.stringify(text)
}
