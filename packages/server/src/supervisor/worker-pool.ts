/**
 * The workers: as many as are wanted, whatever happens to them. Who dies is replaced; who is tired, or
 * runs old code, is replaced once its successor is ready, one after another.
 */
import type { StartError } from '../errors.ts'
import type { ErrorLog } from '../logs/error.ts'
import type { Settings } from '../settings/types.ts'
import { Child, endOf, type ChildOptions, type Death } from './child.ts'
import type { Dealer } from './dealer.ts'
import { backOff, requestLimit } from './schedule.ts'

/** What the crew is made with, and what it tells. */
export interface WorkerPoolOptions {
  readonly dealer: Dealer<Child>
  readonly log: ErrorLog
  readonly env: NodeJS.ProcessEnv
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
  readonly hosts: readonly (string | null)[]
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

  /** Lets all go; kept when the last has ended. Those that do not end in time are cut. */
  async stop(message: 'stop' | 'quit'): Promise<void> {
    this.#wanted = 0
    clearTimeout(this.#retry)
    clearInterval(this.#tick)
    for (const child of this.#children) this.#dismiss(child, message)
    await Promise.all([...this.#children].map(({ gone }) => gone))
  }

  /** Has the log files opened anew. */
  reopen(): void {
    for (const child of this.#children) child.tell({ type: 'reopen' })
  }

  // One comes.

  #start(): Child {
    const { settings, hosts } = this.#plan
    const { maxRequests, maxRequestsJitter } = settings
    const { dealer, env, log, onBeat } = this.#options
    const limit = requestLimit(this.#started++, maxRequests, maxRequestsJitter)
    this.#options.onStart()
    const child = new Child({
      start: { type: 'start', settings: { ...settings, hooks: {} }, hosts, limit },
      env: { ...env, ...settings.env },
      onYes: (asked) => dealer.saidYes(asked),
      onTook: (taker) => dealer.took(taker),
      onTired: (tired, why) => this.replace(tired, why),
      onBeat,
    })
    this.#children.add(child)
    log.debug(`Booting worker with pid: ${child.pid}`)
    child.ready.then(
      () => this.#joined(child),
      () => undefined,
    )
    void child.gone.then((death) => this.#gone(child, death))
    return child
  }

  #joined(child: Child): void {
    this.#options.dealer.join(child)
    if (this.#isBooted) this.#options.log.info(`Booted worker with pid: ${child.pid}`)
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
    if (this.workers.includes(old)) this.#dismiss(old, 'retire')
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
    if (leaving) this.#dismiss(leaving, 'retire')
  }

  #dismiss(child: Child, message: 'retire' | 'stop' | 'quit'): void {
    if (child.stage === 'booting') return child.kill('it is not needed any more')
    this.#options.dealer.leave(child)
    child.leave(message, message === 'quit' ? 1 : this.#plan.settings.gracefulTimeout + 1)
  }

  #gone(child: Child, death: Death): void {
    this.#children.delete(child)
    this.#options.dealer.gone(child)
    this.#options.onGone(child, death)
    if (death.stage !== 'booting') this.#tellOf(child, death)
    if (!this.#isBooted || this.workers.length >= this.#wanted) return
    this.#youngDeaths = child.age < YOUNG ? this.#youngDeaths + 1 : 0
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
