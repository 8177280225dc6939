/** The work of a worker while it serves, from its first connection to its last. */
import { setTimeout as pause } from 'node:timers/promises'
import { errorText, type ApplicationLike, type Environ } from '@phial/core'
import { openIngress, type Ingress } from '../ingress/ingress.ts'
import { forwarded } from '../ingress/forwarded.ts'
import { closePages } from '../load/xray.ts'
import type { AccessRecord } from '../logs/access.ts'
import type { Logs } from '../logs/open.ts'
import { Counters } from '../metrics/counters.ts'
import { pipeline, type Pipeline } from '../pipeline.ts'
import type { Settings, WorkerInfo } from '../settings/types.ts'
import { LAST_CALL, type HttpTransport, type Limits } from '../transport.ts'
import { transports } from '../transports.ts'
import { Acceptor, type QueueEnd } from './acceptor.ts'
import { callHook } from './hooks.ts'
import type { Start, ToMaster, ToWorker } from './messages.ts'
import { isReplacementDue } from './schedule.ts'
import { describeRequests, watch, type Watchdog } from './watchdog.ts'

/** The interval between heartbeats to the master, in milliseconds. */
const BEAT = 1000

/** The context of a serving worker, besides its application. */
export interface ServingOptions {
  readonly start: Start
  readonly info: WorkerInfo
  readonly logs: Logs
  readonly send: (message: ToMaster) => void
}

/** How a worker shuts down. */
interface Shutdown {
  readonly queue: QueueEnd
  /** Whether to close idle connections without waiting for one more request. */
  readonly isHurried?: boolean
}

export class Serving {
  /** Resolves when the last connection has closed. */
  readonly ended: Promise<void>
  readonly #start: Start
  readonly #info: WorkerInfo
  readonly #logs: Logs
  readonly #send: (message: ToMaster) => void
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
  #isBeingReplaced = false
  #isShuttingDown = false
  #memory = 0
  #isOutOfDescriptors = false
  /** Resolves when this worker has stopped accepting. */
  #stopped = Promise.resolve()
  #end: () => void = () => undefined

  constructor(app: ApplicationLike, { start, info, logs, send }: ServingOptions) {
    const { settings } = info
    this.#info = info
    this.#start = start
    this.#logs = logs
    this.#send = send
    if (settings.timeout > 0)
      this.#watchdog = watch(
        settings.timeout,
        start.settings,
        () => this.#pipeline.inFlight(),
        (error) => logs.error.warning(`The watchdog is not running: ${errorText(error)}`),
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
    this.#acceptor = new Acceptor(start.listening, logs.error, (socket, localEnd) =>
      this.#ingress.enter(socket, localEnd),
    )
    this.ended = new Promise((resolve) => {
      this.#end = resolve
    })
    this.#beat = setInterval(() => this.#sendBeat(), BEAT)
  }

  /** Starts to listen. Rejects with a {@link StartError} if another program has taken the address in the meantime. */
  async listen(): Promise<void> {
    await this.#watchdog?.started // before connections use up the file descriptors that it needs
    await this.#acceptor.listen(this.#info.settings.backlog)
  }

  /** Handles a message from the master. */
  received(message: ToWorker): void {
    if (message.type === 'retire') void this.#shutDown({ queue: 'leave' })
    if (message.type === 'drain') this.#announce()
    if (message.type === 'stop')
      void this.#shutDown({ queue: 'close', isHurried: message.isHurried })
    if (message.type === 'quit') void this.#quit()
    if (message.type === 'reopen') this.#logs.reopen()
  }

  /** Shuts down without a message from the master, and asks it for a successor. */
  retire(why: string): void {
    this.#send({ type: 'exiting', why })
    void this.#shutDown({ queue: 'drain' })
  }

  /** Handles an error outside of any request. The state of the application is unknown, so another process takes over. */
  uncaught(error: unknown): void {
    this.#logs.error.error(`Exception outside of any request\n${errorText(error)}`)
    if (!this.#isShuttingDown) this.retire('an exception outside of any request')
  }

  /** Shuts down because the master has died: no process restarts this one, and a new master may need the address. */
  orphaned(): Promise<void> {
    return this.#shutDown({ queue: 'close' })
  }

  async #quit(): Promise<void> {
    this.#isShuttingDown = true
    this.#acceptor.close()
    await callHook(this.#info.settings.hooks, this.#logs.error, 'workerInt', this.#info)
    await this.#transport.close(true)
    this.#finish()
  }

  /** Makes each response the last on its connection from now on, and notifies applications. */
  #announce(): void {
    void this.#transport.retire()
    closePages()
  }

  async #shutDown({ queue, isHurried = false }: Shutdown): Promise<void> {
    if (this.#isShuttingDown && isHurried) void this.#transport.close()
    if (this.#isShuttingDown) return
    this.#isShuttingDown = true
    const cut = setTimeout(() => this.#cut(), this.#start.settings.gracefulTimeout * 1000)
    this.#announce()
    this.#stopped = this.#acceptor.stop(queue)
    await this.#stopped
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

  /** Cuts in-flight requests when the time is up, and ends this worker even if its shutdown has failed. */
  #cut(): void {
    const requests = this.#pipeline.inFlight()
    const count = requests.length === 1 ? '1 request' : `${requests.length} requests`
    if (requests.length > 0)
      this.#logs.error.warning(
        `Cut ${count} after --graceful-timeout: ${describeRequests(requests)}`,
      )
    void Promise.allSettled([this.#stopped, this.#transport.close(true)]).then(() => this.#finish())
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

  /** Counts and logs a response. An error here must not affect the request. */
  #record(record: AccessRecord): void {
    try {
      this.#counters.answered(record)
      this.#logs.access?.(record)
    } catch (error) {
      this.#logs.error.error(`A response could not be logged: ${errorText(error)}`)
    }
    this.#count()
  }

  /** Counts a response, and asks for a successor when it is due. */
  #count(): void {
    this.#answered += 1
    if (this.#answered === 1) this.#sendBeat() // so that the master knows that this worker has answered a request
    const { limit } = this.#start
    if (limit === 0 || this.#isBeingReplaced) return
    const pace = this.#answered / (performance.now() - this.#readyAt)
    if (!isReplacementDue(this.#answered, limit, pace, this.#bootTime)) return
    this.#isBeingReplaced = true
    this.#send({ type: 'replace', why: `it has answered ${this.#answered} of ${limit} requests` })
  }

  // Heartbeats.

  #sendBeat(): void {
    const counted = this.#counters.counted(this.#pipeline.size)
    this.#send({ type: 'beat', counted, memory: this.#measure() })
  }

  /** Returns the memory use of this process in bytes, or the last known value while no descriptor is free to read it. */
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
  'This worker has run out of file descriptors: new connections are refused until others close; raise the limit of open files (ulimit -n) or the number of workers'

/** Returns the limits of a transport according to the settings. */
export function limitsOf(settings: Settings): Limits {
  return {
    requestLine: settings.limitRequestLine,
    fields: settings.limitRequestFields,
    fieldSize: settings.limitRequestFieldSize,
    head: settings.limitRequestHead,
    body: settings.limitRequestBody,
    headTimeout: settings.headTimeout,
    bodyTimeout: settings.bodyTimeout,
    writeTimeout: settings.writeTimeout,
    keepAlive: settings.keepAlive,
  }
}
