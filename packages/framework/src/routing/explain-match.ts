/** Explains to a request's trace why each rule matches the request or not. */
import type { Environ } from '@phial/core'
import { absolutePath, domainOf, type Matching } from './domains.ts'
import type { HostMatching } from './hosts.ts'
import { Router } from './router.ts'
import type { Rule, RuleOptions } from './rule.ts'

/** The result of one rule for a request. */
export interface RuleVerdict {
  readonly rule: string
  readonly methods: string
  readonly endpoint: string
  readonly verdict: string
  /** Whether the rule matches. */
  readonly hit: boolean
}

/** The explained request. */
interface Asked {
  readonly environ: Environ
  readonly path: string
}

/** Adds the result of each rule to the request's trace. Does nothing without a trace. */
export function explainMatch({ environ, path }: Asked, app: Matching & { urlMap: Router }): void {
  const trace = environ['phial.trace']
  if (trace === undefined) return
  const asked = [environ.REQUEST_METHOD, absolutePath(path), domainOf(environ, app)] as const
  const rules = [...app.urlMap].filter(({ buildOnly }) => !buildOnly)
  const rows = rules.map((rule): RuleVerdict => {
    const verdict = verdictOf(rule, ...asked, app.urlMap.hostMatching)
    const { pattern, methods, endpoint } = rule
    return { rule: pattern, methods: methods.join(' '), endpoint, verdict, hit: verdict === TAKES }
  })
  trace.note('routes: which were tried', rows)
}

const TAKES = 'takes it'

/** Returns the result of a rule in a separate router, where no other rule takes precedence. */
function verdictOf(
  rule: Rule,
  method: string,
  path: string,
  host: string,
  hostMatching: HostMatching,
): string {
  const kindWith = (params: RuleOptions['params']): string => {
    const alone = new Router({ hostMatching })
    alone.add(rule.pattern, undefined, { ...optionsOf(rule), params: params ?? {} })
    return alone.match(method, path, host).kind
  }
  const kind = kindWith(Object.fromEntries(rule.converters))
  if (kind === 'found') return TAKES
  if (kind === 'redirect') return 'sends it to another path'
  if (kind === 'wrong-method') return 'takes this path, by another method'
  const params = [...rule.converters.keys()]
  const isParam = params.length > 0 && kindWith(undefined) !== 'not-found'
  return isParam ? `a parameter does not fit: ${params.join(', ')}` : 'another path'
}

function optionsOf(rule: Rule): RuleOptions {
  const { methods, defaults, strictSlashes, mergeSlashes, host, subdomain } = rule
  return {
    methods,
    defaults,
    strictSlashes,
    mergeSlashes,
    ...(host !== undefined && { host }),
    ...(subdomain !== undefined && { subdomain }),
  }
}
