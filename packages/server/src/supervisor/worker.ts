/**
 * A worker: a process that runs the application. This is the program that the master forks. The worker accepts connections
 * itself, and receives messages from the master over their IPC channel.
 *
 *     start → application loaded → listening → ready → connections … → retire, stop or quit → exit
 */
import type { ApplicationLike } from '@phial/core'
import { StartError, exitCodes } from '../errors.ts'
import { headline, ownStack } from '../load/import.ts'
import { loadApplication, loadDrawn } from '../load.ts'
import { openLogs } from '../logs/open.ts'
import { readConfig } from '../settings/config-file.ts'
import { reportRejections } from '../runtime.ts'
import type { Hooks, WorkerInfo } from '../settings/types.ts'
import { callHook, requireHook } from './hooks.ts'
import type { Start, ToMaster, ToWorker } from './messages.ts'
import { Serving } from './serving.ts'

/** Serves until the master sends a message to stop. Resolves with the exit code. */
async function work(): Promise<number> {
  ignoreTerminal()
  const channel = new Channel()
  const start = await channel.start
  try {
    const logs = openLogs(start.settings)
    const settings = { ...start.settings, hooks: await hooksOf(start) }
    const info = { pid: process.pid, settings, log: logs.error }
    const uncaught = new UncaughtErrors()
    const app = await Promise.race([load(info), uncaught.first])
    const serving = new Serving(app, { start, info, logs, send })
    uncaught.handle = (error) => serving.uncaught(error)
    await serving.listen()
    const ending = channel.listen(serving)
    send({ type: 'ready' })
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
    `--max-memory ${maxMemory}: a worker uses ${memory} bytes before its first request; allow at least twice as much`,
  )
}

/** Uncaught exceptions and rejections of the process, unless the application handles them itself. */
class UncaughtErrors {
  handle: (error: unknown) => void = () => undefined
  /** Rejects with the first error, until {@link handle} is replaced. */
  readonly first: Promise<never>

  constructor() {
    this.first = new Promise((_, reject) => {
      this.handle = reject
    })
    process.on('uncaughtException', (error) => {
      if (process.listenerCount('uncaughtException') === 1) this.handle(error)
    })
    reportRejections()
  }
}

/** Reads the hooks again, because functions cannot be sent between processes. */
async function hooksOf({ settings: { config } }: Start): Promise<Hooks> {
  return config === undefined ? {} : ((await readConfig(config)).get('hooks')?.value ?? {})
}

/** Sends a message to the master if it is still running. A failure ends the channel, because Deno does not always report that the master has. */
function send(message: ToMaster): void {
  if (!process.connected) return
  process.send?.(message, undefined, undefined, (error) => {
    if (error && process.connected) process.disconnect()
  })
}

/** Reports a failed start to the master, which logs it once even if it happens to several workers. Resolves with the exit code. */
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

/** Ignores signals that a terminal sends to all processes of a group. Only the master handles them. */
function ignoreTerminal(): void {
  const signals = ['INT', 'HUP', 'USR1', 'USR2', 'WINCH', 'TTIN', 'TTOU'] as const
  for (const name of signals) process.on(`SIG${name}`, () => undefined)
}

/** The worker's end of the IPC channel. */
class Channel {
  /** Resolves with the first message from the master. */
  readonly start: Promise<Start>

  constructor() {
    this.start = new Promise((resolve) => {
      process.once('message', (message) => resolve(message as Start))
    })
    process.on('disconnect', this.#orphaned)
  }

  /** Handles messages and signals from now on. Resolves when the worker has stopped serving. */
  listen(serving: Serving): Promise<void> {
    process.on('message', (message) => serving.received(message as ToWorker))
    process.off('disconnect', this.#orphaned)
    process.on('disconnect', () => void serving.orphaned())
    process.on('SIGTERM', () => serving.retire('it received SIGTERM'))
    process.on('SIGQUIT', () => serving.received({ type: 'quit' }))
    return serving.ended
  }

  /** Exits immediately if the master dies before this worker serves, because there is nothing to finish. */
  readonly #orphaned = (): void => process.exit(exitCodes.ok)
}

// Exits instead of setting the exit code, because timers and connections of the application may keep the process alive.
process.exit(await work())
