/**
 * Reads the settings anew, in a process of its own: this one has imported the config file already, and
 * Node imports a file once. The hooks of the master stay as they are; workers read theirs for themselves.
 */
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { StartError, exitCodes, type ExitCode } from '../errors.ts'
import type { Settings } from '../settings/types.ts'

/** What the process answers. */
export type Reread =
  | { readonly settings: Settings }
  | { readonly exitCode: number; readonly message: string; readonly detail: string | undefined }

const program = fileURLToPath(new URL(`./reread-main${import.meta.url.slice(-3)}`, import.meta.url))

/** Rejects with a {@link StartError} for what is not allowed. `hooks` are kept. */
export async function rereadSettings(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  cwd: string,
  { hooks }: Settings,
): Promise<Settings> {
  const child = fork(program, [...argv], {
    env,
    cwd,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const answer = await new Promise<Reread | undefined>((resolve) => {
    child.once('message', (message) => resolve(message as Reread))
    child.once('error', () => resolve(undefined))
    child.once('exit', () => resolve(undefined))
  })
  if (answer && 'settings' in answer) return { ...answer.settings, hooks }
  const { exitCode = exitCodes.configuration, message, detail } = answer ?? {}
  const code = exitCode as ExitCode
  throw new StartError(code, message ?? 'the settings could not be read', detail)
}
