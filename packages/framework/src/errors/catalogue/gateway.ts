import { type Rule, rules } from '@phial/core'
import type { Catalogue } from './entry.ts'

/** What the gateway's own functions raise. A broken rule has the rule's id as its code: `APP-3`. */
export const gateway: Catalogue = {
  ERR_PHIAL_NOT_AN_APPLICATION: {
    means:
      'Something was given as an application that is none: neither a function `(environ, startResponse)` nor an object with one as its `wsgiApp`.',
    example: `asApplication('Hello')`,
    remedy: 'Give the application itself: `app`, or `createApp()` where a function makes it.',
  },
  ERR_PHIAL_DISPATCHER_PREFIX: {
    means: 'A prefix of the dispatcher’s is none: it starts with a slash, and ends without one.',
    example: `dispatcher(app, { 'shop/': app })`,
    remedy: 'Write it as the path begins: `/shop`.',
  },
}

/** The rule of the gateway that has an id, in any case of its letters. */
export function ruleOf(id: string): Rule | undefined {
  return rules.find((rule) => rule.id === id.toUpperCase())
}
