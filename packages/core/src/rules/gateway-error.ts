/**
 * The error for a breach of a rule. The message begins with the id of the rule, so that it can be looked up in SPEC.md,
 * and continues with the breach, the rule and the remedy.
 */
import type { Rule } from './rule.ts'

/**
 * The error that `startResponse`, the driver and the validator throw for a breach of a rule of SPEC.md.
 *
 * ```ts
 * try {
 *   await call(app, { path: '/' })
 * } catch (error) {
 *   if (error instanceof GatewayError) console.error(error.rule) // 'APP-4'
 * }
 * ```
 */
export class GatewayError extends Error {
  override readonly name = 'GatewayError'
  /** The id of the rule that was broken: `APP-4`. */
  readonly rule: string
  /** The same id, under the property that other errors use for their code. */
  readonly code: string
  /** The description of the breach: the first sentence of the message. */
  readonly found: string

  constructor(rule: Pick<Rule, 'id' | 'text' | 'remedy'>, found: string) {
    super(`${rule.id}: ${found}. ${rule.text} ${rule.remedy}`)
    this.rule = rule.id
    this.code = rule.id
    this.found = found
  }
}
