/** The servers of `servers/`, each in a process of its own, and what it costs. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface Running {
  readonly name: string
  readonly child: ChildProcess
  readonly url: string
}

/** Starts a server. With `--import` of `servers/memory.ts` among the arguments it can be asked for its memory. */
export async function start(
  name: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Running> {
  const file = fileURLToPath(new URL(`../servers/${name}.ts`, import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', ...args, file], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: { ...process.env, ...env },
  })
  if (child.stdout === null) throw new Error(`${name} has no standard output`)
  const [url] = (await once(createInterface(child.stdout), 'line')) as [string]
  return { name, child, url }
}

/** So far, all and what of it was spent in the kernel, in microseconds. Linux counts it in hundredths of a second. */
export function processorTime({ child: { pid = 0 } }: Running): { all: number; kernel: number } {
  const [, rest = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')
  const fields = rest.split(' ')
  const kernel = Number(fields[12]) * 10_000
  return { all: Number(fields[11]) * 10_000 + kernel, kernel }
}

/** How much memory a process has, in megabytes. */
export function memory({ child: { pid = 0 } }: Running): number {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) / 1024
}

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
