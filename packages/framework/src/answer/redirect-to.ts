/** Routes without a view: redirects, and rules that exist only for `urlFor`. */
import { withCode } from '@phial/core'
import type { RequestContext } from '../context/context.ts'
import { andThen } from '../helpers/promises.ts'
import { redirect, type Response } from '../response/response.ts'
import { hostParams, parseHost } from '../routing/hosts.ts'
import { paramsOf, parsePattern, PatternError } from '../routing/pattern.ts'
import { type Match, Router, type RuleOptions } from '../routing/router.ts'
import { mounted, originOf } from '../urls/url-for.ts'
import type { ViewFunction } from './views.ts'

/** Returns the options and a placeholder view if the arguments after a pattern are options without a view. */
export function hasNoView(rest: unknown[]): [options: object, view: ViewFunction] | undefined {
  const [options] = rest
  if (typeof options !== 'object' || options === null) return undefined
  if (rest.length === 1) {
    return 'redirectTo' in options || 'buildOnly' in options ? [options, placeholder()] : undefined
  }
  if (!('redirectTo' in options)) return undefined
  throw withCode(
    'ERR_PHIAL_REDIRECT_WITH_VIEW',
    new TypeError('A route with redirectTo cannot have a view. Remove one of the two.'),
  )
}

/** Returns a new placeholder view, so that no two routes share an endpoint. It is never called. */
function placeholder(): ViewFunction {
  return () => {
    throw new Error('The view of a route without a view was called.')
  }
}

/** Returns the view of a rule: its own, or a redirect to `redirectTo`. */
export function viewOf(pattern: string, options: RuleOptions, view: ViewFunction): ViewFunction {
  const { redirectTo } = options
  if (redirectTo === undefined) return view
  if (typeof redirectTo === 'string') return redirectToPattern(pattern, redirectTo, options)
  const locate = redirectTo as (values: Record<string, unknown>) => string | Promise<string>
  return (values) => andThen(locate(values), (url) => redirect(url, 308))
}

function redirectToPattern(pattern: string, to: string, options: RuleOptions): ViewFunction {
  const names = new Set(
    parsePattern(to)
      .flatMap(paramsOf)
      .map(({ name }) => name),
  )
  const ofTarget = ([name]: [string, unknown]): boolean => names.has(name)
  const params = Object.fromEntries(Object.entries(options.params ?? {}).filter(ofTarget))
  const target = new Router()
  target.add(to, undefined, { endpoint: pattern, params })
  checkValues(pattern, to, options)
  return (values, context) => {
    const used = Object.fromEntries(Object.entries(values).filter(ofTarget))
    return redirectWithin(context, target.build(pattern, used), undefined)
  }
}

/** Checks that each shape of the rule has the values for some shape of the target. */
function checkValues(
  pattern: string,
  to: string,
  { defaults, host, subdomain }: RuleOptions,
): void {
  const outside = [
    ...Object.keys(defaults ?? {}),
    ...hostParams(parseHost(host ?? subdomain ?? '')),
  ]
  const needed = parsePattern(to).map((shape) => paramsOf(shape).map(({ name }) => name))
  for (const shape of parsePattern(pattern)) {
    const given = [...outside, ...paramsOf(shape).map(({ name }) => name)]
    const lacking = needed.map((names) => names.filter((name) => !given.includes(name)))
    const [fewest = []] = lacking.toSorted((one, other) => one.length - other.length)
    if (fewest.length === 0) continue
    throw withCode(
      'ERR_PHIAL_REDIRECT_PARAMS',
      new PatternError(
        `Pattern ${JSON.stringify(pattern)} cannot redirect to ${JSON.stringify(to)}: it does not always have a value for ${fewest.join(', ')}. Use params with the same names, or set defaults.`,
      ),
    )
  }
}

/** Redirects a request to another path of the app, or to another of its hosts, with the same query. */
export function redirectMatch(
  context: RequestContext,
  { path, host }: Extract<Match<unknown>, { kind: 'redirect' }>,
): Response {
  return redirectWithin(context, path, host)
}

function redirectWithin(context: RequestContext, path: string, host: string | undefined): Response {
  const { rootPath, queryString } = context.request
  const start = host === undefined ? '' : originOf(context, undefined, host)
  const query = queryString === '' ? '' : `?${queryString}`
  return redirect(start + mounted(rootPath, path) + query, 308)
}
