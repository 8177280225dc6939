/** The rules of one endpoint: which of them builds its URL, and which redirect to it. */
import { isDeepStrictEqual } from 'node:util'
import { type Param, paramsOf, type Shape } from './pattern.ts'
import {
  type Buildable,
  BuildError,
  couldNotBuild,
  fillHost,
  fillPath,
  isGiven,
  queryOf,
  type UrlValues,
} from './url.ts'

/** One shape of a rule with one shape of its host: a form that a URL may have. */
export interface Candidate<R extends Buildable = Buildable> {
  readonly rule: R
  readonly group: EndpointRules<R>
  /** The labels of its host; `undefined` for any host. */
  readonly host: Shape | undefined
  readonly shape: Shape
  readonly params: readonly Param[]
  /** The rule's defaults for params that this shape omits. */
  readonly defaults: UrlValues
  /** The names that it has a value for: its params and its defaults. */
  readonly names: ReadonlySet<string>
}

/** A URL without its origin. `host` is the host or subdomain of the rule, if it has one. */
export interface Address {
  readonly host: string | undefined
  /** Path and query, percent-encoded. */
  readonly path: string
}

/** The rules of one endpoint, the best ones first: aliases are last, and rules with more values come before those with fewer. */
export class EndpointRules<R extends Buildable = Buildable> {
  readonly endpoint: string
  readonly #rules: R[] = []
  #candidates: Candidate<R>[] = []
  /** Whether one URL may redirect to another, because there are defaults or aliases. */
  redirects: boolean = false

  constructor(endpoint: string) {
    this.endpoint = endpoint
  }

  /** Reports whether one of the rules has all of these params. */
  hasParams(names: readonly string[]): boolean {
    return this.#candidates.some(({ params }) =>
      names.every((wanted) => params.some(({ name }) => name === wanted)),
    )
  }

  /** Returns the candidates of a rule, which need not have been added. */
  candidatesOf(rule: R): Candidate<R>[] {
    const hosts = rule.hosts ?? [undefined]
    return hosts.flatMap((host) => rule.shapes.map((shape) => this.#candidate(rule, host, shape)))
  }

  #candidate(rule: R, host: Shape | undefined, shape: Shape): Candidate<R> {
    const params = [...paramsOf(host ?? []), ...paramsOf(shape)]
    const names = new Set(params.map(({ name }) => name))
    const defaults = Object.fromEntries(
      Object.entries(rule.defaults).filter(([name]) => !names.has(name)),
    )
    for (const name of Object.keys(defaults)) names.add(name)
    return { rule, group: this, host, shape, params, defaults, names }
  }

  add(rule: R): void {
    this.#rules.push(rule)
    const more = this.candidatesOf(rule)
    this.#candidates = [...this.#candidates, ...more].toSorted(byFitness)
    this.redirects ||= rule.alias || Object.keys(rule.defaults).length > 0
  }

  /** Builds a URL from the first candidate with all of its values. If it cannot format one, candidates with the same names are tried. */
  build(values: UrlValues, method: string | undefined): Address {
    const candidates = this.#candidates.filter((one) => answers(one.rule, method))
    let failed: { candidate: Candidate; error: BuildError } | undefined
    for (const candidate of candidates) {
      if (!suits(candidate, values)) continue
      if (failed !== undefined && !haveSameNames(candidate, failed.candidate)) continue
      try {
        const { host, path } = fill(candidate, values)
        return { host, path: path + queryOf(values, candidate.names) }
      } catch (error) {
        if (!(error instanceof BuildError)) throw error
        failed ??= { candidate, error }
      }
    }
    throw failed?.error ?? this.#missing(candidates, values, method)
  }

  /** Returns the URL that a match redirects to, if there is a better one: that of an alias, or one that omits a value because it is the default. */
  canonical(found: Candidate<R>, values: UrlValues, method: string): Address | undefined {
    for (const candidate of this.#candidates) {
      if (isSame(candidate, found)) return undefined
      if (candidate.rule.buildOnly || !answers(candidate.rule, method)) continue
      const isBetter = found.rule.alias ? !candidate.rule.alias : isShorter(candidate, found)
      if (isBetter && suits(candidate, values) && staysInPlace(candidate, values))
        return fill(candidate, values)
    }
    return undefined
  }

  #missing(
    candidates: readonly Candidate[],
    values: UrlValues,
    method: string | undefined,
  ): BuildError {
    const last = candidates.at(-1)
    if (last === undefined) {
      const methods = [...new Set(this.#rules.flatMap((rule) => rule.methods))].join(', ')
      return couldNotBuild(
        this.endpoint,
        `: it answers ${methods}, not ${method ?? 'any'}.`,
        values,
      )
    }
    const names = last.params.map(({ name }) => name).filter((name) => !isGiven(values[name]))
    const reason =
      names.length > 0
        ? `values are missing: ${names.join(', ')}`
        : `it is only for the values ${JSON.stringify(last.defaults)}`
    return couldNotBuild(this.endpoint, ` (${last.rule.pattern}): ${reason}.`, values)
  }
}

function byFitness(one: Candidate, other: Candidate): number {
  return (
    Number(one.rule.alias) - Number(other.rule.alias) ||
    other.names.size - one.names.size ||
    Object.keys(other.defaults).length - Object.keys(one.defaults).length
  )
}

function answers(rule: Buildable, method: string | undefined): boolean {
  if (method === undefined || rule.methods.includes(method)) return true
  return method === 'HEAD' && rule.methods.includes('GET')
}

/** Reports whether a candidate has all of its values, and each value with a default equals it. */
function suits({ params, defaults }: Candidate, values: UrlValues): boolean {
  return (
    params.every(({ name }) => isGiven(values[name])) &&
    Object.entries(defaults).every(
      ([name, value]) => !isGiven(values[name]) || isDeepStrictEqual(values[name], value),
    )
  )
}

/**
 * Reports whether each value stays in its own segment. A value with slashes in a param of one segment would make the path
 * of another rule, which may be the alias again, in an endless redirect.
 */
function staysInPlace({ rule, params }: Candidate, values: UrlValues): boolean {
  return params.every(({ name, wildcard }) => {
    const isOneSegment = !wildcard && rule.converters.get(name)?.multiSegment !== true
    return !isOneSegment || !String(values[name]).includes('/')
  })
}

/** Reports whether a candidate has the same values, and omits some because they are defaults. */
function isShorter(candidate: Candidate, found: Candidate): boolean {
  return Object.keys(candidate.defaults).length > 0 && haveSameNames(candidate, found)
}

function haveSameNames(one: Candidate, other: Candidate): boolean {
  return (
    one.names.size === other.names.size && [...one.names].every((name) => other.names.has(name))
  )
}

function isSame(one: Candidate, other: Candidate): boolean {
  return one.rule === other.rule && one.host === other.host && one.shape === other.shape
}

function fill({ rule, host, shape }: Candidate, values: UrlValues): Address {
  return {
    host: host === undefined ? undefined : fillHost(host, rule, values),
    path: fillPath(shape, rule, values),
  }
}
