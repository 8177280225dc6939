/** Servers, each in its own process, with their processor time and memory. */
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface Running {
  readonly name: string
  readonly child: ChildProcess
  readonly url: string
}

/** Starts a server and waits for the address that it prints. */
export async function launch(
  name: string,
  [command, ...args]: readonly [string, ...string[]],
  env: Readonly<Record<string, string>> = {},
): Promise<Running> {
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: { ...process.env, ...env },
  })
  const { stdout } = child
  if (stdout === null) throw new Error(`${name} has no standard output`)
  let said = ''
  let url: string | undefined
  for await (const line of createInterface(stdout)) {
    ;[url] = /http:\/\/[\w.:[\]]+\/?/.exec(line) ?? []
    if (url !== undefined) break
    said += `${line}\n`
  }
  if (url === undefined) throw new Error(`${name} ended without printing its address:\n${said}`)
  stdout.resume()
  return { name, child, url }
}

/** Starts a server of `servers/`. With `--import` of `servers/memory.ts` among the arguments it reports its memory. */
export function start(
  name: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Running> {
  const file = fileURLToPath(new URL(`../servers/${name}.ts`, import.meta.url))
  return launch(name, [process.execPath, '--import', 'tsx', ...args, file], env)
}

/** Ends a server and its children. */
export async function stop({ child }: Running, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  const ended = once(child, 'exit')
  child.kill(signal)
  await ended
}

const hasTaskset =
  availableParallelism() > 1 &&
  spawnSync('taskset', ['--version'], { stdio: 'ignore' }).status === 0

/** Returns a command that runs another one on a core, if a core is given. The process keeps its id. */
export const pinned = (
  core: number | undefined,
  command: readonly string[],
): [string, ...string[]] => {
  const [program = '', ...args] = command
  const isPinned = hasTaskset && core !== undefined
  return isPinned ? ['taskset', '-c', `${core}`, program, ...args] : [program, ...args]
}

/** Returns the path of a major version of Node, from the npm package `node` unless this process runs that version. */
export function nodeBinary(major: string): string {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath
  const args = ['-y', '-p', `node@${major}`, 'node', '--print', 'process.execPath']
  return execFileSync('npx', args, { encoding: 'utf8' }).trim()
}

/** Returns a process and its children. */
function family(pid: number): number[] {
  const path = `/proc/${pid}/task/${pid}/children`
  const children = existsSync(path) ? readFileSync(path, 'utf8').split(' ').filter(Boolean) : []
  return [pid, ...children.flatMap((child) => family(Number(child)))]
}

/**
 * Returns the processor time of a process and its children so far, in microseconds: the total, and the part of the kernel.
 * Linux counts in hundredths of a second.
 */
export function processorTime({ child: { pid = 0 } }: Pick<Running, 'child'>): {
  all: number
  kernel: number
} {
  const sum = { all: 0, kernel: 0 }
  for (const one of family(pid)) {
    const [, rest = ''] = readFileSync(`/proc/${one}/stat`, 'utf8').split(') ')
    const fields = rest.split(' ')
    const kernel = Number(fields[12]) * 10_000
    sum.all += Number(fields[11]) * 10_000 + kernel
    sum.kernel += kernel
  }
  return sum
}

/** Sums a line of `/proc/PID/status` over a process and its children, in megabytes. */
function megabytes({ child: { pid = 0 } }: Running, name: 'VmRSS' | 'VmHWM'): number {
  const pattern = new RegExp(`${name}:\\s+(\\d+)`)
  const all = family(pid).map((one) => {
    const [, kilobytes] = pattern.exec(readFileSync(`/proc/${one}/status`, 'utf8')) ?? []
    return Number(kilobytes)
  })
  return all.reduce((sum, one) => sum + one, 0) / 1024
}

/** Returns the memory of a server, in megabytes. */
export const memory = (running: Running): number => megabytes(running, 'VmRSS')

/** Returns the peak memory of a server, in megabytes. */
export const peakMemory = (running: Running): number => megabytes(running, 'VmHWM')

/** Returns the middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const [low = Number.NaN, high = Number.NaN] = [(sorted.length - 1) >> 1, sorted.length >> 1].map(
    (index) => sorted[index],
  )
  return (low + high) / 2
}
