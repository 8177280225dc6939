/** What a worker does while it serves: connections in, beats out, and the way to the end. */
import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { ApplicationLike, Environ } from '@phial/core'
import { openIngress, type Ingress } from '../ingress/ingress.ts'
import { forwarded } from '../ingress/forwarded.ts'
import { closePages } from '../load/xray.ts'
import type { AccessRecord } from '../logs/access.ts'
import type { Logs } from '../logs/open.ts'
import { Counters } from '../metrics/counters.ts'
import { pipeline, type Pipeline } from '../pipeline.ts'
import type { WorkerInfo } from '../settings/hooks.ts'
import { limitsOf } from '../settings/limits.ts'
import type { HttpTransport } from '../transport.ts'
import { transports } from '../transports.ts'
import { callHook } from './hooks.ts'
import type { Start, ToMaster, ToWorker } from './messages.ts'
import { isTired } from './schedule.ts'
import { watch, type Watchdog } from './watchdog.ts'

/** How often, in milliseconds, the master hears that all is well. */
const BEAT = 1000
/** How long, in milliseconds, a connection at rest may bring one more request to a worker that retires. */
const LAST_CALL = 2000
/** How long, in milliseconds, what is under way may take when the master has died. */
const ORPHANED = 1000

/** What a worker has beside the application. */
export interface Surroundings {
  readonly start: Start
  readonly info: WorkerInfo
  readonly logs: Logs
  readonly tell: (message: ToMaster) => void
}

export class Serving {
  /** Kept when the last connection is closed. */
  readonly ended: Promise<void>
  readonly #start: Start
  readonly #info: WorkerInfo
  readonly #logs: Logs
  readonly #tell: (message: ToMaster) => void
  readonly #ingress: Ingress
  /** Whether a connection needs some time before it gets to the transport. */
  readonly #isGuarded: boolean
  readonly #pipeline: Pipeline
  readonly #transport: HttpTransport
  readonly #counters = new Counters()
  readonly #readyAt = performance.now()
  readonly #bootTime = process.uptime() * 1000
  readonly #beat: NodeJS.Timeout
  readonly #watchdog: Watchdog | undefined
  #answered = 0
  #isTired = false
  #end: () => void = () => undefined

  constructor(app: ApplicationLike, { start, info, logs, tell }: Surroundings) {
    const { settings } = info
    this.#info = info
    this.#start = start
    this.#logs = logs
    this.#tell = tell
    if (settings.timeout > 0)
      this.#watchdog = watch(settings.timeout, start.settings, () => this.#pipeline.underWay())
    this.#pipeline = pipeline({
      app,
      forwarding: forwarded(settings.forwardedAllowIps),
      before: (environ) => this.#before(environ),
      after: (environ) => this.#after(environ),
    })
    const common = {
      onAnswer: (record: AccessRecord) => this.#record(record),
      errors: logs.errors,
      multiprocess: settings.workers > 1,
    }
    const limits = limitsOf(settings)
    this.#transport = transports[settings.transport]({
      handle: this.#pipeline.handle,
      limits,
      ...common,
    })
    const { certfile, keyfile, proxyProtocol, forwardedAllowIps: allow } = settings
    const tls = certfile === undefined ? undefined : { certfile, keyfile }
    this.#isGuarded = tls !== undefined || proxyProtocol !== 'off'
    this.#ingress = openIngress(
      { proxyProtocol, allow, tls, timeout: settings.headTimeout, ...common },
      (socket, peer) => this.#transport.accept(socket, peer),
    )
    this.ended = new Promise((resolve) => {
      this.#end = resolve
    })
    this.#beat = setInterval(() => this.#sendBeat(), BEAT)
  }

  told(message: ToWorker, socket?: Socket): void {
    if (message.type === 'ask') this.#tell({ type: 'yes' })
    if (message.type === 'connection' && socket) this.#accept(socket, message.listener)
    if (message.type === 'retire') void this.#leave(this.#retire(), LAST_CALL)
    if (message.type === 'stop') void this.#leave(this.#transport.close())
    if (message.type === 'quit') void this.#quit()
    if (message.type === 'reopen') this.#logs.reopen()
  }

  /** The master is no more: nobody restarts what fails, and the address is somebody else's now. */
  async orphaned(): Promise<void> {
    setTimeout(() => void this.#transport.close(true), ORPHANED)
    await this.#leave(this.#transport.close())
  }

  #accept(socket: Socket, listener: number): void {
    this.#tell({ type: 'took' })
    socket.allowHalfOpen = true
    this.#ingress.enter(socket, this.#start.hosts[listener] ?? undefined)
  }

  async #retire(): Promise<void> {
    if (this.#isGuarded) await pause(LAST_CALL)
    await this.#transport.retire()
  }

  async #quit(): Promise<void> {
    await callHook(this.#info.settings.hooks, this.#logs.error, 'workerInt', this.#info)
    await this.#leave(this.#transport.close(true))
  }

  #before(environ: Environ): void {
    this.#watchdog?.note(environ)
    const { hooks } = this.#info.settings
    if (hooks.preRequest) void callHook(hooks, this.#logs.error, 'preRequest', this.#info, environ)
  }

  #after(environ: Environ): void {
    const { hooks } = this.#info.settings
    if (hooks.postRequest)
      void callHook(hooks, this.#logs.error, 'postRequest', this.#info, environ)
  }

  #record(record: AccessRecord): void {
    this.#counters.answered(record)
    this.#logs.access?.(record)
    this.#count()
  }

  /** Waits for all connections to close; those at rest are closed after a while, those in use after a long while. */
  async #leave(closed: Promise<void>, lastCall = 0): Promise<void> {
    closePages()
    const { gracefulTimeout } = this.#start.settings
    const rest = setTimeout(() => void this.#transport.close(), lastCall)
    const cut = setTimeout(() => void this.#transport.close(true), gracefulTimeout * 1000)
    await closed
    clearTimeout(rest)
    clearTimeout(cut)
    clearInterval(this.#beat)
    this.#ingress.close()
    this.#sendBeat()
    this.#end()
  }

  #sendBeat(): void {
    const counted = this.#counters.counted(this.#pipeline.size)
    this.#tell({ type: 'beat', counted, memory: process.memoryUsage.rss() })
  }

  /** An answer more: is it time for a successor? */
  #count(): void {
    this.#answered += 1
    const { limit } = this.#start
    if (limit === 0 || this.#isTired) return
    const pace = this.#answered / (performance.now() - this.#readyAt)
    if (!isTired(this.#answered, limit, pace, this.#bootTime)) return
    this.#isTired = true
    this.#tell({ type: 'tired', why: `it has answered ${this.#answered} of ${limit} requests` })
  }
}
