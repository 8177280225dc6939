/** Why each rule matches a request, or does not: for its trace. */
import type { Environ } from '@phial/core'
import { absolutePath, domainOf, type Matching } from './domains.ts'
import type { HostMatching } from './hosts.ts'
import { Router } from './router.ts'
import type { Rule, RuleOptions } from './rule.ts'

/** What one rule says to a request. */
export interface RuleVerdict {
  readonly rule: string
  readonly methods: string
  readonly endpoint: string
  readonly verdict: string
  /** Whether this one takes the request. */
  readonly hit: boolean
}

/** The request that is explained. */
interface Asked {
  readonly environ: Environ
  readonly path: string
}

/** Notes in the request's trace what each rule says to it. Does nothing without a trace. */
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

/** Asked alone, so that the others do not stand in its light. */
function verdictOf(
  rule: Rule,
  method: string,
  path: string,
  host: string,
  hostMatching: HostMatching,
): string {
  const said = (params: RuleOptions['params']): string => {
    const alone = new Router({ hostMatching })
    alone.add(rule.pattern, undefined, { ...optionsOf(rule), params: params ?? {} })
    return alone.match(method, path, host).kind
  }
  const kind = said(Object.fromEntries(rule.converters))
  if (kind === 'found') return TAKES
  if (kind === 'redirect') return 'sends it to another path'
  if (kind === 'wrong-method') return 'takes this path, by another method'
  const params = [...rule.converters.keys()]
  const isParam = params.length > 0 && said(undefined) !== 'not-found'
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
