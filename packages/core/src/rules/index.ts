/** The table of rules. SPEC.md is written from it; the validator and the driver look things up in it. */
import { GatewayError } from './gateway-error.ts'
import { applicationRules } from './application.ts'
import { environRules } from './environ.ts'
import { middlewareRules } from './middleware.ts'
import type { Moment, Moments, Rule } from './rule.ts'
import { serverRules } from './server.ts'

/** Every rule of the gateway, in the order of the spec. */
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

/** Raises the first breach that can be seen at this moment. The driver looks only at what no server may let through. */
export function enforce<At extends Moment>(at: At, seen: Moments[At], by?: 'driver'): void {
  for (const rule of byMoment.get(at) ?? []) {
    if (by === 'driver' && rule.by !== 'driver') continue
    const found = (rule as unknown as Rule<At>).check(seen)
    if (found !== undefined) throw new GatewayError(rule, found)
  }
}

/**
 * The error of one rule, for whoever finds it broken where no server can see it any more: middleware
 * that changes a body, say. An id that is not in the table is an error in itself.
 *
 * ```ts
 * throw breach('APP-18', '90 bytes came where Content-Length says 100')
 * ```
 */
export function breach(id: string, found: string): GatewayError {
  const rule = byId.get(id)
  if (rule === undefined) throw new RangeError(`There is no rule ${id}`)
  return new GatewayError(rule, found)
}
