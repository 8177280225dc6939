/** Runs a command line, from its arguments to its exit code. */
import type { App } from '../context/context.ts'
import { nearest } from '../helpers/nearest.ts'
import type { Command, CommandGroup } from './commands.ts'
import { CommandContext, CommandError, type Output, UsageError } from './context.ts'
import { commandHelp, groupHelp, type Listing, usageOf } from './help.ts'
import { readWords } from './words.ts'

/** The place at which arguments are read. */
export interface Place {
  readonly output: Output
  /** The arguments so far, as `--help` shows them: `['phial']`. */
  readonly path: readonly string[]
}

/** The environment of a command line. */
export interface Invocation<Context> extends Place {
  /** The top-level group of commands. */
  readonly group: CommandGroup<Context>
  /** Runs a command in its context, and awaits its end. */
  readonly within: (command: (context: Context) => unknown) => Promise<unknown>
}

/** An app that has commands. */
export interface CommandApp extends App {
  readonly cli: CommandGroup
}

/** Returns the environment for an app's own commands. */
export function ofApp(app: CommandApp, output: Output): Invocation<CommandContext> {
  return {
    output,
    path: ['phial'],
    group: app.cli,
    within: (command) => {
      const context = new CommandContext(app, output)
      // Always a promise, so that the teardown of the context is awaited.
      return context.run(async () => command(context))
    },
  }
}

/** The result of a command line. */
export interface Outcome {
  /** 0; 1 for an error; 2 for an invalid command line; or the code of a `CommandError`. */
  readonly exitCode: number
  /** The thrown error, if any. A `CommandError` has already been printed. */
  readonly error: unknown
}

/** Runs a command line. Never rejects: an error that is not a `CommandError` is for the caller to print. */
export function runCommandLine<Context>(
  at: Invocation<Context>,
  words: readonly string[],
): Promise<Outcome> {
  return outcomeOf(at, async () => runWords(at, words))
}

/** Converts the result of a function that returns an exit code or throws. */
export async function outcomeOf({ output }: Place, work: () => Promise<number>): Promise<Outcome> {
  try {
    return { exitCode: await work(), error: undefined }
  } catch (error) {
    if (!(error instanceof CommandError)) return { exitCode: 1, error }
    output.stderr(`${error.message}\n`)
    return { exitCode: error.exitCode, error }
  }
}

/** Resolves the first argument to a command, or to a group in which the next argument is resolved. */
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

/** Returns help, or an error with a suggestion, for arguments that do not start with a command. */
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
    const more = `Run ${path.join(' ')} --help for details.`
    throw new UsageError(`${error.message}\n\n${usageOf(command, path)}\n${more}`)
  }
}

function unknownCommand(group: Listing, path: readonly string[], name: string): UsageError {
  const [meant] = nearest(name, [...group.commands.keys(), ...group.groups.keys()])
  const place = path.join(' ')
  const help = meant === undefined ? `Run ${place} --help to list all.` : `Did you mean ${meant}?`
  const kind = name.startsWith('-') ? 'option' : 'command'
  return new UsageError(`${place} has no ${kind} ${name}. ${help}`)
}
