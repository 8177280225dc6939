/** `phial explain CODE`: explains an error code and its remedy. */
import type { Rule } from '@phial/core'
import type { CommandContext, CommandGroup } from 'phial'
import { codes, entryOf, nearest, ruleOf, UsageError } from 'phial/tools'

const PREFIX = 'ERR_PHIAL_'

/** Adds the command `explain [code]`. Without a code, the command lists all codes. */
export function addExplain<Context extends Pick<CommandContext, 'echo'>>(
  group: CommandGroup<Context>,
): void {
  group.command(
    'explain [code]',
    'Explains an error code and how to fix the error',
    ({ code }, { echo }) => echo(code === undefined ? codes().join('\n') : explain(code)),
  )
}

/**
 * Returns the explanation of a code as text for a terminal. The code may be in any case, with dashes for underscores,
 * and without `ERR_PHIAL_`. The id of a gateway rule, such as `APP-3`, is also a code. Throws `UsageError` for an
 * unknown code.
 *
 * ```ts
 * console.log(explain('endpoint-taken'))
 * ```
 */
export function explain(written: string): string {
  const rule = ruleOf(written)
  if (rule !== undefined) return ruleText(rule)
  const code = fullCode(written)
  const entry = entryOf(code)
  if (entry === undefined) throw unknown(written, code)
  const { means, example, remedy } = entry
  const indented = example.replaceAll(/^/gm, '    ')
  return `${code}\n\n${means}\n\n${indented}\n\n${remedy}`
}

function fullCode(written: string): string {
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
  const help =
    near.length > 0 ? `Did you mean ${near.join(' or ')}?` : 'Run phial explain to list all codes.'
  return new UsageError(`Unknown error code ${written}. ${help}`)
}
