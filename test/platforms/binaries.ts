/** The programs of the platforms, from the npm packages that ship them. */
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** Where the packages have their programs. */
const PROGRAMS = {
  bun: ['@oven/bun-linux-x64-baseline', 'bin/bun'],
  deno: ['@deno/linux-x64-glibc', 'deno'],
  workerd: ['@cloudflare/workerd-linux-64', 'bin/workerd'],
} as const

/** Whether the packages have programs for this machine. Where they do, none may be missing. */
export const hasPrograms = process.platform === 'linux' && process.arch === 'x64'

export type ProgramName = keyof typeof PROGRAMS

/** The path of a platform's program. Throws if its package is not installed. */
export function binary(name: ProgramName): string {
  const [found, path] = PROGRAMS[name]
  return join(dirname(createRequire(import.meta.url).resolve(`${found}/package.json`)), path)
}
