/**
 * The master: reserves addresses, starts workers and handles signals. It never runs the application, and no connection
 * passes through it.
 *
 *     settings → logs → pid file → addresses → workers ready → signals … → workers gone → exit
 */
import { realpathSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { errorText } from '@phial/core'
import { exitCodes, type ExitCode, StartError } from '../errors.ts'
import { headline, ownStack } from '../load/import.ts'
import { xrayLine } from '../load/xray.ts'
import { openLogs, type Logs } from '../logs/open.ts'
import { serveMetrics } from '../metrics/serve.ts'
import { metricsText } from '../metrics/text.ts'
import { Totals } from '../metrics/totals.ts'
import { reportRejections } from '../runtime.ts'
import type { Service } from '../serve.ts'
import { environmentOf } from '../settings/env-file.ts'
import type { Hooks, MasterInfo, Settings } from '../settings/types.ts'
import { callHook, requireHook } from './hooks.ts'
import { reserve, type Reserved } from './reserve.ts'
import { isStop, SignalQueue, UPGRADE, type Signal } from './signals.ts'
import { inheritedSockets, notifyReady, withoutSystemd, writePidFile } from './service-manager.ts'
import { WorkerPool, type Plan } from './worker-pool.ts'

export interface MasterOptions {
  readonly settings: Settings
  /** Reads the settings again from all their sources. */
  readonly reread: () => Promise<Settings>
  readonly env: NodeJS.ProcessEnv
  readonly version: string
}

/** Serves until a stop signal. Rejects with a {@link StartError} if the server cannot start. */
export async function supervise(options: MasterOptions): Promise<ExitCode> {
  const { settings, env } = options
  const queue = new SignalQueue()
  queue.listen()
  if (settings.umask !== undefined) process.umask(settings.umask)
  const logs = openLogs(settings)
  let removePidFile: (() => void) | undefined
  const uncaught = (error: unknown): void =>
    logs.error.critical(`Exception in the master\n${errorText(error)}`)
  reportRejections()
  process.on('uncaughtException', uncaught) // most likely from a hook; the site stays up
  try {
    const info = { pid: process.pid, settings, log: logs.error, workers: [] }
    await requireHook(settings.hooks, 'onStarting', info)
    if (settings.pidfile !== undefined) removePidFile = writePidFile(settings.pidfile)
    const bind = inheritedSockets(env, process.pid) ?? settings.bind
    const listeners = await reserve(bind)
    await new Master(options, logs, queue, listeners).run()
  } finally {
    removePidFile?.()
    await logs.close()
    process.off('uncaughtException', uncaught)
    queue.close()
  }
  return exitCodes.ok
}

class Master {
  readonly #options: MasterOptions
  readonly #logs: Logs
  readonly #signals: SignalQueue
  readonly #listeners: readonly Reserved[]
  readonly #totals = new Totals()
  readonly #pool: WorkerPool
  #metrics: Service | undefined
  #settings: Settings
  #reportedWorkers = 0
  #isBooted = false
  #isStopping = false
  /** Aborted by a second stop signal. */
  readonly #hurried = new AbortController()

  constructor(
    options: MasterOptions,
    logs: Logs,
    queue: SignalQueue,
    listeners: readonly Reserved[],
  ) {
    this.#options = options
    this.#settings = options.settings
    this.#logs = logs
    this.#signals = queue
    this.#listeners = listeners
    this.#pool = new WorkerPool(planOf(options.settings, options.env), {
      listeners,
      log: logs.error,
      onStart: () => this.#call('preFork', this.#info),
      onResize: (now, before) => this.#call('nworkersChanged', this.#info, now, before),
      onBeat: (child, counted) => {
        this.#totals.take(child, counted)
        this.#reportWorkers()
      },
      onGone: (child) => {
        this.#totals.left(child)
        this.#call('childExit', this.#info, child.pid)
      },
    })
  }

  /** Starts the workers and handles signals. Resolves or rejects when all workers have exited. */
  async run(): Promise<void> {
    try {
      const booted = this.#boot()
      const stopped = this.#handleSignals(booted)
      await Promise.race([booted.catch((error: unknown) => this.#bootFailed(error)), stopped])
      await stopped
    } finally {
      this.#release()
      await this.#pool.stop({ type: 'quit' })
      await this.#metrics?.close(true)
      await callHook(this.#settings.hooks, this.#logs.error, 'onExit', this.#info)
    }
  }

  async #boot(): Promise<void> {
    const { metrics } = this.#options.settings
    if (metrics !== undefined)
      this.#metrics = await serveMetrics(metrics, {
        text: () => this.#metricsText(),
        isReady: () => this.#isBooted && !this.#isStopping && this.#pool.isServing,
      })
    await this.#pool.boot()
    this.#isBooted = true
    const { error: log } = this.#logs
    log.info(`Starting phial-server ${this.#options.version}`)
    const isSecure = this.#settings.certfile !== undefined
    for (const { url: bare } of this.#listeners) {
      const url = isSecure ? bare.replace(/^http:/, 'https:') : bare
      log.info(`Listening at: ${url} (${process.pid})`)
      if (this.#settings.xray) log.info(xrayLine(url, this.#options.env))
    }
    for (const { pid } of this.#pool.workers) log.info(`Booted worker with pid: ${pid}`)
    notifyReady(this.#options.env, log)
    this.#call('whenReady', this.#info)
  }

  #bootFailed(error: unknown): void {
    if (!this.#isStopping) throw error
  }

  /** Handles signals in their order. Resolves when one of them has stopped the server. */
  async #handleSignals(booted: Promise<void>): Promise<void> {
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- signals come one after another
      const signal = await this.#signals.next()
      this.#logs.error.info(`Handling signal: ${signal.toLowerCase()}`)
      if (isStop(signal)) return this.#stop(signal)
      void booted.then(() => this.#actions[signal]()).catch(() => undefined) // `run` reports a failed boot
    }
  }

  readonly #actions: Record<Exclude<Signal, 'TERM' | 'INT' | 'QUIT'>, () => void> = {
    HUP: () => void this.#reload(),
    TTIN: () => this.#addWorker(),
    TTOU: () => this.#pool.resize(Math.max(1, this.#pool.target - 1)),
    USR1: () => {
      this.#logs.reopen()
      this.#pool.send({ type: 'reopen' })
    },
    USR2: () => this.#logs.error.warning(`USR2 is ignored; ${UPGRADE}`),
    WINCH: () => undefined,
  }

  #addWorker(): void {
    if (!this.#settings.xray) return this.#pool.resize(this.#pool.target + 1)
    this.#logs.error.warning('TTIN is ignored; --xray works with a single worker')
  }

  // Stop and reload.

  async #stop(signal: Signal): Promise<void> {
    this.#isStopping = true
    void this.#cutOnSecondSignal()
    if (signal === 'TERM') await this.#drain()
    this.#release()
    await this.#pool.stop(
      signal === 'QUIT' ? { type: 'quit' } : { type: 'stop', isHurried: signal === 'INT' },
    )
    this.#logs.error.info('Shutting down')
  }

  /** Keeps accepting for the time of `--drain`, because load balancers need some time to notice that this server is not ready. */
  async #drain(): Promise<void> {
    const { drain } = this.#settings
    if (drain === 0) return
    this.#logs.error.info(`Draining: accepting new connections for ${drain} s`)
    this.#pool.send({ type: 'drain' })
    await pause(drain * 1000, undefined, this.#hurried).catch(() => undefined)
  }

  /** Closes the descriptors of this process. Workers have their own, and the last one empties the queue before it closes it. */
  #release(): void {
    for (const one of this.#listeners) one.release()
  }

  /** Waits for a second stop signal, and cuts in-flight requests. */
  async #cutOnSecondSignal(): Promise<void> {
    const signal = await this.#signals.nextStop()
    this.#logs.error.info(
      `Handling signal: ${signal.toLowerCase()} (the second): cutting in-flight requests`,
    )
    this.#hurried.abort()
    await this.#pool.stop({ type: 'quit' })
  }

  async #reload(): Promise<void> {
    const log = this.#logs.error
    try {
      await callHook(this.#settings.hooks, log, 'onReload', this.#info)
      const settings = await this.#options.reread()
      const plan = planOf(settings, this.#options.env)
      await this.#pool.replaceAll(plan)
      process.chdir(plan.folder) // relative paths, such as those of log files, begin there
      const unchanged = ['bind', 'metrics', 'pidfile', 'umask'].filter((name) =>
        differs(Reflect.get(settings, name), Reflect.get(this.#settings, name)),
      )
      this.#settings = settings
      log.info(`Reloaded: all workers run the new code in ${plan.folder}`)
      if (unchanged.length > 0)
        log.warning(`These settings take effect only after a restart: ${unchanged.join(', ')}`)
    } catch (error) {
      if (this.#isStopping) return
      const { message, detail } = startErrorOf(error)
      log.error(
        `Not reloaded, the old workers keep running: ${message}${detail ? `\n${detail}` : ''}`,
      )
    }
  }

  #call<Name extends keyof Hooks>(name: Name, ...args: Parameters<NonNullable<Hooks[Name]>>): void {
    void callHook(this.#settings.hooks, this.#logs.error, name, ...args)
  }

  get #info(): MasterInfo {
    const workers = this.#pool.workers.map(({ pid }) => pid)
    return { pid: process.pid, settings: this.#settings, log: this.#logs.error, workers }
  }

  /** Sends the number of workers to statsd if it has changed. */
  #reportWorkers(): void {
    const count = this.#pool.workers.length
    if (count !== this.#reportedWorkers) this.#logs.statsd?.gauge('workers', count)
    this.#reportedWorkers = count
  }

  #metricsText(): string {
    const { exits } = this.#totals
    return metricsText(this.#totals.sum, { running: this.#pool.workers.length, exits })
  }
}

/** Creates a plan. Resolves symbolic links once for all its workers, because `current` may point to another release at the next reload. */
function planOf(settings: Settings, env: NodeJS.ProcessEnv): Plan {
  const folder = realFolder(settings.chdir)
  return { settings, folder, env: environmentOf(settings, withoutSystemd(env), folder) }
}

function realFolder(chdir: string): string {
  try {
    return realpathSync(chdir)
  } catch (error) {
    throw new StartError(exitCodes.configuration, `--chdir ${chdir}: ${headline(error)}`)
  }
}

function differs(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) !== JSON.stringify(other)
}

function startErrorOf(error: unknown): StartError {
  return error instanceof StartError
    ? error
    : new StartError(exitCodes.configuration, headline(error), ownStack(error))
}
