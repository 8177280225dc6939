/** `npm create phial`, from its words to its closing words: what is wrong is said before anything is written. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ask, usual } from './ask.ts'
import { initGit, install } from './children.ts'
import { layOut } from './lay-out.ts'
import { type Manager, managerOf } from './manager.ts'
import { Refusal } from './refusal.ts'
import { findTarget, type Target } from './target.ts'
import { readWords, usage, type Words } from './words.ts'
import { writeApp } from './write.ts'

/** Where a command runs. */
export interface Surroundings {
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  /** The folder of the templates. */
  readonly templates: string
  /** Whether a terminal is there to ask on. */
  readonly isTerminal: boolean
  /** Where what is said goes. */
  readonly print: (text: string) => void
  readonly complain: (text: string) => void
}

/** Runs the command. Returns its exit code; what is wrong is one line. */
export async function create(args: readonly string[], around: Surroundings): Promise<number> {
  try {
    const words = readWords(args)
    if (words.help) around.print(usage)
    else if (words.version) around.print(`${ownVersion()}\n`)
    else await make(words, around)
    return 0
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    around.complain(`${error.detail}create-phial: ${error.message}\n`)
    return error.exitCode
  }
}

async function make(words: Words, around: Surroundings): Promise<void> {
  const { cwd, env, templates, isTerminal, print } = around
  const isAsked = isTerminal && !words.yes && !isCi(env)
  const wishes = isAsked ? await ask(words, cwd) : usual(words)
  const target = findTarget(wishes.dir, cwd, words.force)
  const manager = managerOf(env['npm_config_user_agent'])
  const template = join(templates, wishes.template)
  writeApp(layOut(template, target.name, manager), target)
  print(`Created ${target.said} from the template ${wishes.template}.\n`)
  if (words.git) initGit(target.path)
  if (wishes.install) {
    print(`Installing its dependencies with ${manager.name}.\n`)
    await install(target, manager, env)
  }
  print(closing(target, manager, cwd, wishes.install))
}

/** Every CI that is known sets `CI`. */
const isCi = ({ CI }: NodeJS.ProcessEnv): boolean => CI !== undefined && !/^(|0|false)$/.test(CI)

/** What to do next, in the words of the package manager. */
function closing(
  { path, said }: Target,
  { say }: Manager,
  cwd: string,
  isInstalled: boolean,
): string {
  const lines = [
    ...(path === cwd ? [] : [`cd ${/[\s'"]/.test(said) ? JSON.stringify(said) : said}`]),
    ...(isInstalled ? [] : [say('install')]),
    say('dev'),
  ]
  return `\nNext:\n\n${lines.map((line) => `  ${line}\n`).join('')}\n`
}

function ownVersion(): string {
  const manifest = new URL('../package.json', import.meta.url)
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version
}
