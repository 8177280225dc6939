/**
 * The workers: as many as are wanted, whatever happens to them. Who dies is replaced; who is tired, or
 * runs old code, is replaced once its successor is ready, one after another.
 */
import type { StartError } from '../errors.ts'
import type { ErrorLog } from '../logs/error.ts'
import type { Settings } from '../settings/types.ts'
import { Child, endOf, type ChildOptions, type Death } from './child.ts'
import type { ToWorker } from './messages.ts'
import type { Reserved } from './reserve.ts'
import { backOff, requestLimit } from './schedule.ts'

/** What the pool is made with, and what it reports. */
export interface WorkerPoolOptions {
  /** Where workers listen. */
  readonly listeners: readonly Reserved[]
  readonly log: ErrorLog
  /** A worker is about to be started. */
  readonly onStart: () => void
  /** There shall be so many, where there were so many before. */
  readonly onResize: (now: number, before: number) => void
  readonly onBeat: ChildOptions['onBeat']
  /** A worker has ended. */
  readonly onGone: (child: Child, death: Death) => void
}

/** What workers are started with. */
export interface Plan {
  readonly settings: Settings
  /** The folder that they run in, without symbolic links: all workers of a plan run the same code. */
  readonly folder: string
  readonly env: NodeJS.ProcessEnv
}

/** A worker that ends sooner than this, in milliseconds, died young: then its place is filled with more and more patience. */
const YOUNG = 10_000
/** How often, in milliseconds, it is looked whether workers are heard of. */
const TICK = 1000
/** How many seconds after `--timeout` the master ends a worker that its own watchdog did not end. */
const GRACE = 3

export class WorkerPool {
  readonly #options: WorkerPoolOptions
  readonly #children = new Set<Child>()
  #plan: Plan
  #wanted = 0
  #started = 0
  #isBooted = false
  #youngDeaths = 0
  #retry: NodeJS.Timeout | undefined
  #tick: NodeJS.Timeout | undefined
  /** Replacements, one after another. */
  #turns: Promise<unknown> = Promise.resolve()
  /** The last successor; while it boots, a replacement waits for it. */
  #successor: Child | undefined

  constructor(plan: Plan, options: WorkerPoolOptions) {
    this.#plan = plan
    this.#options = options
  }

  /** Those that serve, or are about to. */
  get workers(): readonly Child[] {
    return [...this.#children].filter(({ stage }) => stage === 'booting' || stage === 'serving')
  }

  get wanted(): number {
    return this.#wanted
  }

  /** Starts all; rejects with a {@link StartError} as soon as one cannot boot. */
  async boot(): Promise<void> {
    this.#wanted = this.#plan.settings.workers
    this.#options.onResize(this.#wanted, 0)
    const first = Array.from({ length: this.#wanted }, () => this.#start())
    await Promise.all(first.map(({ ready }) => ready))
    this.#tick = setInterval(() => this.#lookAround(), TICK)
    this.#isBooted = true
    this.#fill()
  }

  /** Has so many workers from now on. */
  resize(wanted: number): void {
    if (wanted !== this.#wanted) this.#options.onResize(wanted, this.#wanted)
    this.#wanted = wanted
    this.#fill()
    while (this.workers.length > this.#wanted) this.#dismissOne()
  }

  /** Replaces a worker once its successor is ready. */
  replace(child: Child, why: string): void {
    const named = `Worker (pid: ${child.pid})`
    this.#options.log.info(`${named} is replaced: ${why}`)
    this.#turns = this.#turns
      .then(() => this.#replaceOne(child))
      .catch((error: unknown) => this.#failed(`${named} stays, for want of a successor`, error))
  }

  /**
   * Replaces all by workers of another plan, one after another. Rejects if one of them cannot boot: the
   * old ones stay, and the old plan too if it was the first.
   */
  async replaceAll(plan: Plan): Promise<void> {
    if (this.#successor?.stage === 'booting') this.#successor.kill('another reload was asked for')
    const turn = this.#turns.then(() => this.#replaceEach(plan))
    this.#turns = turn.catch(() => undefined)
    await turn
  }

  /** Whether a worker accepts connections. */
  get isServing(): boolean {
    return this.workers.some(({ stage }) => stage === 'serving')
  }

  /**
   * Stops all workers; resolves when the last has ended. Those that do not end in time are killed. Those that still
   * boot end first: each holds a descriptor of the queue, which the last serving worker empties.
   */
  async stop(message: ToWorker & { readonly type: 'stop' | 'quit' }): Promise<void> {
    this.#wanted = 0
    clearTimeout(this.#retry)
    clearInterval(this.#tick)
    const booting = this.workers.filter(({ stage }) => stage === 'booting')
    for (const child of booting) child.kill('it is not needed any more')
    await Promise.all(booting.map(({ gone }) => gone))
    for (const child of this.#children) this.#dismiss(child, message)
    await Promise.all([...this.#children].map(({ gone }) => gone))
  }

  /** Tells all workers. */
  tell(message: ToWorker & { readonly type: 'drain' | 'reopen' }): void {
    for (const child of this.#children) child.tell(message)
  }

  // One comes.

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
      onTired: (tired, why) => this.replace(tired, why),
      onLeaving: (leaving, why) => this.#left(leaving, why),
      onBeat,
    })
    this.#children.add(child)
    log.debug(`Booting worker with pid: ${child.pid}`)
    child.ready.then(
      () => this.#isBooted && log.info(`Booted worker with pid: ${child.pid}`),
      () => undefined,
    )
    void child.gone.then((death) => this.#gone(child, death))
    return child
  }

  /** Fills the places that are free. */
  #fill(): void {
    while (this.#isBooted && this.workers.length < this.#wanted) {
      const child = this.#start()
      child.ready.catch((error: unknown) => this.#failed('A worker could not be replaced', error))
    }
  }

  async #replaceOne(old: Child): Promise<void> {
    if (old.stage === 'leaving' || old.stage === 'gone' || this.#wanted === 0) return
    this.#successor = this.#start()
    await this.#successor.ready
    if (this.workers.length <= this.#wanted) return
    if (this.workers.includes(old)) this.#dismiss(old, { type: 'retire' })
    else this.#dismissOne()
  }

  async #replaceEach(plan: Plan): Promise<void> {
    const before = this.#plan
    this.#plan = plan
    for (const [at, old] of this.workers.entries()) {
      try {
        // oxlint-disable-next-line no-await-in-loop -- never two at once
        await this.#replaceOne(old)
      } catch (error) {
        if (at === 0) this.#plan = before
        throw error
      }
    }
    if (this.#wanted > 0) this.resize(plan.settings.workers)
  }

  #failed(what: string, error: unknown): void {
    if (this.#wanted === 0) return
    const { message, detail } = error as StartError
    this.#options.log.error(`${what}: ${message}${detail ? `\n${detail}` : ''}`)
  }

  // One goes.

  /** The oldest goes that serves; or one that is about to, if none does. */
  #dismissOne(): void {
    const { workers } = this
    const leaving = workers.find(({ stage }) => stage === 'serving') ?? workers[0]
    if (leaving) this.#dismiss(leaving, { type: 'retire' })
  }

  #dismiss(child: Child, message: ToWorker & { readonly type: 'retire' | 'stop' | 'quit' }): void {
    if (child.stage === 'booting') return child.kill('it is not needed any more')
    child.leave(message, message.type === 'quit' ? 1 : this.#plan.settings.gracefulTimeout + 1)
  }

  /** A worker accepts nothing any more, without being told to. */
  #left(child: Child, why: string): void {
    this.#options.log.info(`Worker (pid: ${child.pid}) is replaced: ${why}`)
    child.killAfter(
      this.#plan.settings.gracefulTimeout + 1,
      'it did not leave within --graceful-timeout',
    )
    this.#refill(child)
  }

  #gone(child: Child, death: Death): void {
    this.#children.delete(child)
    this.#options.onGone(child, death)
    if (death.stage !== 'booting') this.#tellOf(child, death)
    if (death.stage !== 'leaving') this.#refill(child)
  }

  /** Fills a worker's place: at once, unless workers keep being lost before they have answered anything. */
  #refill(lost: Child): void {
    if (!this.#isBooted || this.workers.length >= this.#wanted) return
    const isFruitless = lost.age < YOUNG && !lost.hasAnswered
    this.#youngDeaths = isFruitless ? this.#youngDeaths + 1 : 0
    clearTimeout(this.#retry)
    this.#retry = setTimeout(() => this.#fill(), backOff(this.#youngDeaths))
  }

  #tellOf(child: Child, death: Death): void {
    const { log } = this.#options
    const isOrderly = death.stage === 'leaving' && death.code === 0
    if (isOrderly) log.info(`Worker (pid: ${child.pid}) has left`)
    else log.error(`Worker (pid: ${child.pid}) ${endOf(death, child.memory)}`)
  }

  /** Ends those of which nothing has been heard for too long: a hung one ends itself before that, a stopped one cannot. */
  #lookAround(): void {
    const { timeout, maxMemory } = this.#plan.settings
    for (const child of this.#children) {
      child.silence += 1
      if (timeout > 0 && child.silence > timeout + GRACE)
        child.kill(`nothing was heard of it for ${child.silence} s (--timeout ${timeout})`)
      if (maxMemory > 0 && child.memory > maxMemory) this.#tooBig(child, maxMemory)
    }
  }

  #tooBig(child: Child, maxMemory: number): void {
    if (child.isTired) return
    child.isTired = true
    this.replace(child, `it holds ${child.memory} bytes (--max-memory ${maxMemory})`)
  }
}
