/** One command line, from its words to its exit code. */
import type { Phial } from '../app.ts'
import { nearest } from '../nearest.ts'
import type { Command, CommandGroup } from './commands.ts'
import { CommandContext, type Output } from './context.ts'
import { CommandError, UsageError } from './errors.ts'
import { commandHelp, groupHelp, usageOf } from './help.ts'
import { readWords } from './words.ts'

/** Where a command line is run. */
export interface Surroundings {
  readonly app: Phial
  readonly output: Output
  /** What the commands stand in. */
  readonly group: CommandGroup
  /** What was typed so far, as `--help` shows it: `['phial']`. */
  readonly path: readonly string[]
}

/** How a command line ended. */
export interface Outcome {
  /** 0, or 1 for an error, or 2 for words that no command takes, or what a `CommandError` says. */
  readonly exitCode: number
  /** What was thrown, if anything. A `CommandError` was printed already. */
  readonly error: unknown
}

/** Runs a command line. Never fails: an error that is no `CommandError` is for the caller to print. */
export async function runCommandLine(at: Surroundings, words: readonly string[]): Promise<Outcome> {
  try {
    return { exitCode: await inGroup(at, words), error: undefined }
  } catch (error) {
    if (!(error instanceof CommandError)) return { exitCode: 1, error }
    at.output.stderr(`${error.message}\n`)
    return { exitCode: error.exitCode, error }
  }
}

/** The first word is a command's name, or a group's, in which the next one is. */
function inGroup(at: Surroundings, words: readonly string[]): Promise<number> | number {
  const { group, path, output } = at
  const [name, ...rest] = words
  if (name === '-h' || name === '--help') {
    output.stdout(groupHelp(group, path))
    return 0
  }
  if (name === undefined) {
    output.stderr(groupHelp(group, path))
    return 2
  }
  const inner = { ...at, path: [...path, name] }
  const command = group.commands.get(name)
  if (command !== undefined) return runCommand(command, inner, rest)
  const within = group.groups.get(name)
  if (within === undefined) throw unknownCommand(at, name)
  return inGroup({ ...inner, group: within }, rest)
}

async function runCommand(
  command: Command,
  { app, output, path }: Surroundings,
  words: readonly string[],
): Promise<number> {
  const reading = withUsage(command, path, () => readWords(command.signature, words))
  if (reading.help) {
    output.stdout(commandHelp(command, path))
    return 0
  }
  const context = new CommandContext(app, output)
  // A promise even of an action that has none, so that the end of the context is waited for.
  await context.run(async () => command.action(reading.values, context))
  return 0
}

function withUsage<T>(command: Command, path: readonly string[], read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    const more = `${path.join(' ')} --help says more.`
    throw new UsageError(`${error.message}\n\n${usageOf(command, path)}\n${more}`)
  }
}

function unknownCommand({ group, path }: Surroundings, name: string): UsageError {
  const [meant] = nearest(name, [...group.commands.keys(), ...group.groups.keys()])
  const place = path.join(' ')
  const help = meant === undefined ? `${place} --help lists all.` : `Did you mean ${meant}?`
  const kind = name.startsWith('-') ? 'option' : 'command'
  return new UsageError(`${place} has no ${kind} ${name}. ${help}`)
}
