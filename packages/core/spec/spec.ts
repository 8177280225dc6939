/** Writes SPEC.md from the table of rules and `template.md`. Run it by `pnpm spec`. */
import { readFileSync, writeFileSync } from 'node:fs'
import { rules, type Rule } from '@phial/core'

const BY: Record<Rule['by'], string> = {
  driver: 'every server',
  validator: 'validator',
  conformance: 'conformance cases',
}

const line = ({ id, text, remedy, by }: Rule): string =>
  `- **${id}** ${text} *${remedy}* [${BY[by]}]`

/** The text of SPEC.md. */
export function specText(template: string): string {
  const body = template.replaceAll(/<!-- rules (\w+) -->/g, (_mark, kind: string) =>
    rules
      .filter(({ id }) => id.startsWith(`${kind}-`))
      .map(line)
      .join('\n'),
  )
  return body.replace(
    '\n',
    '\n\n<!-- Written by `pnpm spec` from spec/template.md and src/rules/. Change those. -->\n',
  )
}

export const TEMPLATE: URL = new URL('template.md', import.meta.url)
export const SPEC: URL = new URL('../SPEC.md', import.meta.url)

if (
  process.argv[1] !== undefined &&
  import.meta.url.endsWith(process.argv[1].replaceAll('\\', '/'))
) {
  writeFileSync(SPEC, specText(readFileSync(TEMPLATE, 'utf8')))
}
