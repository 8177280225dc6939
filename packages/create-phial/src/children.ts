/** Runs the programs that complete an application: git, and the package manager that started this command. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Manager } from './manager.ts'
import { Refusal } from './refusal.ts'

/** Creates a repository, unless the folder is in one or git is not installed. */
export function initGit(cwd: string): void {
  const git = (...args: string[]): boolean =>
    spawnSync('git', args, { cwd, stdio: 'ignore' }).status === 0
  if (!git('rev-parse', '--is-inside-work-tree')) git('init', '--quiet')
}

/**
 * Installs the dependencies of the application. If that fails, removes an incomplete `node_modules` and throws a
 * {@link Refusal} with the output of the package manager and the next step.
 */
export async function install(
  { path, dir }: { path: string; dir: string },
  manager: Manager,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const modules = join(path, 'node_modules')
  const wasThere = existsSync(modules)
  const { problem, exitCode, output } = await runInstall(path, manager, env)
  if (problem === undefined) return
  if (!wasThere) rmSync(modules, { recursive: true, force: true, maxRetries: 3 })
  throw new Refusal(
    `${manager.command('install')} ${problem}. The application itself is complete in ${dir}. Run ${manager.command('install')} there.`,
    exitCode,
    output,
  )
}

/** The result of an installation. `problem` is missing if it succeeded. */
interface Installed {
  readonly problem?: string
  readonly exitCode?: number
  readonly output?: string
}

async function runInstall(
  cwd: string,
  manager: Manager,
  env: NodeJS.ProcessEnv,
): Promise<Installed> {
  const [file, ...args] = commandOf(manager, env)
  const child = spawn(file, [...args, 'install'], {
    cwd,
    // Development dependencies are needed, even if the shell sets NODE_ENV=production.
    env: { ...env, NODE_ENV: 'development' },
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  let wasStopped = false
  const stop = (): void => {
    child.kill(wasStopped ? 'SIGKILL' : 'SIGTERM')
    wasStopped = true
  }
  process.on('SIGINT', stop).on('SIGTERM', stop)
  try {
    const [code] = (await once(child, 'close')) as [number | null]
    if (wasStopped) return { problem: 'was stopped', exitCode: 130 }
    return code === 0 ? {} : { problem: `ended with ${code ?? 'a signal'}`, output }
  } catch (error) {
    return { problem: `did not start (${error instanceof Error ? error.message : String(error)})` }
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
  }
}

/** Returns the program that started this command. It may not be on the path, because npx has its own. */
function commandOf({ name }: Manager, env: NodeJS.ProcessEnv): [file: string, ...args: string[]] {
  const { npm_execpath: path = '' } = env
  if (path === '') return [name]
  return /\.[cm]?js$/.test(path) ? [process.execPath, path] : [path]
}
