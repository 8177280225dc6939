/** The table of rules, which the validator and the driver check and from which SPEC.md is generated. */
import { GatewayError } from './gateway-error.ts'
import { applicationRules } from './application.ts'
import { environRules } from './environ.ts'
import { middlewareRules } from './middleware.ts'
import type { Moment, Moments, Rule } from './rule.ts'
import { serverRules } from './server.ts'

/** All rules of the gateway, in the order of the specification. */
export const rules: readonly Rule[] = [
  ...environRules,
  ...applicationRules,
  ...serverRules,
  ...middlewareRules,
]

const byMoment = new Map<Moment, readonly Rule[]>()
for (const { at } of rules)
  byMoment.set(
    at,
    rules.filter((rule) => rule.at === at),
  )

const byId = new Map(rules.map((rule) => [rule.id, rule]))

/** Checks the rules of a moment and throws the first breach. With `by` set to `driver`, checks only the rules that every server enforces. */
export function enforce<At extends Moment>(at: At, seen: Moments[At], by?: 'driver'): void {
  for (const rule of byMoment.get(at) ?? []) {
    if (by === 'driver' && rule.by !== 'driver') continue
    const found = (rule as unknown as Rule<At>).check(seen)
    if (found !== undefined) throw new GatewayError(rule, found)
  }
}

/**
 * Returns the error for a breach of one rule, for code that detects a breach that the server cannot see, such as
 * middleware that changes a body. Throws `RangeError` if the id is unknown.
 *
 * ```ts
 * throw breach('APP-18', 'the body has 90 bytes, but Content-Length is 100')
 * ```
 */
export function breach(id: string, found: string): GatewayError {
  const rule = byId.get(id)
  if (rule === undefined)
    throw new RangeError(`Expected the id of a rule in SPEC.md, received ${id}`)
  return new GatewayError(rule, found)
}
