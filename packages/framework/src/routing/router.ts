/** The router: adds rules, matches a path and a method, and builds URLs. */
import { withCode } from '@phial/core'
import { type Address, EndpointRules, type Candidate } from './endpoint-rules.ts'
import { type HostMatching, hostName, joinPath, joinShapes } from './hosts.ts'
import { makeRule, type Rule, type RuleOptions } from './rule.ts'
import { type Search, Tree } from './tree.ts'
import { encodePathText, unknownEndpoint, type UrlValues } from './url.ts'

export type { RedirectTarget, Rule, RuleOptions } from './rule.ts'

/** The result of matching a path and a method. */
export type Match<T> =
  | { readonly kind: 'found'; readonly rule: Rule<T>; readonly values: Record<string, unknown> }
  /** The same resource has another URL. `path` is percent-encoded, and `host` is set if the host differs. */
  | {
      readonly kind: 'redirect'
      readonly path: string
      readonly host: string | undefined
      readonly rule: Rule<T>
    }
  /** The path exists, the method does not. `allow` has the methods that do, including `HEAD` and `OPTIONS`. */
  | { readonly kind: 'wrong-method'; readonly allow: readonly string[] }
  | { readonly kind: 'not-found' }

/** The error for two rules that match the same method on the same paths. */
export class DuplicateRuleError extends Error {
  override name = 'DuplicateRuleError'
}

/** Options of a router. */
export interface RouterOptions {
  /** Which part of the host rules may name: the whole `host`, the `subdomain`, or `none`. Default `none`. */
  hostMatching?: HostMatching
}

/**
 * A set of rules.
 *
 * ```ts
 * const router = new Router<string>()
 * router.add('/posts/:id', 'show a post', { endpoint: 'post', params: { id: int } })
 * router.match('GET', '/posts/7')     // { kind: 'found', rule, values: { id: 7 } }
 * router.build('post', { id: 7 })     // '/posts/7'
 * ```
 */
export class Router<T = unknown> implements Iterable<Rule<T>> {
  /** Which part of the host its rules may name. */
  readonly hostMatching: HostMatching
  readonly #tree = new Tree<Candidate<Rule<T>>>()
  /** The rules with a host. */
  readonly #hosted = new Tree<Candidate<Rule<T>>>()
  #hasHosts = false
  readonly #rules: Rule<T>[] = []
  readonly #endpoints = new Map<string, EndpointRules<Rule<T>>>()

  constructor({ hostMatching = 'none' }: RouterOptions = {}) {
    this.hostMatching = hostMatching
  }

  /** Adds a rule. Throws `PatternError` for an invalid pattern, and `DuplicateRuleError` if another rule has the same path and method. */
  add<const Pattern extends string>(
    pattern: Pattern,
    target: T,
    options: RuleOptions<Pattern> = {},
  ): Rule<T> {
    const rule = makeRule(pattern, target, options, this.hostMatching)
    const endpoint = this.#endpoints.get(rule.endpoint) ?? new EndpointRules(rule.endpoint)
    for (const candidate of endpoint.candidatesOf(rule)) {
      const taken = rule.buildOnly ? undefined : this.#index(candidate)
      if (taken !== undefined) throw duplicate(rule, taken.rule)
    }
    endpoint.add(rule)
    this.#rules.push(rule)
    this.#endpoints.set(rule.endpoint, endpoint)
    return rule
  }

  #index(candidate: Candidate<Rule<T>>): Candidate<Rule<T>> | undefined {
    const { host, shape, rule } = candidate
    if (host === undefined) return this.#tree.add(candidate, shape)
    this.#hasHosts = true
    return this.#hosted.add(candidate, joinShapes(rule.pattern, host, shape))
  }

  /**
   * Finds the rule for a method and a path, which is percent-decoded and starts with a slash. `host` is the part of the
   * host that the rules name: the whole host or the subdomain.
   */
  match(method: string, path: string, host: string = ''): Match<T> {
    const direct = this.#find(method, path, host)
    if (direct.kind !== 'not-found' || !path.includes('//')) return direct
    const single = path.replaceAll(/\/{2,}/g, '/')
    const merged = this.#find(method, single, host)
    if (merged.kind !== 'found' && merged.kind !== 'redirect') return direct
    if (!merged.rule.mergeSlashes) return direct
    return merged.kind === 'redirect' ? merged : redirectTo(encodePathText(single), merged.rule)
  }

  #find(method: string, path: string, host: string): Match<T> {
    if (!this.#hasHosts) {
      const leaf = this.#tree.whole(path, method)
      if (leaf !== undefined && !leaf.target.group.redirects)
        return { kind: 'found', rule: leaf.target.rule, values: {} }
      return read(this.#tree.search(path, method, leaf), path, host)
    }
    const joined = joinPath(host, path)
    const hosted = joined === undefined ? undefined : this.#hosted.find(joined, method)
    if (hosted?.leaf !== undefined) return read(hosted, path, host)
    const open = this.#tree.find(path, method)
    if (open.leaf === undefined && hosted?.allow !== undefined) {
      open.allow = new Set([...(open.allow ?? []), ...hosted.allow])
    }
    return read(open, path, host)
  }

  /** Builds the path and query for an endpoint. Throws `BuildError` for an unknown endpoint, a missing value, or a value that its converter rejects. */
  build(endpoint: string, values: UrlValues = {}, options: { method?: string } = {}): string {
    return this.address(endpoint, values, options).path
  }

  /** Builds the path and query as `build` does, and the host if the rule has one. */
  address(endpoint: string, values: UrlValues = {}, options: { method?: string } = {}): Address {
    const rules = this.#endpoints.get(endpoint)
    if (rules === undefined) throw unknownEndpoint(endpoint, this.#endpoints.keys(), values)
    return rules.build(values, options.method?.toUpperCase())
  }

  /** Reports whether an endpoint has a rule with all of these params: `app.urlMap.isEndpointExpecting('about', 'lang')`. */
  isEndpointExpecting(endpoint: string, ...params: string[]): boolean {
    return this.#endpoints.get(endpoint)?.hasParams(params) ?? false
  }

  /** Iterates over the rules in the order in which they were added. */
  [Symbol.iterator](): IterableIterator<Rule<T>> {
    return this.#rules.values()
  }
}

/** Converts the result of a search to a match. */
function read<T>(search: Search<Candidate<Rule<T>>>, path: string, host: string): Match<T> {
  const { leaf, values: captured } = search
  if (leaf === undefined) {
    if (search.allow === undefined) return NOT_FOUND
    return { kind: 'wrong-method', allow: [...search.allow].toSorted() }
  }
  const { target: candidate, names } = leaf
  const { rule, group } = candidate
  if (search.slashMissing) return redirectTo(encodePathText(`${path}/`), rule)
  const values: Record<string, unknown> = {}
  for (let index = 0; index < names.length; index += 1) values[names[index] ?? ''] = captured[index]
  if (!group.redirects) return { kind: 'found', rule, values }
  Object.assign(values, candidate.defaults)
  const canonical = group.canonical(candidate, values, search.method)
  if (canonical === undefined) return { kind: 'found', rule, values }
  const isElsewhere = canonical.host !== undefined && canonical.host !== hostName(host)
  if (!isElsewhere && canonical.path === encodePathText(path))
    return { kind: 'found', rule, values }
  return redirectTo(canonical.path, rule, isElsewhere ? canonical.host : undefined)
}

const NOT_FOUND = { kind: 'not-found' } as const

function redirectTo<T>(path: string, rule: Rule<T>, host?: string): Match<T> {
  return { kind: 'redirect', path, host, rule }
}

function duplicate(rule: Rule, taken: Rule): DuplicateRuleError {
  const methods = rule.methods.filter((method) => taken.methods.includes(method)).join(', ')
  return withCode(
    'ERR_PHIAL_ROUTE_TAKEN',
    new DuplicateRuleError(
      `${methods} ${rule.pattern} (endpoint ${quote(rule.endpoint)}) conflicts with ${taken.pattern} (endpoint ${quote(taken.endpoint)}), which matches the same paths. Change one of the patterns, or remove one of the routes.`,
    ),
  )
}

function quote(text: string): string {
  return JSON.stringify(text)
}
