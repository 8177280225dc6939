/** `phial explain CODE`: what an error means, and what to do. */
import type { Rule } from '@phial/core'
import type { CommandContext, CommandGroup } from 'phial'
import { codes, entryOf, nearest, ruleOf, UsageError } from 'phial/tools'

const PREFIX = 'ERR_PHIAL_'

/** Adds the command `explain [code]`; without a code it lists them all. */
export function addExplain<Context extends Pick<CommandContext, 'echo'>>(
  group: CommandGroup<Context>,
): void {
  group.command(
    'explain [code]',
    'Says what the code of an error means, and what to do',
    ({ code }, { echo }) => echo(code === undefined ? codes().join('\n') : explain(code)),
  )
}

/**
 * The text about a code, for a terminal. A code may be written in any case, with dashes, and without
 * `ERR_PHIAL_`; rules of the gateway have their own: `APP-3`. Throws `UsageError` for an unknown code.
 *
 * ```ts
 * console.log(explain('endpoint-taken'))
 * ```
 */
export function explain(written: string): string {
  const rule = ruleOf(written)
  if (rule !== undefined) return ruleText(rule)
  const code = whole(written)
  const entry = entryOf(code)
  if (entry === undefined) throw unknown(written, code)
  const { means, example, remedy } = entry
  const indented = example.replaceAll(/^/gm, '    ')
  return `${code}\n\n${means}\n\n${indented}\n\n${remedy}`
}

function whole(written: string): string {
  const name = written.toUpperCase().replaceAll('-', '_')
  return name.startsWith(PREFIX) ? name : PREFIX + name
}

function ruleText({ id, text, remedy }: Rule): string {
  return `${id}, a rule of the gateway\n\n${text}\n\n${remedy}`
}

function unknown(written: string, code: string): UsageError {
  const near = nearest(
    code.slice(PREFIX.length),
    codes().map((one) => one.slice(PREFIX.length)),
  ).map((name) => PREFIX + name)
  const help = near.length > 0 ? `Did you mean ${near.join(' or ')}?` : 'phial explain lists all.'
  return new UsageError(`There is no error with the code ${written}. ${help}`)
}
