/** Runs a command line, from its arguments to its exit code. */
import type { App } from '../context/context.ts'
import { nearest } from '../helpers/nearest.ts'
import type { Command, CommandGroup } from './commands.ts'
import { CommandContext, CommandError, type Output, UsageError } from './context.ts'
import { commandHelp, groupHelp, type Listing, usageOf } from './help.ts'
import { parseArguments } from './arguments.ts'

/** Where a command line is being resolved. */
export interface Place {
  readonly output: Output
  /** The program and the groups that have been resolved, as `--help` shows them: `['phial']`. */
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
  /** 0 for success, 1 for an error, 2 for an invalid command line, or the code of a `CommandError`. */
  readonly exitCode: number
  /** The thrown error, if any. A `CommandError` has already been printed. */
  readonly error: unknown
}

/** Runs a command line. Never rejects. The caller prints an error that is not a `CommandError`. */
export function runCommandLine<Context>(
  at: Invocation<Context>,
  argv: readonly string[],
): Promise<Outcome> {
  return outcomeOf(at, async () => dispatch(at, argv))
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
export function dispatch<Context>(
  at: Invocation<Context>,
  argv: readonly string[],
): Promise<number> | number {
  const { group, path } = at
  const [name = '', ...rest] = argv
  const inner = { ...at, path: [...path, name] }
  const command = group.commands.get(name)
  if (command !== undefined) return runCommand(command, inner, rest)
  const within = group.groups.get(name)
  return within === undefined
    ? withoutCommand(group, at, argv)
    : dispatch({ ...inner, group: within }, rest)
}

/** Prints help for arguments that do not start with a command. Throws `UsageError`, with a suggestion, for an unknown one. */
export function withoutCommand(
  group: Listing,
  { path, output }: Place,
  [name]: readonly string[],
): number {
  const isHelp = name === '-h' || name === '--help'
  if (!isHelp && name !== undefined) throw unknownCommand(group, path, name)
  output[isHelp ? 'stdout' : 'stderr'](groupHelp(group, path))
  return isHelp ? 0 : 2
}

async function runCommand<Context>(
  command: Command<Context>,
  { within, output, path }: Invocation<Context>,
  args: readonly string[],
): Promise<number> {
  const parsed = withUsage(command, path, () => parseArguments(command.signature, args))
  if (parsed.help) {
    output.stdout(commandHelp(command, path))
    return 0
  }
  await within((context) => command.action(parsed.values, context))
  return 0
}

/** Adds the usage of the command to a `UsageError`. */
function withUsage<T>(command: Command<never>, path: readonly string[], parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    const more = `Run ${path.join(' ')} --help for details.`
    throw new UsageError(`${error.message}\n\n${usageOf(command, path)}\n${more}`)
  }
}

function unknownCommand(group: Listing, path: readonly string[], name: string): UsageError {
  const [similar] = nearest(name, [...group.commands.keys(), ...group.groups.keys()])
  const place = path.join(' ')
  const help =
    similar === undefined ? `Run ${place} --help for details.` : `Did you mean ${similar}?`
  const kind = name.startsWith('-') ? 'option' : 'command'
  return new UsageError(`${place} has no ${kind} ${name}. ${help}`)
}
