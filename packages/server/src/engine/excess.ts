/** What is too long or too much, as it is refused. */
import type { Refusal } from '../head-rules.ts'
import { bodyTooLong } from '../node-http/limits.ts'
import type { Limits } from '../transport.ts'

/** A limit as a number to compare with: 0 is none. */
export const atMost = (limit: number): number => (limit === 0 ? Infinity : limit)

export interface Excess {
  readonly line: Refusal
  readonly field: Refusal
  readonly fields: Refusal
  readonly head: Refusal
  readonly body: Refusal
}

const made = new WeakMap<Limits, Excess>()

/** The refusals of one engine, made once. */
export function excessOf(limits: Limits): Excess {
  const before = made.get(limits)
  if (before) return before
  const excess = makeExcess(limits)
  made.set(limits, excess)
  return excess
}

function makeExcess(limits: Limits): Excess {
  const head = (reason: string): Refusal => ({
    status: '431 Request Header Fields Too Large',
    reason,
  })
  return {
    line: {
      status: '414 URI Too Long',
      reason: `the request line may have ${limits.requestLine} bytes here`,
    },
    field: head(`a header field may have ${limits.fieldSize} bytes here`),
    fields: head(`there may be ${limits.fields} header fields here`),
    head: head(`the head of a request may have ${limits.head} bytes here`),
    body: bodyTooLong(limits.body),
  }
}
