/** All codes of Phial's errors, by topic. Loaded when somebody asks what one means. */
import type { Catalogue, Entry } from './entry.ts'
import { exchange } from './exchange.ts'
import { gateway, ruleOf } from './gateway.ts'
import { routing } from './routing.ts'
import { serving } from './serving.ts'
import { setup } from './setup.ts'
import { templates } from './templates.ts'
import { tools } from './tools.ts'

/** A topic of the page of errors. */
export interface Topic {
  readonly title: string
  readonly entries: Catalogue
}

export const topics: readonly Topic[] = [
  { title: 'Setting up', entries: setup },
  { title: 'Routes and URLs', entries: routing },
  { title: 'Requests and answers', entries: exchange },
  { title: 'Templates', entries: templates },
  { title: 'Sessions, settings, commands, tests', entries: tools },
  { title: 'The gateway', entries: gateway },
  { title: 'The servers', entries: serving },
]

/** What is known about a code. */
export function entryOf(code: string): Entry | undefined {
  const topic = topics.find(({ entries }) => Object.hasOwn(entries, code))
  return topic?.entries[code as keyof Catalogue]
}

/** What a code of ours or a rule of the gateway means, and what to do. */
export function helpOf(code: string): Pick<Entry, 'means' | 'remedy'> | undefined {
  const rule = ruleOf(code)
  return rule === undefined ? entryOf(code) : { means: rule.text, remedy: rule.remedy }
}

/** All codes, in the order of the page. */
export function codes(): string[] {
  return topics.flatMap(({ entries }) => Object.keys(entries))
}
