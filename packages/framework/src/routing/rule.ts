/**
 * A rule: a pattern with what was said about it, checked once, when it is added.
 */
import { withCode } from '@phial/core'
import { nearest } from '../helpers/nearest.ts'
import type { AnyConverter, Converter } from './converters.ts'
import { blueprintOf } from './endpoints.ts'
import { type HostMatching, type HostOptions, hostParams, hostShapes, joinShapes } from './hosts.ts'
import type { ConvertersFor } from './params.ts'
import { paramsOf, parsePattern, PatternError, type Shape } from './pattern.ts'
import { converterOf, isPlain } from './steps.ts'
import type { Buildable, UrlValues } from './url.ts'

/** How a rule behaves. */
export interface RuleOptions<Pattern extends string = string> extends HostOptions {
  /** The name by which `urlFor` knows it. */
  endpoint?: string
  /** The methods it answers. Default `['GET']`; `HEAD` comes with `GET`, `OPTIONS` by itself. */
  methods?: readonly string[]
  /** The params' converters. Default: `string` for `:name`, any text for `*name`. */
  params?: ConvertersFor<Pattern>
  /** Values that the pattern leaves out. If the path could do without a value because it is the default, it is sent to the path that does. */
  defaults?: UrlValues
  /** Another address of its endpoint: sent to the one that `urlFor` builds. Default false. */
  alias?: boolean
  /** For `urlFor` only: no path is found by it. Default false. */
  buildOnly?: boolean
  /** Where to send what it finds, instead of to a view: a pattern with params of its own, or a function that returns a URL. */
  redirectTo?: RedirectTarget
  /** Whether a slash at the end counts. Default true: `/dir` is sent to `/dir/`, and `/leaf/` is not found. If false, both are the rule's. */
  strictSlashes?: boolean
  /** Whether doubled slashes are sent to the path with single ones. Default true. */
  mergeSlashes?: boolean
  /** Whether `OPTIONS` is answered with the methods allowed. Default true. */
  provideAutomaticOptions?: boolean
  /** The stack of the call that registers it, for errors that concern its view. */
  source?: { readonly stack?: string } | undefined
}

/** `'/posts/:id'`, with the values of the rule that leads there; or a function that makes a URL of them. */
export type RedirectTarget = string | ((values: never) => string | Promise<string>)

/** A rule, with what was registered for it. */
export interface Rule<T = unknown> extends Buildable {
  /** The host as it was registered. */
  readonly host: string | undefined
  /** The subdomain as it was registered. */
  readonly subdomain: string | undefined
  readonly redirectTo: RedirectTarget | undefined
  /** The methods it answers, with the `HEAD` and the `OPTIONS` that come by themselves. */
  readonly allMethods: readonly string[]
  readonly strictSlashes: boolean
  readonly mergeSlashes: boolean
  readonly provideAutomaticOptions: boolean
  /** The stack of the call that registered it. */
  readonly source: { readonly stack?: string } | undefined
  /** The blueprint that its endpoint belongs to: of `shop.admin.index`, `shop.admin`. */
  readonly blueprint: string | undefined
  /** What a match leads to; for an app, its view. */
  readonly target: T
}

/** Reads a pattern and its options. Raises `PatternError` or `TypeError` for what cannot be. */
export function makeRule<T>(
  pattern: string,
  target: T,
  options: RuleOptions,
  matching: HostMatching,
): Rule<T> {
  const shapes = parsePattern(pattern)
  const hosts = hostShapes(pattern, matching, options)
  const converters = new Map(Object.entries(options.params ?? {}).filter(isPresent))
  const joined = hosts?.flatMap((host) => shapes.map((path) => joinShapes(pattern, host, path)))
  for (const shape of joined ?? shapes) checkConverters(pattern, shape, converters)
  checkHosts(pattern, hosts, converters)
  checkUnused(pattern, joined ?? shapes, converters)
  const methods = readMethods(pattern, options.methods)
  const provideAutomaticOptions = options.provideAutomaticOptions ?? true
  return {
    pattern,
    shapes,
    hosts,
    converters,
    target,
    endpoint: options.endpoint ?? pattern,
    host: options.host,
    subdomain: options.subdomain,
    methods,
    allMethods: withAutomatic(methods, provideAutomaticOptions),
    defaults: { ...options.defaults },
    alias: options.alias ?? false,
    buildOnly: options.buildOnly ?? false,
    redirectTo: options.redirectTo,
    strictSlashes: options.strictSlashes ?? true,
    mergeSlashes: options.mergeSlashes ?? true,
    provideAutomaticOptions,
    source: options.source,
    blueprint: blueprintOf(options.endpoint ?? pattern),
  }
}

function isPresent<T>(entry: [string, T | undefined]): entry is [string, T] {
  return entry[1] !== undefined
}

function readMethods(pattern: string, given: readonly string[] = ['GET']): string[] {
  if (!Array.isArray(given) || given.length === 0) {
    throw withCode(
      'ERR_PHIAL_METHODS_INVALID',
      new TypeError(
        `The methods of ${quote(pattern)} have to be a list with at least one in it, such as ['GET', 'POST']; this is ${JSON.stringify(given)}.`,
      ),
    )
  }
  return [...new Set(given.map((method) => String(method).toUpperCase()))]
}

function withAutomatic(methods: readonly string[], automaticOptions: boolean): string[] {
  const all = new Set(methods)
  if (all.has('GET')) all.add('HEAD')
  if (automaticOptions) all.add('OPTIONS')
  return [...all].toSorted()
}

/** A param of a host takes one label. */
function checkHosts(
  pattern: string,
  hosts: readonly Shape[] | undefined,
  converters: ReadonlyMap<string, AnyConverter>,
): void {
  const several = hostParams(hosts).find((name) => converters.get(name)?.multiSegment === true)
  if (several === undefined) return
  throw withCode(
    'ERR_PHIAL_HOST_PATTERN',
    new PatternError(
      `Pattern ${quote(pattern)}: ${several} stands in the host, where a param takes one label, but its converter takes several segments. Give it another converter.`,
    ),
  )
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
    throw withCode(
      'ERR_PHIAL_PARAM_SEGMENTS',
      new PatternError(
        `Pattern ${quote(pattern)}: ${own.name} has a converter of its own for several segments, so no other param may take several. Otherwise matching could cost more than the path is long.`,
      ),
    )
  }
  for (const param of paramsOf(shape)) {
    const converter = converterOf(param, converters)
    if (param.wildcard && !isMulti(converter)) {
      throw withCode(
        'ERR_PHIAL_PARAM_SEGMENTS',
        new PatternError(
          `Pattern ${quote(pattern)}: the converter of *${param.name} takes one segment. Write :${param.name}, or set multiSegment in the converter.`,
        ),
      )
    }
    const segment = shape.find((one) => one.includes(param)) ?? []
    if (isMulti(converter) && segment.filter((piece) => typeof piece !== 'string').length > 1) {
      throw withCode(
        'ERR_PHIAL_PARAM_SEGMENTS',
        new PatternError(
          `Pattern ${quote(pattern)}: ${param.name} takes several segments, so it cannot share one with another param. Put a slash between them.`,
        ),
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
      throw withCode(
        'ERR_PHIAL_CONVERTER_INVALID',
        new TypeError(
          `Pattern ${quote(pattern)}: the converter of ${name} needs the functions parse and format, as int and uuid have.`,
        ),
      )
    }
    if (names.includes(name)) continue
    const [near] = nearest(name, names)
    throw withCode(
      'ERR_PHIAL_CONVERTER_UNUSED',
      new PatternError(
        `Pattern ${quote(pattern)} has no param ${quote(name)}, but a converter for it.${near === undefined ? '' : ` Did you mean ${quote(near)}?`}`,
      ),
    )
  }
}

function quote(text: string): string {
  return JSON.stringify(text)
}
