/** Rules: a pattern and its options, checked once when the rule is added. */
import { withCode } from '@phial/core'
import { nearest } from '../helpers/nearest.ts'
import type { AnyConverter, Converter } from './converters.ts'
import { blueprintOf } from './endpoints.ts'
import { type HostMatching, type HostOptions, hostParams, hostShapes, joinShapes } from './hosts.ts'
import type { ConvertersFor } from './params.ts'
import { paramsOf, parsePattern, PatternError, type Shape } from './pattern.ts'
import { converterOf, isPlain } from './steps.ts'
import type { Buildable, UrlValues } from './url.ts'

/** Options of a rule. */
export interface RuleOptions<Pattern extends string = string> extends HostOptions {
  /** The name for `urlFor`. */
  endpoint?: string
  /** The methods. Default `['GET']`. `HEAD` is added to `GET`, and `OPTIONS` to all. */
  methods?: readonly string[]
  /** The converters of the params. Default: `string` for `:name`, any text for `*name`. */
  params?: ConvertersFor<Pattern>
  /** Values that the pattern omits. A path with a value that is the default is redirected to the path without it. */
  defaults?: UrlValues
  /** Whether this is another URL of the endpoint, which redirects to the URL that `urlFor` builds. Default false. */
  alias?: boolean
  /** Whether the rule exists only for `urlFor` and matches no request. Default false. */
  buildOnly?: boolean
  /** The target of a redirect that replaces the view: a pattern with params, or a function that returns a URL. */
  redirectTo?: RedirectTarget
  /** Whether the trailing slash is significant. Default true: `/dir` redirects to `/dir/`, and `/leaf/` is not found. If false, the rule matches both. */
  strictSlashes?: boolean
  /** Whether a path with double slashes redirects to the path with single slashes. Default true. */
  mergeSlashes?: boolean
  /** Whether to respond to `OPTIONS` with the allowed methods. Default true. */
  provideAutomaticOptions?: boolean
  /** The stack of the call that registers the rule, for errors about its view. */
  source?: { readonly stack?: string } | undefined
}

/** A pattern such as `'/posts/:id'`, filled with the values of the matched rule, or a function that returns a URL for them. */
export type RedirectTarget = string | ((values: never) => string | Promise<string>)

/** A rule with its target. */
export interface Rule<T = unknown> extends Buildable {
  /** The host pattern. */
  readonly host: string | undefined
  /** The subdomain pattern. */
  readonly subdomain: string | undefined
  readonly redirectTo: RedirectTarget | undefined
  /** The methods, including automatic `HEAD` and `OPTIONS`. */
  readonly allMethods: readonly string[]
  readonly strictSlashes: boolean
  readonly mergeSlashes: boolean
  readonly provideAutomaticOptions: boolean
  /** The stack of the call that registered the rule. */
  readonly source: { readonly stack?: string } | undefined
  /** The blueprint of its endpoint: `shop.admin` for `shop.admin.index`. */
  readonly blueprint: string | undefined
  /** The registered value; in an app, the view. */
  readonly target: T
}

/** Makes a rule from a pattern and options. Throws `PatternError` or `TypeError` if they are invalid. */
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
        `Expected a non-empty array such as ['GET', 'POST'] for the methods of ${quote(pattern)}, received ${JSON.stringify(given)}.`,
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

/** Checks that each param of a host is one label. */
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
      `Pattern ${quote(pattern)}: ${several} is in the host, where a param is one label, but its converter matches several segments. Use another converter.`,
    ),
  )
}

/** Checks that a param across segments is alone in its segment, and the only such param of its pattern unless it matches any text. */
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
        `Pattern ${quote(pattern)}: ${own.name} has a custom converter for several segments, so no other param may match several segments. Otherwise the time to match would not be linear in the length of the path.`,
      ),
    )
  }
  for (const param of paramsOf(shape)) {
    const converter = converterOf(param, converters)
    if (param.wildcard && !isMulti(converter)) {
      throw withCode(
        'ERR_PHIAL_PARAM_SEGMENTS',
        new PatternError(
          `Pattern ${quote(pattern)}: the converter of *${param.name} matches one segment. Write :${param.name}, or set multiSegment in the converter.`,
        ),
      )
    }
    const segment = shape.find((one) => one.includes(param)) ?? []
    if (isMulti(converter) && segment.filter((piece) => typeof piece !== 'string').length > 1) {
      throw withCode(
        'ERR_PHIAL_PARAM_SEGMENTS',
        new PatternError(
          `Pattern ${quote(pattern)}: ${param.name} matches several segments, so it cannot share one with another param. Put a slash between them.`,
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
          `Pattern ${quote(pattern)}: the converter of ${name} needs the functions parse and format, like int and uuid.`,
        ),
      )
    }
    if (names.includes(name)) continue
    const [near] = nearest(name, names)
    throw withCode(
      'ERR_PHIAL_CONVERTER_UNUSED',
      new PatternError(
        `Pattern ${quote(pattern)} has a converter for ${quote(name)}, but no param with this name.${near === undefined ? '' : ` Did you mean ${quote(near)}?`}`,
      ),
    )
  }
}

function quote(text: string): string {
  return JSON.stringify(text)
}
