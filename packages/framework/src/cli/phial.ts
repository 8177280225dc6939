/**
 * The program `phial`: words before the command say which app is meant; the command is one that comes
 * with Phial, or one of the app's own. The app is loaded for those that need it, and for help.
 */
import { inspect } from 'node:util'
import { CommandError, UsageError } from './errors.ts'
import type { Listing } from './help.ts'
import { builtIn } from './program/built-in.ts'
import { earlyOptions, readEarly, version } from './program/early.ts'
import { Program, type ProgramOptions } from './program/program.ts'
import { ofApp, outcomeOf, type Place, runWords, withoutCommand } from './run.ts'

/** Runs a command line to its end, and gives the code to exit with. */
export async function phial(words: readonly string[], options: ProgramOptions): Promise<number> {
  const place = { output: options.output, path: ['phial'] }
  const { exitCode, error } = await outcomeOf(place, () => fromWords(words, options, place))
  const isTold = error === undefined || error instanceof CommandError
  if (!isTold) place.output.stderr(`${inspect(error)}\n`)
  return exitCode
}

async function fromWords(
  words: readonly string[],
  options: ProgramOptions,
  place: Place,
): Promise<number> {
  const { early, rest } = readEarly(words)
  if (early.version) {
    place.output.stdout(`phial ${version()}\n`)
    return 0
  }
  const program = new Program(options, early)
  const [name = ''] = rest
  if (builtIn.commands.has(name)) {
    checkOrder(name, rest)
    return runWords({ ...place, group: builtIn, within: async (run) => run(program) }, rest)
  }
  return name === '' || /^(-h|--help)$/.test(name)
    ? help(program, place, rest)
    : ofTheApp(program, place, rest)
}

/** Which app is meant is said before a command. One of the app's own may have an option of that name. */
function checkOrder(name: string, words: readonly string[]): void {
  const late = words.find((word) => /^(?:-A|--app)(?:=|$)/.test(word))
  if (late === undefined) return
  throw new UsageError(`${late} stands before the command: phial --app module:app ${name}.`)
}

/** Help tells of the app's commands too, if the app can be loaded. */
async function help(program: Program, place: Place, words: readonly string[]): Promise<number> {
  try {
    return withoutCommand(both((await program.loadApp()).cli), place, words)
  } catch (error) {
    if (!(error instanceof CommandError) || error.exitCode === 2) throw error
    const [why] = error.message.split('\n')
    place.output.stderr(`Without the commands of an app. ${why ?? ''}\n\n`)
    return withoutCommand(both(nothing), place, words)
  }
}

async function ofTheApp(program: Program, place: Place, words: readonly string[]): Promise<number> {
  const app = await program.loadApp()
  const [name = ''] = words
  const isThere = app.cli.commands.has(name) || app.cli.groups.has(name)
  return isThere
    ? runWords(ofApp(app, place.output), words)
    : withoutCommand(both(app.cli), place, words)
}

/** All that can be typed. What comes with Phial comes first, also where an app has a command of that name. */
function both(own: Listing): Listing {
  return {
    description: own.description,
    commands: new Map([...own.commands, ...builtIn.commands]),
    groups: own.groups,
    options: earlyOptions,
  }
}

/** What there is of an app that is not there. */
const nothing: Listing = { description: '', commands: new Map(), groups: new Map() }
