import type { Refusal } from '../head-rules.ts'

/** Thrown where bytes break a rule: the only error that a client can cause. No stack, for nobody looks at it. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(`${refusal.status}: ${refusal.reason}`)
    this.refusal = refusal
  }
}
