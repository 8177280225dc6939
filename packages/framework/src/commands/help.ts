/** Formats the output of `--help`. */
import type { Command } from './commands.ts'
import type { Option } from './signature.ts'

const helpRow = ['-h, --help', 'show this help and exit'] as const

/** Returns the usage line of a command: `phial create-user [options] <name>`. `path` ends with its name. */
export function usageOf({ signature }: Command<never>, path: readonly string[]): string {
  const args = signature.args.map(({ text }) => text)
  const options = signature.options.length > 0 ? ['[options]'] : []
  return `Usage: ${[...path, ...options, ...args].join(' ')}`
}

/** Returns the help text of a command. */
export function commandHelp(command: Command<never>, path: readonly string[]): string {
  const rows = optionRows(command.signature.options)
  return sections(usageOf(command, path), command.description, table('Options:', rows))
}

/** The parts of a group that help shows. `CommandGroup` implements it. */
export interface Listing {
  readonly description: string
  readonly commands: ReadonlyMap<string, { readonly description: string }>
  readonly groups: ReadonlyMap<string, { readonly description: string }>
  /** The options that may precede a command. */
  readonly options?: readonly Pick<Option, 'text' | 'help'>[]
}

/** Returns the help text of a group or of the app, sorted by name. */
export function groupHelp(group: Listing, path: readonly string[]): string {
  const { options = [] } = group
  const usage = `Usage: ${[...path, ...(options.length > 0 ? ['[options]'] : [])].join(' ')} <command>`
  const commands = [...group.commands].map(
    ([name, { description }]) => [name, description] as const,
  )
  const groups = [...group.groups].map(([name, { description }]) => [name, description] as const)
  return sections(
    usage,
    group.description,
    table('Commands:', sorted(commands)),
    table('Command groups:', sorted(groups)),
    table('Options before the command:', options.length > 0 ? optionRows(options) : []),
  )
}

type Row = readonly [name: string, help: string]

function optionRows(options: readonly Pick<Option, 'text' | 'help'>[]): Row[] {
  return [...options.map(({ text, help }) => [text, help] as const), helpRow]
}

function sorted(rows: readonly Row[]): Row[] {
  return rows.toSorted(([one], [other]) => (one < other ? -1 : 1))
}

function table(title: string, rows: readonly Row[]): string {
  if (rows.length === 0) return ''
  const width = Math.max(...rows.map(([name]) => name.length))
  const lines = rows.map(([name, help]) => `  ${name.padEnd(width)}  ${help}`.trimEnd())
  return [title, ...lines].join('\n')
}

function sections(...parts: string[]): string {
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}
