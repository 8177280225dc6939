/**
 * The program `phial`, from a command line to an exit code. Options before the command select the app. The command is
 * one of the app's own, or one of `@phial/cli`, which passes its commands in.
 */
import { inspect } from 'node:util'
import type { CommandGroup } from '../commands/commands.ts'
import { CommandError, UsageError } from '../commands/context.ts'
import type { Listing } from '../commands/help.ts'
import { dispatch, ofApp, outcomeOf, type Place, withoutCommand } from '../commands/run.ts'
import { globalOptions, parseGlobalOptions, version } from './global-options.ts'
import { Program, type ProgramOptions } from './program.ts'

/** The commands of `@phial/cli`. Their names are reserved even if it is not installed. */
export const BUILT_IN: readonly string[] = [
  'build',
  'check',
  'doctor',
  'explain',
  'replay',
  'routes',
  'run',
  'shell',
  'xray',
]

/** The options of the program. */
export interface PhialOptions extends ProgramOptions {
  /** The commands of `@phial/cli`, if it is installed. */
  readonly builtIn?: CommandGroup<Program>
}

/** Runs a command line and resolves to the exit code. Never rejects. */
export async function phial(argv: readonly string[], options: PhialOptions): Promise<number> {
  const place = { output: options.output, path: ['phial'] }
  const { exitCode, error } = await outcomeOf(place, () => run(argv, options, place))
  const isPrinted = error === undefined || error instanceof CommandError
  if (!isPrinted) place.output.stderr(`${inspect(error)}\n`)
  return exitCode
}

async function run(argv: readonly string[], options: PhialOptions, place: Place): Promise<number> {
  const { builtIn } = options
  const { given, rest } = parseFirst(argv, builtIn)
  if (given.version) {
    place.output.stdout(`phial ${version()}\n`)
    return 0
  }
  const program = new Program(options, given)
  const [name = ''] = rest
  if (BUILT_IN.includes(name)) {
    if (builtIn === undefined) throw notInstalled(name)
    checkOrder(name, rest)
    return dispatch({ ...place, group: builtIn, within: async (work) => work(program) }, rest)
  }
  return name === '' || /^(-h|--help)$/.test(name)
    ? help(program, place, rest, builtIn)
    : runAppCommand(program, place, rest, builtIn)
}

function notInstalled(name: string): CommandError {
  return new CommandError(
    `phial ${name} requires the package @phial/cli, which is not installed. Install it: npm install --save-dev @phial/cli`,
  )
}

type BuiltIn = CommandGroup<Program> | undefined

/** Parses the options before the command. For a misplaced option of a command, the error shows the correct order. */
function parseFirst(
  argv: readonly string[],
  builtIn: BuiltIn,
): ReturnType<typeof parseGlobalOptions> {
  try {
    return parseGlobalOptions(argv)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    throw misplaced(argv, builtIn) ?? error
  }
}

function misplaced(argv: readonly string[], builtIn: BuiltIn): UsageError | undefined {
  const [typed = ''] = argv.filter((arg) => arg.startsWith('-') && !isOneOf(globalOptions, arg))
  const commands = [...(builtIn?.commands.values() ?? [])].map(({ signature }) => signature)
  const owners = commands.filter(({ options }) => isOneOf(options, typed))
  const owner = owners.find(({ name }) => argv.includes(name)) ?? owners[0]
  if (owner === undefined) return undefined
  return new UsageError(`${typed} goes after the command: phial ${owner.name} ${typed}.`)
}

function isOneOf(options: typeof globalOptions, arg: string): boolean {
  const [flag] = arg.split('=')
  return options.some(({ name, short = name }) => flag === `--${name}` || flag === `-${short}`)
}

/** Throws `UsageError` if `--app` or the app follows a command of `@phial/cli`. The app's own commands may have an option `--app`. */
function checkOrder(name: string, argv: readonly string[]): void {
  const late = argv.find((arg) => /^(?:-A|--app)(?:=|$)/.test(arg))
  if (late !== undefined)
    throw new UsageError(`${late} goes before the command: phial --app module:app ${name}.`)
  const [, argument = '-'] = argv
  if (name === 'run' && !argument.startsWith('-'))
    throw new UsageError(
      /^\d+$/.test(argument)
        ? `phial run takes the port as an option: phial run --port ${argument}.`
        : `Pass the app before the command: phial --app ${argument} run.`,
    )
}

/** The names of commands in other tools. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['dev', 'run'],
  ['serve', 'run'],
  ['server', 'run'],
  ['start', 'run'],
  ['runserver', 'run'],
  ['console', 'shell'],
  ['repl', 'shell'],
  ['urls', 'routes'],
  ['lint', 'check'],
])

/** Prints help, including the app's commands if the app can be loaded. */
async function help(
  program: Program,
  place: Place,
  argv: readonly string[],
  builtIn: BuiltIn,
): Promise<number> {
  try {
    return withoutCommand(allCommands((await program.loadApp()).cli, builtIn), place, argv)
  } catch (error) {
    if (!(error instanceof CommandError) || error.exitCode === 2) throw error
    const [reason] = error.message.split('\n')
    place.output.stderr(`The commands of the app are not listed. ${reason ?? ''}\n\n`)
    return withoutCommand(allCommands(NOT_LOADED, builtIn), place, argv)
  }
}

async function runAppCommand(
  program: Program,
  place: Place,
  argv: readonly string[],
  builtIn: BuiltIn,
): Promise<number> {
  const app = await program.loadApp()
  const [name = ''] = argv
  const exists = app.cli.commands.has(name) || app.cli.groups.has(name)
  const alias = ALIASES.get(name)
  if (!exists && alias !== undefined)
    throw new UsageError(`phial has no command ${name}. Did you mean ${alias}?`)
  return exists
    ? dispatch(ofApp(app, place.output), argv)
    : withoutCommand(allCommands(app.cli, builtIn), place, argv)
}

const withCli = { description: 'requires @phial/cli: npm install --save-dev @phial/cli' }

/** Returns all commands. Those of `@phial/cli` take precedence over an app's with the same name. */
function allCommands(own: Listing, builtIn: BuiltIn): Listing {
  const others = builtIn?.commands ?? BUILT_IN.map((name) => [name, withCli] as const)
  return {
    description: own.description,
    commands: new Map([...own.commands, ...others]),
    groups: own.groups,
    options: globalOptions,
  }
}

/** The listing of an app that could not be loaded. */
const NOT_LOADED: Listing = { description: '', commands: new Map(), groups: new Map() }
