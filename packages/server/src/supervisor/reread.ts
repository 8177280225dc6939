/**
 * Reads the settings again for a reload, in a child process: this process has imported the config file already, and Node
 * imports a file only once. The child runs this same file.
 *
 *     rereadSettings() ── fork, with the same arguments ──► readSettings()
 *            ▲                                                  │
 *            └──────── the settings, or an error ───────────────┘
 */
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { StartError, exitCodes, type ExitCode } from '../errors.ts'
import { headline, ownStack } from '../load/import.ts'
import { readSettings } from '../settings/read.ts'
import type { Settings } from '../settings/types.ts'
import { endOf, onceEnded } from './child.ts'

/** The message from the child. */
type Reread =
  | { readonly settings: Settings }
  | { readonly exitCode: number; readonly message: string; readonly detail: string | undefined }

const program = fileURLToPath(import.meta.url)

/**
 * Reads the settings again. `hooks` are those of the master, because functions cannot be sent between processes. Rejects
 * with a {@link StartError} if a setting is invalid.
 */
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
  const answer = await new Promise<Reread>((resolve, reject) => {
    const fail = (why: string): void =>
      reject(new StartError(exitCodes.configuration, `the settings could not be read: ${why}`))
    child.once('message', (message) => resolve(message as Reread))
    child.once('error', ({ message }) => fail(message))
    onceEnded(child, (end) => fail(`their process ${endOf(end)}`))
  })
  if ('settings' in answer) return { ...answer.settings, hooks }
  throw new StartError(answer.exitCode as ExitCode, answer.message, answer.detail)
}

/** Reads the settings in the child. */
async function readInChild(): Promise<Reread> {
  try {
    const settings = await readSettings(process.argv.slice(2), process.env)
    return { settings: { ...settings, hooks: {} } }
  } catch (error) {
    if (!(error instanceof StartError))
      return { exitCode: 1, message: headline(error), detail: ownStack(error) }
    const { exitCode, message, detail } = error
    return { exitCode, message, detail }
  }
}

if (process.argv[1] === program) process.send?.(await readInChild(), () => process.exit())
