/** What a worker does while it serves, from the first connection to the last. */
import { setTimeout as pause } from 'node:timers/promises'
import { errorText, type ApplicationLike, type Environ } from '@phial/core'
import { openIngress, type Ingress } from '../ingress/ingress.ts'
import { forwarded } from '../ingress/forwarded.ts'
import { closePages } from '../load/xray.ts'
import type { AccessRecord } from '../logs/access.ts'
import type { Logs } from '../logs/open.ts'
import { Counters } from '../metrics/counters.ts'
import { pipeline, type Pipeline } from '../pipeline.ts'
import type { WorkerInfo } from '../settings/types.ts'
import { limitsOf } from '../settings/limits.ts'
import { LAST_CALL, type HttpTransport } from '../transport.ts'
import { transports } from '../transports.ts'
import { Acceptor } from './acceptor.ts'
import { callHook } from './hooks.ts'
import type { Start, ToMaster, ToWorker } from './messages.ts'
import { isTired } from './schedule.ts'
import { describeRequests, watch, type Watchdog } from './watchdog.ts'

/** How often, in milliseconds, the master hears that all is well. */
const BEAT = 1000

/** What a worker has next to the application. */
export interface ServingOptions {
  readonly start: Start
  readonly info: WorkerInfo
  readonly logs: Logs
  readonly tell: (message: ToMaster) => void
}

/** How a worker leaves. */
interface Leave {
  /** What becomes of the queue: others go on with it, or it is emptied because they may not, or it ends with this server. */
  readonly queue: 'left' | 'emptied' | 'ended'
  /** Whether idle connections are closed at once. */
  readonly isHurried?: boolean
}

export class Serving {
  /** Resolves when the last connection is closed. */
  readonly ended: Promise<void>
  readonly #start: Start
  readonly #info: WorkerInfo
  readonly #logs: Logs
  readonly #tell: (message: ToMaster) => void
  readonly #acceptor: Acceptor
  readonly #ingress: Ingress
  readonly #pipeline: Pipeline
  readonly #transport: HttpTransport
  readonly #counters = new Counters()
  readonly #readyAt = performance.now()
  readonly #bootTime = process.uptime() * 1000
  readonly #beat: NodeJS.Timeout
  readonly #watchdog: Watchdog | undefined
  #answered = 0
  #isTired = false
  #isLeaving = false
  #memory = 0
  #isOutOfDescriptors = false
  #end: () => void = () => undefined

  constructor(app: ApplicationLike, { start, info, logs, tell }: ServingOptions) {
    const { settings } = info
    this.#info = info
    this.#start = start
    this.#logs = logs
    this.#tell = tell
    if (settings.timeout > 0)
      this.#watchdog = watch(
        settings.timeout,
        start.settings,
        () => this.#pipeline.underWay(),
        (error) => logs.error.warning(`There is no watchdog: ${errorText(error)}`),
      )
    this.#pipeline = pipeline({
      app,
      forwarding: forwarded(settings.forwardedAllowIps, settings.forwardedHeaders),
      before: (environ) => this.#before(environ),
      after: (environ) => this.#after(environ),
    })
    const common = {
      onAnswer: (record: AccessRecord) => this.#record(record),
      errors: logs.errors,
      multiprocess: settings.workers > 1,
    }
    const { handle } = this.#pipeline
    this.#transport = transports[settings.transport]({
      handle,
      limits: limitsOf(settings),
      ...common,
    })
    const { certfile, keyfile, proxyProtocol, forwardedAllowIps: allow } = settings
    const tls = certfile === undefined ? undefined : { certfile, keyfile }
    this.#ingress = openIngress(
      { proxyProtocol, allow, tls, timeout: settings.headTimeout, ...common },
      (socket, peer) => this.#transport.accept(socket, peer),
    )
    this.#acceptor = new Acceptor(start.listening, logs.error, (socket, home) =>
      this.#ingress.enter(socket, home),
    )
    this.ended = new Promise((resolve) => {
      this.#end = resolve
    })
    this.#beat = setInterval(() => this.#sendBeat(), BEAT)
  }

  /** Listens. Rejects with a {@link StartError} if another program took the address meanwhile. */
  listen(): Promise<void> {
    return this.#acceptor.listen(this.#info.settings.backlog)
  }

  told(message: ToWorker): void {
    if (message.type === 'retire') void this.#leave({ queue: 'left' })
    if (message.type === 'drain') this.#announce()
    if (message.type === 'stop') void this.#leave({ queue: 'ended', isHurried: message.isHurried })
    if (message.type === 'quit') void this.#quit()
    if (message.type === 'reopen') this.#logs.reopen()
  }

  /** Leaves without being told to by the master, and asks it for a successor. */
  resign(why: string): void {
    this.#tell({ type: 'leaving', why })
    void this.#leave({ queue: 'emptied' })
  }

  /** An error that no request caught: nobody knows what it left behind, so another process takes over. */
  stray(error: unknown): void {
    this.#logs.error.error(`Exception outside of any request\n${errorText(error)}`)
    if (!this.#isLeaving) this.resign('an exception outside of any request')
  }

  /** The master is gone: no process restarts this one, and a new master may want the address. */
  orphaned(): Promise<void> {
    return this.#leave({ queue: 'ended' })
  }

  async #quit(): Promise<void> {
    this.#isLeaving = true
    this.#acceptor.close()
    await callHook(this.#info.settings.hooks, this.#logs.error, 'workerInt', this.#info)
    await this.#transport.close(true)
    this.#finish()
  }

  /** From now on each answer is the last on its connection, and applications are notified. */
  #announce(): void {
    void this.#transport.retire()
    closePages()
  }

  async #leave({ queue, isHurried = false }: Leave): Promise<void> {
    if (this.#isLeaving && isHurried) void this.#transport.close()
    if (this.#isLeaving) return
    this.#isLeaving = true
    const cut = setTimeout(() => this.#cut(), this.#start.settings.gracefulTimeout * 1000)
    this.#announce()
    if (queue === 'left') this.#acceptor.close()
    else await this.#acceptor.drain(queue === 'ended')
    const lastCall = isHurried ? 0 : LAST_CALL * 1000
    const late = new AbortController()
    const closed = this.#ingress.emptied().then(() => this.#transport.retire())
    await Promise.race([closed, pause(lastCall, undefined, late).catch(() => undefined)])
    late.abort()
    await this.#transport.close()
    clearTimeout(cut)
    this.#finish()
  }

  #finish(): void {
    clearInterval(this.#beat)
    this.#ingress.close()
    this.#sendBeat()
    this.#end()
  }

  /** Time is up. */
  #cut(): void {
    const requests = this.#pipeline.underWay()
    const count = requests.length === 1 ? '1 request is' : `${requests.length} requests are`
    if (requests.length > 0)
      this.#logs.error.warning(`${count} cut at --graceful-timeout: ${describeRequests(requests)}`)
    void this.#transport.close(true)
  }

  // Around each request.

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

  /** Counts and logs an answer. What goes wrong here must not reach the request. */
  #record(record: AccessRecord): void {
    try {
      this.#counters.answered(record)
      this.#logs.access?.(record)
    } catch (error) {
      this.#logs.error.error(`An answer was not logged: ${errorText(error)}`)
    }
    this.#count()
  }

  /** Counts an answer. Is it time for a successor? */
  #count(): void {
    this.#answered += 1
    if (this.#answered === 1) this.#sendBeat() // the master is to know that this worker is good for something
    const { limit } = this.#start
    if (limit === 0 || this.#isTired) return
    const pace = this.#answered / (performance.now() - this.#readyAt)
    if (!isTired(this.#answered, limit, pace, this.#bootTime)) return
    this.#isTired = true
    this.#tell({ type: 'tired', why: `it has answered ${this.#answered} of ${limit} requests` })
  }

  // Beats.

  #sendBeat(): void {
    const counted = this.#counters.counted(this.#pipeline.size)
    this.#tell({ type: 'beat', counted, memory: this.#measure() })
  }

  /** How much memory this process holds, in bytes; the last known figure while there is no descriptor to ask with. */
  #measure(): number {
    try {
      this.#memory = process.memoryUsage.rss()
      this.#isOutOfDescriptors = false
    } catch (error) {
      if (!this.#isOutOfDescriptors)
        this.#logs.error.warning(`${OUT_OF_DESCRIPTORS} (${String(error)})`)
      this.#isOutOfDescriptors = true
    }
    return this.#memory
  }
}

const OUT_OF_DESCRIPTORS =
  'This worker has no file descriptor left: fresh connections are refused until others close; raise the limit of open files (ulimit -n) or the number of workers'
