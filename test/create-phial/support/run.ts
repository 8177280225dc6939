/** Runs a command until it exits. */
import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Returns the output and the exit code. `started` receives the child process, for example to send it a signal. */
export async function run(
  file: string,
  args: readonly string[],
  options: SpawnOptions,
  started: (child: ChildProcess) => void = () => undefined,
): Promise<Ended> {
  const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  started(child)
  const said = Promise.all([text(child.stdout), text(child.stderr)])
  const [code] = (await once(child, 'close')) as [number | null]
  const [stdout, stderr] = await said
  return { code, stdout, stderr }
}
