/** One command line, from its words to its exit code. */
import type { App } from '../context/context.ts'
import { nearest } from '../helpers/nearest.ts'
import type { Command, CommandGroup } from './commands.ts'
import { CommandContext, CommandError, type Output, UsageError } from './context.ts'
import { commandHelp, groupHelp, type Listing, usageOf } from './help.ts'
import { readWords } from './words.ts'

/** Where words are read. */
export interface Place {
  readonly output: Output
  /** What was typed so far, as `--help` shows it: `['phial']`. */
  readonly path: readonly string[]
}

/** Where a command line is run. */
export interface Invocation<Context> extends Place {
  /** What the commands stand in. */
  readonly group: CommandGroup<Context>
  /** Gives a command its context, and waits for its end. */
  readonly within: (command: (context: Context) => unknown) => Promise<unknown>
}

/** An app that has commands. */
export interface CommandApp extends App {
  readonly cli: CommandGroup
}

/** Where an app's own commands are run. */
export function ofApp(app: CommandApp, output: Output): Invocation<CommandContext> {
  return {
    output,
    path: ['phial'],
    group: app.cli,
    within: (command) => {
      const context = new CommandContext(app, output)
      // A promise even of an action that has none, so that the end of the context is waited for.
      return context.run(async () => command(context))
    },
  }
}

/** How a command line ended. */
export interface Outcome {
  /** 0, or 1 for an error, or 2 for words that no command takes, or what a `CommandError` says. */
  readonly exitCode: number
  /** What was thrown, if anything. A `CommandError` was printed already. */
  readonly error: unknown
}

/** Runs a command line. Never rejects: an error that is not a `CommandError` is for the caller to print. */
export function runCommandLine<Context>(
  at: Invocation<Context>,
  words: readonly string[],
): Promise<Outcome> {
  return outcomeOf(at, async () => runWords(at, words))
}

/** How a piece of work ended, whose result is its exit code. */
export async function outcomeOf({ output }: Place, work: () => Promise<number>): Promise<Outcome> {
  try {
    return { exitCode: await work(), error: undefined }
  } catch (error) {
    if (!(error instanceof CommandError)) return { exitCode: 1, error }
    output.stderr(`${error.message}\n`)
    return { exitCode: error.exitCode, error }
  }
}

/** The first word is a command's name, or a group's, in which the next one is. */
export function runWords<Context>(
  at: Invocation<Context>,
  words: readonly string[],
): Promise<number> | number {
  const { group, path } = at
  const [name = '', ...rest] = words
  const inner = { ...at, path: [...path, name] }
  const command = group.commands.get(name)
  if (command !== undefined) return runCommand(command, inner, rest)
  const within = group.groups.get(name)
  return within === undefined
    ? withoutCommand(group, at, words)
    : runWords({ ...inner, group: within }, rest)
}

/** What is answered to words that begin with no command: help, or an error that says what may have been meant. */
export function withoutCommand(
  group: Listing,
  { path, output }: Place,
  [name]: readonly string[],
): number {
  const isAsked = name === '-h' || name === '--help'
  if (!isAsked && name !== undefined) throw unknownCommand(group, path, name)
  output[isAsked ? 'stdout' : 'stderr'](groupHelp(group, path))
  return isAsked ? 0 : 2
}

async function runCommand<Context>(
  command: Command<Context>,
  { within, output, path }: Invocation<Context>,
  words: readonly string[],
): Promise<number> {
  const reading = withUsage(command, path, () => readWords(command.signature, words))
  if (reading.help) {
    output.stdout(commandHelp(command, path))
    return 0
  }
  await within((context) => command.action(reading.values, context))
  return 0
}

function withUsage<T>(command: Command<never>, path: readonly string[], read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    const more = `${path.join(' ')} --help says more.`
    throw new UsageError(`${error.message}\n\n${usageOf(command, path)}\n${more}`)
  }
}

function unknownCommand(group: Listing, path: readonly string[], name: string): UsageError {
  const [meant] = nearest(name, [...group.commands.keys(), ...group.groups.keys()])
  const place = path.join(' ')
  const help = meant === undefined ? `${place} --help lists all.` : `Did you mean ${meant}?`
  const kind = name.startsWith('-') ? 'option' : 'command'
  return new UsageError(`${place} has no ${kind} ${name}. ${help}`)
}
