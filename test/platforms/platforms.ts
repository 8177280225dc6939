/** The platforms under test, as docs/embedding.md names them. */
import { readFileSync } from 'node:fs'

export const platforms = ['Bun', 'Deno', 'workerd', 'function URL', 'API Gateway'] as const
export type Platform = (typeof platforms)[number]

/** The platforms that run as a process. For Lambda, the tests create events instead. */
export const runtimes = ['Bun', 'Deno', 'workerd'] as const
export type Runtime = (typeof runtimes)[number]

export const isRuntime = (platform: Platform): platform is Runtime =>
  runtimes.some((runtime) => runtime === platform)

const { optionalDependencies } = JSON.parse(
  readFileSync(new URL('package.json', import.meta.url), 'utf8'),
) as { optionalDependencies: Record<string, string> }

const version = (name: string): string => optionalDependencies[name] ?? ''

export const versions: Readonly<Record<Runtime, string>> = {
  Bun: version('@oven/bun-linux-x64-baseline'),
  Deno: version('@deno/linux-x64-glibc'),
  workerd: version('@cloudflare/workerd-linux-64'),
}
