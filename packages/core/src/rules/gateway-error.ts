/**
 * A breach of a rule. The message begins with the rule's id, then says what came, what has to hold
 * and what to do, so that the sentence in SPEC.md can be found from the log.
 */
import type { Rule } from './rule.ts'

/**
 * Raised by `startResponse`, by the driver and by the validator when a rule of SPEC.md is broken.
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
  /** The same, where other errors have their code. */
  readonly code: string
  /** What came instead: the first sentence of the message. */
  readonly found: string

  constructor(rule: Pick<Rule, 'id' | 'text' | 'remedy'>, found: string) {
    super(`${rule.id}: ${found}. ${rule.text} ${rule.remedy}`)
    this.rule = rule.id
    this.code = rule.id
    this.found = found
  }
}
