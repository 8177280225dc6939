/** The binaries of the platforms, from their npm packages. */
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** The package of each binary, and its path in the package. */
const PROGRAMS = {
  bun: ['@oven/bun-linux-x64-baseline', 'bin/bun'],
  deno: ['@deno/linux-x64-glibc', 'deno'],
  workerd: ['@cloudflare/workerd-linux-64', 'bin/workerd'],
} as const

/** Whether there are binaries for this machine. If so, all packages must be installed. */
export const hasPrograms = process.platform === 'linux' && process.arch === 'x64'

export type ProgramName = keyof typeof PROGRAMS

/** Returns the path of a platform's binary. Throws if its package is not installed. */
export function binary(name: ProgramName): string {
  const [found, path] = PROGRAMS[name]
  return join(dirname(createRequire(import.meta.url).resolve(`${found}/package.json`)), path)
}
