/** Why each rule takes a request, or does not: for whoever traces it. */
import type { Environ } from '@phial/core'
import type { HostMatching } from './hosts.ts'
import { Router } from './router.ts'
import type { Rule, RuleOptions } from './rule.ts'

/** One line of what was tried. */
export interface Tried {
  readonly rule: string
  readonly methods: string
  readonly endpoint: string
  readonly verdict: string
  /** Whether this one takes the request. */
  readonly hit: boolean
}

/** Each rule of a table with what it says to a request; nothing unless the request is traced. */
export function noteTried(
  environ: Environ,
  table: Router,
  [method, path, host]: readonly [method: string, path: string, host: string],
): void {
  const trace = environ['phial.trace']
  if (trace === undefined) return
  const rules = [...table].filter(({ buildOnly }) => !buildOnly)
  const rows = rules.map((rule): Tried => {
    const said = verdict(rule, method, path, host, table.hostMatching)
    return {
      rule: rule.pattern,
      methods: rule.methods.join(' '),
      endpoint: rule.endpoint,
      verdict: said,
      hit: said === TAKES,
    }
  })
  trace.note('routes: which were tried', rows)
}

const TAKES = 'takes it'

/** Asked alone, so that the others do not stand in its light. */
function verdict(
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
