/** Runs Vitest in a separate process, for programs that run parts of the suite in a special way. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { root } from '../house/workspace.ts'

export interface Special {
  /** Added to the environment. */
  readonly env: Readonly<Record<string, string>>
  /** The command that runs Node, with its arguments. Defaults to this Node. */
  readonly node?: readonly [command: string, ...args: string[]]
}

/** Runs Vitest with these arguments and resolves to its exit code. */
export async function runVitest(
  args: readonly string[],
  { env, node: [command, ...before] = [process.execPath] }: Special,
): Promise<number> {
  const file = join(root, 'node_modules/vitest/vitest.mjs')
  const child = spawn(command, [...before, file, 'run', '--root', 'test', ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  return code ?? 1
}
