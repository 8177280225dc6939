/**
 * The worker pool: keeps the target number of workers running. A worker that dies is replaced. A worker that reaches a
 * limit or runs old code is replaced once its successor is ready, one worker at a time.
 */
import type { StartError } from '../errors.ts'
import type { ErrorLog } from '../logs/error.ts'
import type { Settings } from '../settings/types.ts'
import { Child, endOf, type ChildOptions, type Death } from './child.ts'
import type { ToWorker } from './messages.ts'
import type { Reserved } from './reserve.ts'
import { backOff, requestLimit } from './schedule.ts'

/** Options of the pool. */
export interface WorkerPoolOptions {
  /** The addresses that workers listen on. */
  readonly listeners: readonly Reserved[]
  readonly log: ErrorLog
  /** Called before a worker is started. */
  readonly onStart: () => void
  /** Called when the target number of workers has changed. */
  readonly onResize: (now: number, before: number) => void
  readonly onBeat: ChildOptions['onBeat']
  /** Called when a worker has ended. */
  readonly onGone: (child: Child, death: Death) => void
}

/** The settings, folder and environment that workers are started with. */
export interface Plan {
  readonly settings: Settings
  /** The working folder, without symbolic links, so that all workers of a plan run the same code. */
  readonly folder: string
  readonly env: NodeJS.ProcessEnv
}

/** The age, in milliseconds, below which a worker's death counts as early. Each early death increases the delay before the worker is replaced. */
const EARLY = 10_000
/** The interval between two checks of all workers, in milliseconds. */
const TICK = 1000
/** How long, in seconds, a worker's own watchdog may take to kill it once `--timeout` has passed. After that, the master kills the worker. */
const GRACE = 3

export class WorkerPool {
  readonly #options: WorkerPoolOptions
  readonly #children = new Set<Child>()
  #plan: Plan
  #target = 0
  #started = 0
  #isBooted = false
  #earlyDeaths = 0
  #retry: NodeJS.Timeout | undefined
  #tick: NodeJS.Timeout | undefined
  /** The chain of replacements, which run one after another. */
  #replacements: Promise<unknown> = Promise.resolve()
  /** The successor that was started last. Until it has booted, the current replacement waits for it. */
  #successor: Child | undefined

  constructor(plan: Plan, options: WorkerPoolOptions) {
    this.#plan = plan
    this.#options = options
  }

  /** The workers that are booting or serving. */
  get workers(): readonly Child[] {
    return [...this.#children].filter(({ stage }) => stage === 'booting' || stage === 'serving')
  }

  /** The target number of workers. */
  get target(): number {
    return this.#target
  }

  /** Starts all workers. Rejects with a {@link StartError} as soon as one cannot boot. */
  async boot(): Promise<void> {
    this.#target = this.#plan.settings.workers
    this.#options.onResize(this.#target, 0)
    const first = Array.from({ length: this.#target }, () => this.#start())
    await Promise.all(first.map(({ ready }) => ready))
    this.#tick = setInterval(() => this.#checkAll(), TICK)
    this.#isBooted = true
    this.#fill()
  }

  /** Sets the target number of workers, and starts or retires workers accordingly. */
  resize(target: number): void {
    if (target !== this.#target) this.#options.onResize(target, this.#target)
    this.#target = target
    this.#fill()
    while (this.workers.length > this.#target) this.#dismissOne()
  }

  /** Starts a successor for a worker, and retires the worker once the successor is ready. */
  replace(child: Child, why: string): void {
    const named = `Worker (pid: ${child.pid})`
    this.#options.log.info(`${named} is being replaced: ${why}`)
    this.#replacements = this.#replacements
      .then(() => this.#replaceOne(child))
      .catch((error: unknown) =>
        this.#logFailure(`${named} keeps running, because its successor could not start`, error),
      )
  }

  /**
   * Replaces all workers, one after another, with workers that are started from another plan. Rejects if a new worker
   * cannot boot. The remaining old workers then keep running. If the first new worker cannot boot, the old plan also stays
   * in effect.
   */
  async replaceAll(plan: Plan): Promise<void> {
    if (this.#successor?.stage === 'booting') this.#successor.kill('another reload was requested')
    const replacement = this.#replacements.then(() => this.#replaceEach(plan))
    this.#replacements = replacement.catch(() => undefined)
    await replacement
  }

  /** Whether a worker accepts connections. */
  get isServing(): boolean {
    return this.workers.some(({ stage }) => stage === 'serving')
  }

  /**
   * Stops all workers. Resolves when the last worker has ended. Kills workers that do not exit in time. Kills booting
   * workers first, because each holds a descriptor of the listening sockets, and the queue of pending connections exists
   * as long as any process holds one. The last serving worker empties the queue.
   */
  async stop(message: ToWorker & { readonly type: 'stop' | 'quit' }): Promise<void> {
    this.#target = 0
    clearTimeout(this.#retry)
    clearInterval(this.#tick)
    const booting = this.workers.filter(({ stage }) => stage === 'booting')
    for (const child of booting) child.kill('it is no longer needed')
    await Promise.all(booting.map(({ gone }) => gone))
    for (const child of this.#children) this.#dismiss(child, message)
    await Promise.all([...this.#children].map(({ gone }) => gone))
  }

  /** Sends a message to all workers. */
  send(message: ToWorker & { readonly type: 'drain' | 'reopen' }): void {
    for (const child of this.#children) child.send(message)
  }

  // Starting workers.

  #start(): Child {
    const { settings, folder, env } = this.#plan
    const { listeners, log, onBeat } = this.#options
    const limit = requestLimit(this.#started++, settings.maxRequests, settings.maxRequestsJitter)
    this.#options.onStart()
    const fds = listeners.flatMap(({ fd }) => fd ?? [])
    const listening = listeners.map(({ bind, host = null, fd, listen }) => {
      return { bind, host, listen: fd === undefined ? listen : { fd: 4 + fds.indexOf(fd) } }
    })
    const child = new Child({
      start: { type: 'start', settings: { ...settings, hooks: {} }, listening, limit },
      env,
      cwd: folder,
      fds,
      onReplace: (worker, why) => this.replace(worker, why),
      onExiting: (worker, why) => this.#onExiting(worker, why),
      onBeat,
    })
    this.#children.add(child)
    log.debug(`Booting worker with pid: ${child.pid}`)
    child.ready.then(
      () => this.#isBooted && log.info(`Booted worker with pid: ${child.pid}`),
      () => undefined,
    )
    void child.gone.then((death) => this.#onGone(child, death))
    return child
  }

  /** Starts workers until their number reaches the target. */
  #fill(): void {
    while (this.#isBooted && this.workers.length < this.#target) {
      const child = this.#start()
      child.ready.catch((error: unknown) => this.#logFailure('A new worker could not start', error))
    }
  }

  async #replaceOne(old: Child): Promise<void> {
    if (old.stage === 'exiting' || old.stage === 'gone' || this.#target === 0) return
    this.#successor = this.#start()
    await this.#successor.ready
    if (this.workers.length <= this.#target) return
    if (this.workers.includes(old)) this.#dismiss(old, { type: 'retire' })
    else this.#dismissOne()
  }

  async #replaceEach(plan: Plan): Promise<void> {
    const before = this.#plan
    this.#plan = plan
    for (const [at, old] of this.workers.entries()) {
      try {
        // oxlint-disable-next-line no-await-in-loop -- one at a time
        await this.#replaceOne(old)
      } catch (error) {
        if (at === 0) this.#plan = before
        throw error
      }
    }
    if (this.#target > 0) this.resize(plan.settings.workers)
  }

  #logFailure(what: string, error: unknown): void {
    if (this.#target === 0) return
    const { message, detail } = error as StartError
    this.#options.log.error(`${what}: ${message}${detail ? `\n${detail}` : ''}`)
  }

  // Ending workers.

  /** Retires the oldest serving worker, or a booting worker if none is serving. */
  #dismissOne(): void {
    const { workers } = this
    const worker = workers.find(({ stage }) => stage === 'serving') ?? workers[0]
    if (worker) this.#dismiss(worker, { type: 'retire' })
  }

  #dismiss(child: Child, message: ToWorker & { readonly type: 'retire' | 'stop' | 'quit' }): void {
    if (child.stage === 'booting') return child.kill('it is no longer needed')
    child.exit(message, message.type === 'quit' ? 1 : this.#plan.settings.gracefulTimeout + 1)
  }

  /** Handles a worker that, without a message from the master, has stopped accepting connections. */
  #onExiting(child: Child, why: string): void {
    this.#options.log.info(`Worker (pid: ${child.pid}) is being replaced: ${why}`)
    child.killAfter(
      this.#plan.settings.gracefulTimeout + 1,
      'it did not exit within --graceful-timeout',
    )
    this.#refill(child)
  }

  #onGone(child: Child, death: Death): void {
    this.#children.delete(child)
    this.#options.onGone(child, death)
    if (death.stage !== 'booting') this.#logEnd(child, death)
    if (death.stage !== 'exiting') this.#refill(child)
  }

  /** Replaces a lost worker: immediately, or after a delay if workers repeatedly die early without having answered a request. */
  #refill(lost: Child): void {
    if (!this.#isBooted || this.workers.length >= this.#target) return
    const isEarly = lost.age < EARLY && !lost.hasAnswered
    this.#earlyDeaths = isEarly ? this.#earlyDeaths + 1 : 0
    clearTimeout(this.#retry)
    this.#retry = setTimeout(() => this.#fill(), backOff(this.#earlyDeaths))
  }

  #logEnd(child: Child, death: Death): void {
    const { log } = this.#options
    const isOrderly = death.stage === 'exiting' && death.code === 0
    if (isOrderly) log.info(`Worker (pid: ${child.pid}) has exited`)
    else log.error(`Worker (pid: ${child.pid}) ${endOf(death, child.memory)}`)
  }

  /**
   * Kills workers that have been silent for too long, and replaces workers that use too much memory. If a worker hangs, its
   * own watchdog normally kills it earlier. The watchdog cannot do this while the process is stopped (`SIGSTOP`).
   */
  #checkAll(): void {
    const { timeout, maxMemory } = this.#plan.settings
    for (const child of this.#children) {
      child.silence += 1
      if (timeout > 0 && child.silence > timeout + GRACE)
        child.kill(`it has not responded for ${child.silence} s (--timeout ${timeout})`)
      if (maxMemory > 0 && child.memory > maxMemory) this.#replaceBig(child, maxMemory)
    }
  }

  #replaceBig(child: Child, maxMemory: number): void {
    if (child.isBeingReplaced) return
    child.isBeingReplaced = true
    this.replace(child, `it uses ${child.memory} bytes of memory (--max-memory ${maxMemory})`)
  }
}
