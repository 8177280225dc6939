/**
 * Routes without a view: those that lead to another address, and those that are there for `urlFor` alone.
 */
import { withCode } from '@phial/core'
import type { RequestContext } from '../context/context.ts'
import { andThen } from '../helpers/promises.ts'
import { redirect, type Response } from '../response/response.ts'
import { hostParams, parseHost } from '../routing/hosts.ts'
import { paramsOf, parsePattern, PatternError } from '../routing/pattern.ts'
import { type Match, Router, type RuleOptions } from '../routing/router.ts'
import { mounted, originOf } from '../urls/url-for.ts'
import type { ViewFunction } from './views.ts'

/** The arguments after a pattern, if they are options alone that need no view. */
export function hasNoView(rest: unknown[]): [options: object, view: ViewFunction] | undefined {
  const [options] = rest
  if (typeof options !== 'object' || options === null) return undefined
  if (rest.length === 1) {
    return 'redirectTo' in options || 'buildOnly' in options ? [options, absent()] : undefined
  }
  if (!('redirectTo' in options)) return undefined
  throw withCode(
    'ERR_PHIAL_REDIRECT_WITH_VIEW',
    new TypeError('A route with redirectTo leads elsewhere, so it has no view. Leave one out.'),
  )
}

/** Each route without a view has a view of its own, so that none shares another's endpoint. It is never asked. */
function absent(): ViewFunction {
  return () => {
    throw new Error('A route without a view was asked for an answer.')
  }
}

/** What answers a rule: its view, or a redirect to where `redirectTo` says. */
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

/** Whatever path the rule finds, it has to have values for some form of the target. */
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
        `Pattern ${JSON.stringify(pattern)} cannot lead to ${JSON.stringify(to)}: it does not always have a value for ${fewest.join(', ')}. Use params of the same names, or give defaults.`,
      ),
    )
  }
}

/** Sends a request to another path of the app, or of the app on another of its hosts, with its query. */
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
