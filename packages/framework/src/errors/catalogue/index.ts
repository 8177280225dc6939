/** All error codes of Phial, by topic. Loaded only when an explanation is needed. */
import type { Catalogue, Entry } from './entry.ts'
import { exchange } from './exchange.ts'
import { gateway, ruleOf } from './gateway.ts'
import { routing } from './routing.ts'
import { serving } from './serving.ts'
import { setup } from './setup.ts'
import { templates } from './templates.ts'
import { tools } from './tools.ts'

/** A section of the page docs/errors.md. */
export interface Topic {
  readonly title: string
  readonly entries: Catalogue
}

export const topics: readonly Topic[] = [
  { title: 'Setup', entries: setup },
  { title: 'Routes and URLs', entries: routing },
  { title: 'Requests and responses', entries: exchange },
  { title: 'Templates', entries: templates },
  { title: 'Sessions, settings, commands, tests', entries: tools },
  { title: 'The gateway', entries: gateway },
  { title: 'The servers', entries: serving },
]

/** Returns the entry of an error code; `undefined` for an unknown code. */
export function entryOf(code: string): Entry | undefined {
  const topic = topics.find(({ entries }) => Object.hasOwn(entries, code))
  return topic?.entries[code as keyof Catalogue]
}

/** Returns the meaning and the remedy of an error code or of a gateway rule. */
export function helpOf(code: string): Pick<Entry, 'means' | 'remedy'> | undefined {
  const rule = ruleOf(code)
  return rule === undefined ? entryOf(code) : { means: rule.text, remedy: rule.remedy }
}

/** Returns all error codes, in the order of the page. */
export function codes(): string[] {
  return topics.flatMap(({ entries }) => Object.keys(entries))
}
