/**
 * The program `phial`, from a command line to an exit code. Options before the command select the app. The command is
 * one of the app's own, or one of `@phial/cli`, which passes its commands in.
 */
import { inspect } from 'node:util'
import type { CommandGroup } from '../commands/commands.ts'
import { CommandError, UsageError } from '../commands/context.ts'
import type { Listing } from '../commands/help.ts'
import { ofApp, outcomeOf, type Place, runWords, withoutCommand } from '../commands/run.ts'
import { earlyOptions, readEarly, version } from './early.ts'
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
export async function phial(words: readonly string[], options: PhialOptions): Promise<number> {
  const place = { output: options.output, path: ['phial'] }
  const { exitCode, error } = await outcomeOf(place, () => fromWords(words, options, place))
  const isTold = error === undefined || error instanceof CommandError
  if (!isTold) place.output.stderr(`${inspect(error)}\n`)
  return exitCode
}

async function fromWords(
  words: readonly string[],
  options: PhialOptions,
  place: Place,
): Promise<number> {
  const { builtIn } = options
  const { early, rest } = readFirst(words, builtIn)
  if (early.version) {
    place.output.stdout(`phial ${version()}\n`)
    return 0
  }
  const program = new Program(options, early)
  const [name = ''] = rest
  if (BUILT_IN.includes(name)) {
    if (builtIn === undefined) throw notInstalled(name)
    checkOrder(name, rest)
    return runWords({ ...place, group: builtIn, within: async (run) => run(program) }, rest)
  }
  return name === '' || /^(-h|--help)$/.test(name)
    ? help(program, place, rest, builtIn)
    : ofTheApp(program, place, rest, builtIn)
}

function notInstalled(name: string): CommandError {
  return new CommandError(
    `phial ${name} comes with the package @phial/cli, which is not installed: npm install --save-dev @phial/cli`,
  )
}

type BuiltIn = CommandGroup<Program> | undefined

/** Parses the options before the command. If an option of a command is there, the error says where it belongs. */
function readFirst(words: readonly string[], builtIn: BuiltIn): ReturnType<typeof readEarly> {
  try {
    return readEarly(words)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    throw misplaced(words, builtIn) ?? error
  }
}

function misplaced(words: readonly string[], builtIn: BuiltIn): UsageError | undefined {
  const [typed = ''] = words.filter((word) => word.startsWith('-') && !isOneOf(earlyOptions, word))
  const commands = [...(builtIn?.commands.values() ?? [])].map(({ signature }) => signature)
  const having = commands.filter(({ options }) => isOneOf(options, typed))
  const meant = having.find(({ name }) => words.includes(name)) ?? having[0]
  if (meant === undefined) return undefined
  return new UsageError(`${typed} goes after the command: phial ${meant.name} ${typed}.`)
}

function isOneOf(options: typeof earlyOptions, word: string): boolean {
  const [bare] = word.split('=')
  return options.some(({ name, short = name }) => bare === `--${name}` || bare === `-${short}`)
}

/** Throws `UsageError` if `--app` or the app follows the command. The app's own commands may have an option `--app`. */
function checkOrder(name: string, words: readonly string[]): void {
  const late = words.find((word) => /^(?:-A|--app)(?:=|$)/.test(word))
  if (late !== undefined)
    throw new UsageError(`${late} goes before the command: phial --app module:app ${name}.`)
  const [, argument = '-'] = words
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
  words: readonly string[],
  builtIn: BuiltIn,
): Promise<number> {
  try {
    return withoutCommand(both((await program.loadApp()).cli, builtIn), place, words)
  } catch (error) {
    if (!(error instanceof CommandError) || error.exitCode === 2) throw error
    const [why] = error.message.split('\n')
    place.output.stderr(`The commands of the app are not listed. ${why ?? ''}\n\n`)
    return withoutCommand(both(nothing, builtIn), place, words)
  }
}

async function ofTheApp(
  program: Program,
  place: Place,
  words: readonly string[],
  builtIn: BuiltIn,
): Promise<number> {
  const app = await program.loadApp()
  const [name = ''] = words
  const isThere = app.cli.commands.has(name) || app.cli.groups.has(name)
  const alias = ALIASES.get(name)
  if (!isThere && alias !== undefined)
    throw new UsageError(`phial has no command ${name}. Did you mean ${alias}?`)
  return isThere
    ? runWords(ofApp(app, place.output), words)
    : withoutCommand(both(app.cli, builtIn), place, words)
}

const withCli = { description: 'comes with @phial/cli: npm install --save-dev @phial/cli' }

/** Returns all commands. Those of `@phial/cli` take precedence over an app's with the same name. */
function both(own: Listing, builtIn: BuiltIn): Listing {
  const others = builtIn?.commands ?? BUILT_IN.map((name) => [name, withCli] as const)
  return {
    description: own.description,
    commands: new Map([...own.commands, ...others]),
    groups: own.groups,
    options: earlyOptions,
  }
}

/** The listing of an app that could not be loaded. */
const nothing: Listing = { description: '', commands: new Map(), groups: new Map() }
