/**
 * A worker: a process that runs the application. It is told what to do by its master, over their
 * channel, and takes no connection that does not come from there.
 *
 *     start → application loaded → ready → connections … → retire, stop or quit → the end
 */
import type { Socket } from 'node:net'
import { StartError, exitCodes } from '../errors.ts'
import { headline, ownStack } from '../load/import.ts'
import { loadApplication, loadDrawn } from '../load.ts'
import { openLogs } from '../logs/open.ts'
import { readConfig } from '../settings/config-file.ts'
import type { Hooks } from '../settings/hooks.ts'
import { callHook, requireHook } from './hooks.ts'
import type { Start, ToMaster, ToWorker } from './messages.ts'
import { Serving } from './serving.ts'

/** Serves until the master says otherwise, and gives the code to exit with. */
export async function work(): Promise<number> {
  ignoreTerminal()
  const channel = new Channel()
  const start = await channel.start
  try {
    const logs = openLogs(start.settings)
    const settings = { ...start.settings, hooks: await hooksOf(start) }
    const info = { pid: process.pid, settings, log: logs.error }
    await requireHook(settings.hooks, 'postFork', info)
    const load = settings.xray ? loadDrawn : loadApplication
    const app = await load(settings.app ?? '', process.cwd())
    await requireHook(settings.hooks, 'postWorkerInit', info)
    const serving = new Serving(app, { start, info, logs, tell })
    const ending = channel.listen(serving)
    tell({ type: 'ready' })
    await ending
    await callHook(settings.hooks, logs.error, 'workerExit', info)
    await logs.close()
    return exitCodes.ok
  } catch (error) {
    return failed(error)
  }
}

/** Hooks do not travel from the master; they are read here again. */
async function hooksOf({ settings: { config } }: Start): Promise<Hooks> {
  return config === undefined ? {} : ((await readConfig(config)).get('hooks')?.value ?? {})
}

/** What the master is told, if it is still there. */
function tell(message: ToMaster): void {
  if (process.connected) process.send?.(message, () => undefined)
}

/** The master says what went wrong; it may be one of many that this happened to. */
async function failed(error: unknown): Promise<number> {
  const known =
    error instanceof StartError
      ? error
      : new StartError(
          exitCodes.boot,
          `a worker failed to boot: ${headline(error)}`,
          ownStack(error),
        )
  const { exitCode, message, detail } = known
  await new Promise((resolve) => {
    if (process.connected) process.send?.({ type: 'failed', exitCode, message, detail }, resolve)
    else resolve(undefined)
  })
  return exitCode
}

/** What a terminal sends to all of its processes is for the master alone. */
function ignoreTerminal(): void {
  const signals = ['INT', 'HUP', 'USR1', 'USR2', 'WINCH', 'TTIN', 'TTOU'] as const
  for (const name of signals) process.on(`SIG${name}`, () => undefined)
}

/** The worker's end of the channel. */
class Channel {
  /** Kept when the master has said what to do. */
  readonly start: Promise<Start>

  constructor() {
    this.start = new Promise((resolve) => {
      process.once('message', (message) => resolve(message as Start))
    })
    process.on('disconnect', this.#orphaned)
  }

  /** Does what it is told from now on. Kept when it was told to end, and has. */
  listen(serving: Serving): Promise<void> {
    process.on('message', (message, socket) => {
      serving.told(message as ToWorker, socket as Socket | undefined)
    })
    process.off('disconnect', this.#orphaned)
    process.on('disconnect', () => void serving.orphaned())
    process.on('SIGTERM', () => serving.told({ type: 'stop' }))
    process.on('SIGQUIT', () => serving.told({ type: 'quit' }))
    return serving.ended
  }

  /** Without a master before there is anything to serve, there is nothing to finish. */
  readonly #orphaned = (): void => process.exit(exitCodes.ok)
}
