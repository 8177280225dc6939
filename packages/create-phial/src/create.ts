/** `npm create phial`, from its arguments to its last message. Errors are reported before anything is written. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ask, defaults } from './ask.ts'
import { initGit, install } from './children.ts'
import { layOut } from './lay-out.ts'
import { type Manager, managerOf } from './manager.ts'
import { Refusal } from './refusal.ts'
import { findTarget, type Target } from './target.ts'
import { readOptions, usage, type Options } from './options.ts'
import { writeApp } from './write.ts'

/** The environment of the command. */
export interface CommandEnvironment {
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  /** The folder of the templates. */
  readonly templates: string
  /** Whether the command can prompt on a terminal. */
  readonly isTerminal: boolean
  /** Receives the output. `printError` receives errors. */
  readonly print: (text: string) => void
  readonly printError: (text: string) => void
}

/** Runs the command. Returns its exit code. An error is one line. */
export async function create(
  args: readonly string[],
  environment: CommandEnvironment,
): Promise<number> {
  try {
    const options = readOptions(args)
    if (options.help) environment.print(usage)
    else if (options.version) environment.print(`${ownVersion()}\n`)
    else await make(options, environment)
    return 0
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    environment.printError(`${error.detail}create-phial: ${error.message}\n`)
    return error.exitCode
  }
}

async function make(options: Options, environment: CommandEnvironment): Promise<void> {
  const { cwd, env, templates, isTerminal, print } = environment
  const isPrompted = isTerminal && !options.yes && !isCi(env)
  const choices = isPrompted ? await ask(options, cwd) : defaults(options)
  const target = findTarget(choices.dir, cwd, options.force)
  const manager = managerOf(env['npm_config_user_agent'])
  const template = join(templates, choices.template)
  writeApp(layOut(template, target.name, manager), target)
  print(`Created ${target.dir} from the template ${choices.template}.\n`)
  if (options.git) initGit(target.path)
  if (choices.install) {
    print(`Installing its dependencies with ${manager.name}.\n`)
    await install(target, manager, env)
  }
  print(nextSteps(target, manager, cwd, choices.install))
}

/** All common CI services set `CI`. */
const isCi = ({ CI }: NodeJS.ProcessEnv): boolean => CI !== undefined && !/^(|0|false)$/.test(CI)

/** Returns the next steps, as commands of the package manager. */
function nextSteps(
  { path, dir }: Target,
  { command }: Manager,
  cwd: string,
  isInstalled: boolean,
): string {
  const lines = [
    ...(path === cwd ? [] : [`cd ${/[\s'"]/.test(dir) ? JSON.stringify(dir) : dir}`]),
    ...(isInstalled ? [] : [command('install')]),
    command('dev'),
  ]
  return `\nNext:\n\n${lines.map((line) => `  ${line}\n`).join('')}\n`
}

function ownVersion(): string {
  const manifest = new URL('../package.json', import.meta.url)
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version
}
