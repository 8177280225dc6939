/**
 * The master: binds, starts workers, and does what signals ask. It never runs the application.
 *
 *     settings → logs → pid file → sockets → workers ready → signals … → workers gone → the end
 */
import { setImmediate as turn } from 'node:timers/promises'
import { openListeners, type Listener } from '../bind.ts'
import { exitCodes, type ExitCode, StartError } from '../errors.ts'
import { headline, ownStack } from '../load/import.ts'
import { openLogs, type Logs } from '../logs/open.ts'
import { serveMetrics } from '../metrics/serve.ts'
import { metricsText } from '../metrics/text.ts'
import { Totals } from '../metrics/totals.ts'
import type { Service } from '../serve.ts'
import type { Settings } from '../settings/types.ts'
import type { Child } from './child.ts'
import { Crew, type Plan } from './crew.ts'
import { Dealer } from './dealer.ts'
import { isStop, SignalQueue, signals, type Signal } from './signals.ts'

export interface MasterOptions {
  readonly settings: Settings
  /** Reads the settings again, from where they came. */
  readonly reread: () => Promise<Settings>
  readonly env: NodeJS.ProcessEnv
  readonly version: string
}

/** Serves until a signal says otherwise. Rejects with a {@link StartError} for what cannot be started. */
export async function supervise(options: MasterOptions): Promise<ExitCode> {
  const { bind, backlog } = options.settings
  const queue = new SignalQueue()
  queue.listen()
  const logs = openLogs(options.settings)
  try {
    const listeners = await openListeners(bind, { backlog, handsOn: true })
    await new Master(options, logs, queue, listeners).run()
  } finally {
    await logs.close()
    queue.close()
  }
  return exitCodes.ok
}

class Master {
  readonly #options: MasterOptions
  readonly #logs: Logs
  readonly #signals: SignalQueue
  readonly #listeners: readonly Listener[]
  readonly #dealer = new Dealer<Child>()
  readonly #totals = new Totals()
  readonly #crew: Crew
  #metrics: Service | undefined

  constructor(
    options: MasterOptions,
    logs: Logs,
    queue: SignalQueue,
    listeners: readonly Listener[],
  ) {
    this.#options = options
    this.#logs = logs
    this.#signals = queue
    this.#listeners = listeners
    this.#crew = new Crew(this.#plan(options.settings), {
      dealer: this.#dealer,
      log: logs.error,
      env: options.env,
      onBeat: (child, counted) => this.#totals.take(child.pid, counted),
      onGone: (child) => this.#totals.left(child.pid),
    })
  }

  /** Boots, obeys, and comes back when all is over, whatever happened. */
  async run(): Promise<void> {
    try {
      const booted = this.#boot()
      const stopped = this.#obey(booted)
      await Promise.race([booted, stopped])
      await stopped
    } finally {
      for (const { server } of this.#listeners) server.close()
      await this.#crew.stop('quit')
      await this.#metrics?.close(true)
    }
  }

  async #boot(): Promise<void> {
    const { metrics } = this.#options.settings
    if (metrics !== undefined)
      this.#metrics = await serveMetrics(metrics, () => this.#metricsText())
    for (const [at, { server }] of this.#listeners.entries())
      server.on('connection', (socket) => this.#dealer.deal(socket, at))
    await this.#crew.boot()
    const { error: log } = this.#logs
    log.info(`Starting phial-server ${this.#options.version}`)
    for (const { url } of this.#listeners) log.info(`Listening at: ${url} (${process.pid})`)
  }

  /** Does what signals ask for, in their order; kept when one of them has stopped the server. */
  async #obey(booted: Promise<void>): Promise<void> {
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- signals come one after another
      const signal = await this.#signals.next()
      this.#logs.error.info(`Handling signal: ${signal.toLowerCase()}`)
      if (isStop(signal)) return this.#stop(signal)
      void booted.then(() => this.#actions[signal]())
    }
  }

  readonly #actions: Record<Exclude<Signal, 'TERM' | 'INT' | 'QUIT'>, () => void> = {
    HUP: () => void this.#reload(),
    TTIN: () => this.#crew.resize(this.#crew.wanted + 1),
    TTOU: () => this.#crew.resize(Math.max(1, this.#crew.wanted - 1)),
    USR1: () => {
      this.#logs.reopen()
      this.#crew.reopen()
    },
    USR2: () => this.#logs.error.warning(`Nothing is done: ${signals.USR2}`),
    WINCH: () => undefined,
  }

  // Stop, and reload.

  async #stop(signal: Signal): Promise<void> {
    void this.#hurry()
    await turn() // what has arrived by now is still taken
    await turn()
    for (const { server } of this.#listeners) server.close()
    this.#dealer.dealAll()
    await this.#crew.stop(signal === 'QUIT' ? 'quit' : 'stop')
    this.#logs.error.info('Shutting down')
  }

  /** Another signal that stops: what is under way is cut. */
  async #hurry(): Promise<void> {
    const signal = await this.#signals.nextStop()
    this.#logs.error.info(`Handling signal: ${signal.toLowerCase()}, again: what is under way is cut`)
    await this.#crew.stop('quit')
  }

  async #reload(): Promise<void> {
    const log = this.#logs.error
    try {
      const settings = await this.#options.reread()
      await this.#crew.replaceAll(this.#plan(settings))
      log.info('Reloaded: all workers run the new code')
    } catch (error) {
      const { message, detail } = startErrorOf(error)
      log.error(`Not reloaded, the old workers go on: ${message}${detail ? `\n${detail}` : ''}`)
    }
  }

  #plan(settings: Settings): Plan {
    return { settings, hosts: this.#listeners.map(({ host }) => host ?? null) }
  }

  #metricsText(): string {
    const { exits } = this.#totals
    return metricsText(this.#totals.sum, { running: this.#crew.workers.length, exits })
  }
}

function startErrorOf(error: unknown): StartError {
  return error instanceof StartError
    ? error
    : new StartError(exitCodes.configuration, headline(error), ownStack(error))
}
