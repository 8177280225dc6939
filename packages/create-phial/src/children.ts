/** The programs that finish an application: git, and the package manager that called. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Manager } from './manager.ts'
import { Refusal } from './refusal.ts'

/** Makes a repository, unless the folder is in one, or there is no git. */
export function initGit(cwd: string): void {
  const git = (...args: string[]): boolean =>
    spawnSync('git', args, { cwd, stdio: 'ignore' }).status === 0
  if (!git('rev-parse', '--is-inside-work-tree')) git('init', '--quiet')
}

/**
 * Installs the dependencies of the application. What the package manager prints is shown only if it fails: then a
 * folder `node_modules` that is not finished is removed, and a {@link Refusal} says what is left to do.
 */
export async function install(
  { path, said }: { path: string; said: string },
  manager: Manager,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const modules = join(path, 'node_modules')
  const wasThere = existsSync(modules)
  const { problem, exitCode, output } = await runInstall(path, manager, env)
  if (problem === undefined) return
  if (!wasThere) rmSync(modules, { recursive: true, force: true, maxRetries: 3 })
  throw new Refusal(
    `${manager.say('install')} ${problem}. The application itself is whole in ${said}: run ${manager.say('install')} there`,
    exitCode,
    output,
  )
}

/** How an install ended: without a problem, if it succeeded. */
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
    // What is for development is wanted, whatever the shell says.
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

/** The very program that called, which need not be on the path: npx has its own. */
function commandOf({ name }: Manager, env: NodeJS.ProcessEnv): [file: string, ...args: string[]] {
  const { npm_execpath: path = '' } = env
  if (path === '') return [name]
  return /\.[cm]?js$/.test(path) ? [process.execPath, path] : [path]
}
