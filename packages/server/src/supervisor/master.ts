/**
 * The master: reserves addresses, starts workers, and does what signals ask. It never runs the application, and
 * no connection passes through it.
 *
 *     settings → logs → pid file → addresses → workers ready → signals … → workers gone → the end
 */
import { realpathSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { errorText } from '@phial/core'
import { exitCodes, type ExitCode, StartError } from '../errors.ts'
import { headline, ownStack } from '../load/import.ts'
import { drawnAt } from '../load/xray.ts'
import { openLogs, type Logs } from '../logs/open.ts'
import { serveMetrics } from '../metrics/serve.ts'
import { metricsText } from '../metrics/text.ts'
import { Totals } from '../metrics/totals.ts'
import type { Service } from '../serve.ts'
import { environmentOf } from '../settings/env-file.ts'
import type { Hooks, MasterInfo } from '../settings/types.ts'
import type { Settings } from '../settings/types.ts'
import { callHook, requireHook } from './hooks.ts'
import { writePidFile } from './pid-file.ts'
import { reserve, type Reserved } from './reserve.ts'
import { isStop, SignalQueue, signals, type Signal } from './signals.ts'
import { notifyReady, socketsHandedDown, withoutSystemd } from './systemd.ts'
import { WorkerPool, type Plan } from './worker-pool.ts'

export interface MasterOptions {
  readonly settings: Settings
  /** Reads the settings again, from where they came. */
  readonly reread: () => Promise<Settings>
  readonly env: NodeJS.ProcessEnv
  readonly version: string
}

/** Serves until a signal says otherwise. Rejects with a {@link StartError} for what cannot be started. */
export async function supervise(options: MasterOptions): Promise<ExitCode> {
  const { settings, env } = options
  const queue = new SignalQueue()
  queue.listen()
  if (settings.umask !== undefined) process.umask(settings.umask)
  const logs = openLogs(settings)
  let removePidFile: (() => void) | undefined
  const stray = (error: unknown): void =>
    logs.error.critical(`Exception in the master\n${errorText(error)}`)
  process.on('uncaughtException', stray) // a hook's, most likely; the site stays up
  try {
    const info = { pid: process.pid, settings, log: logs.error, workers: [] }
    await requireHook(settings.hooks, 'onStarting', info)
    if (settings.pidfile !== undefined) removePidFile = writePidFile(settings.pidfile)
    const bind = socketsHandedDown(env, process.pid) ?? settings.bind
    const listeners = await reserve(bind)
    await new Master(options, logs, queue, listeners).run()
  } finally {
    removePidFile?.()
    await logs.close()
    process.off('uncaughtException', stray)
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
  #told = 0
  #isBooted = false
  #isStopping = false
  /** Fires when a second signal asks to stop. */
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
        this.#tellStatsd()
      },
      onGone: (child) => {
        this.#totals.left(child)
        this.#call('childExit', this.#info, child.pid)
      },
    })
  }

  /** Boots, obeys, and comes back when all is over, whatever happened. */
  async run(): Promise<void> {
    try {
      const booted = this.#boot()
      const stopped = this.#obey(booted)
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
      if (this.#settings.xray) log.info(drawnAt(url, this.#options.env))
    }
    for (const { pid } of this.#pool.workers) log.info(`Booted worker with pid: ${pid}`)
    notifyReady(this.#options.env, log)
    this.#call('whenReady', this.#info)
  }

  #bootFailed(error: unknown): void {
    if (!this.#isStopping) throw error
  }

  /** Does what signals ask for, in their order; kept when one of them has stopped the server. */
  async #obey(booted: Promise<void>): Promise<void> {
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- signals come one after another
      const signal = await this.#signals.next()
      this.#logs.error.info(`Handling signal: ${signal.toLowerCase()}`)
      if (isStop(signal)) return this.#stop(signal)
      void booted.then(() => this.#actions[signal]()).catch(() => undefined) // if it did not boot, that is told
    }
  }

  readonly #actions: Record<Exclude<Signal, 'TERM' | 'INT' | 'QUIT'>, () => void> = {
    HUP: () => void this.#reload(),
    TTIN: () => this.#more(),
    TTOU: () => this.#pool.resize(Math.max(1, this.#pool.wanted - 1)),
    USR1: () => {
      this.#logs.reopen()
      this.#pool.tell({ type: 'reopen' })
    },
    USR2: () => this.#logs.error.warning(`Nothing is done: ${signals.USR2}`),
    WINCH: () => undefined,
  }

  #more(): void {
    if (!this.#settings.xray) return this.#pool.resize(this.#pool.wanted + 1)
    this.#logs.error.warning('Nothing is done: X-ray keeps its pictures in one process (--xray)')
  }

  // Stop, and reload.

  async #stop(signal: Signal): Promise<void> {
    this.#isStopping = true
    void this.#hurry()
    if (signal === 'TERM') await this.#drain()
    this.#release()
    await this.#pool.stop(
      signal === 'QUIT' ? { type: 'quit' } : { type: 'stop', isHurried: signal === 'INT' },
    )
    this.#logs.error.info('Shutting down')
  }

  /** Goes on accepting for a while: load balancers need some time to notice that this server is no longer ready. */
  async #drain(): Promise<void> {
    const { drain } = this.#settings
    if (drain === 0) return
    this.#logs.error.info(`Draining: new connections are accepted for ${drain} s more`)
    this.#pool.tell({ type: 'drain' })
    await pause(drain * 1000, undefined, this.#hurried).catch(() => undefined)
  }

  /** Closes this process's descriptors. Workers have their own: the last one empties the queue, then closes it. */
  #release(): void {
    for (const one of this.#listeners) one.release()
  }

  /** Another signal that stops: what is in progress is cut. */
  async #hurry(): Promise<void> {
    const signal = await this.#signals.nextStop()
    this.#logs.error.info(
      `Handling signal: ${signal.toLowerCase()}, again: what is in progress is cut`,
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
      process.chdir(plan.folder) // relative paths, of log files for one, are seen from there
      const stays = ['bind', 'metrics', 'pidfile', 'umask'].filter((name) =>
        isOther(Reflect.get(settings, name), Reflect.get(this.#settings, name)),
      )
      this.#settings = settings
      log.info(`Reloaded: all workers run the new code in ${plan.folder}`)
      if (stays.length > 0)
        log.warning(`Only a restart changes what was changed too: ${stays.join(', ')}`)
    } catch (error) {
      if (this.#isStopping) return
      const { message, detail } = startErrorOf(error)
      log.error(`Not reloaded, the old workers go on: ${message}${detail ? `\n${detail}` : ''}`)
    }
  }

  #call<Name extends keyof Hooks>(name: Name, ...args: Parameters<NonNullable<Hooks[Name]>>): void {
    void callHook(this.#settings.hooks, this.#logs.error, name, ...args)
  }

  get #info(): MasterInfo {
    const workers = this.#pool.workers.map(({ pid }) => pid)
    return { pid: process.pid, settings: this.#settings, log: this.#logs.error, workers }
  }

  /** How many workers there are, when that has changed. */
  #tellStatsd(): void {
    const count = this.#pool.workers.length
    if (count !== this.#told) this.#logs.statsd?.gauge('workers', count)
    this.#told = count
  }

  #metricsText(): string {
    const { exits } = this.#totals
    return metricsText(this.#totals.sum, { running: this.#pool.workers.length, exits })
  }
}

/** Resolves symbolic links once for all workers of a plan: `current` may point to another release at the next reload. */
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

function isOther(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) !== JSON.stringify(other)
}

function startErrorOf(error: unknown): StartError {
  return error instanceof StartError
    ? error
    : new StartError(exitCodes.configuration, headline(error), ownStack(error))
}
