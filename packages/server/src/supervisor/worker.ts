/**
 * A worker: a process that runs the application. Its master tells it what to do, over their channel;
 * connections it accepts for itself.
 *
 *     start → application loaded → listening → ready → connections … → retire, stop or quit → the end
 */
import type { ApplicationLike } from '@phial/core'
import { StartError, exitCodes } from '../errors.ts'
import { headline, ownStack } from '../load/import.ts'
import { loadApplication, loadDrawn } from '../load.ts'
import { openLogs } from '../logs/open.ts'
import { readConfig } from '../settings/config-file.ts'
import type { Hooks, WorkerInfo } from '../settings/types.ts'
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
    const strays = new Strays()
    const app = await Promise.race([load(info), strays.first])
    const serving = new Serving(app, { start, info, logs, tell })
    strays.handle = (error) => serving.stray(error)
    await serving.listen()
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

async function load(info: WorkerInfo): Promise<ApplicationLike> {
  const { hooks, xray, app = '', maxMemory } = info.settings
  await requireHook(hooks, 'postFork', info)
  const loaded = await (xray ? loadDrawn : loadApplication)(app, process.cwd())
  await requireHook(hooks, 'postWorkerInit', info)
  const memory = process.memoryUsage.rss()
  if (maxMemory === 0 || memory < maxMemory) return loaded
  throw new StartError(
    exitCodes.configuration,
    `--max-memory ${maxMemory}: a worker holds ${memory} bytes before it has answered anything; allow it at least twice that`,
  )
}

/** Errors that are thrown outside of everything that is awaited, unless the application handles them itself. */
class Strays {
  handle: (error: unknown) => void = () => undefined
  /** Rejects with the first, while none are handled otherwise. */
  readonly first: Promise<never>

  constructor() {
    this.first = new Promise((_, reject) => {
      this.handle = reject
    })
    process.on('uncaughtException', (error) => {
      if (process.listenerCount('uncaughtException') === 1) this.handle(error)
    })
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
    process.on('message', (message) => serving.told(message as ToWorker))
    process.off('disconnect', this.#orphaned)
    process.on('disconnect', () => void serving.orphaned())
    process.on('SIGTERM', () => serving.resign('it was sent SIGTERM'))
    process.on('SIGQUIT', () => serving.told({ type: 'quit' }))
    return serving.ended
  }

  /** Without a master before there is anything to serve, there is nothing to finish. */
  readonly #orphaned = (): void => process.exit(exitCodes.ok)
}
