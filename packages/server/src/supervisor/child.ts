/** A worker, as its master sees it. */
import { fork, type ChildProcess } from 'node:child_process'
import type { Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { StartError, exitCodes, type ExitCode } from '../errors.ts'
import type { Counted } from '../metrics/counters.ts'
import type { Start, ToMaster, ToWorker } from './messages.ts'
import type { Taker } from './dealer.ts'
import { bootLimit } from './schedule.ts'

/** How a worker ended. */
export interface Death {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** What it was doing. */
  readonly stage: Stage
  /** Why the master killed it, if it did. */
  readonly killedFor: string | undefined
}

/** Where a worker's life leads: in this order, or straight to the end. */
export type Stage = 'booting' | 'serving' | 'leaving' | 'gone'

export interface ChildOptions {
  readonly start: Start
  readonly env: NodeJS.ProcessEnv
  /** It was asked whether it is there, and is. */
  readonly onYes: (child: Child) => void
  /** It took the connection that was on the way to it. */
  readonly onTook: (child: Child) => void
  /** It asks to be replaced. */
  readonly onTired: (child: Child, why: string) => void
  /** It is well, and has counted so much. */
  readonly onBeat: (child: Child, counted: Counted) => void
}

const program = fileURLToPath(new URL(`./worker-main${import.meta.url.slice(-3)}`, import.meta.url))

export class Child implements Taker {
  readonly bornAt: number = performance.now()
  /** Kept when it is ready; rejects with a {@link StartError} if it never will be. */
  readonly ready: Promise<void>
  /** Kept when it has ended. */
  readonly gone: Promise<Death>
  stage: Stage = 'booting'
  /** Whether it is to be replaced already. */
  isTired = false
  /** Bytes, as of its last beat. */
  memory = 0
  /** For how many seconds nothing was heard of it; its master counts. */
  silence = 0
  readonly #process: ChildProcess
  readonly #options: ChildOptions
  #late: NodeJS.Timeout | undefined
  #killedFor: string | undefined
  #becomeReady: () => void = () => undefined
  #fail: (error: StartError) => void = () => undefined

  constructor(options: ChildOptions) {
    this.#options = options
    this.ready = new Promise((resolve, reject) => {
      this.#becomeReady = resolve
      this.#fail = reject
    })
    this.ready.catch(() => undefined) // whoever waits for it is told
    this.#process = fork(program, {
      env: options.env,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    this.gone = new Promise((resolve) => {
      this.#process.once('error', () => this.#ended(resolve, null, null))
      this.#process.once('exit', (code, signal) => this.#ended(resolve, code, signal))
    })
    this.#process.on('message', (message) => this.#heard(message as ToMaster))
    this.tell(options.start)
    const limit = bootLimit(options.start.settings.timeout)
    if (limit > 0) this.#killAfter(limit, `it was not ready within ${limit} s (--timeout)`)
  }

  get pid(): number {
    return this.#process.pid ?? 0
  }

  /** For how long it has lived, in milliseconds. */
  get age(): number {
    return performance.now() - this.bornAt
  }

  tell(message: ToWorker): void {
    if (this.#process.connected) this.#process.send(message, () => undefined)
  }

  ask(): void {
    this.tell({ type: 'ask' })
  }

  give(socket: Socket, listener: number): void {
    if (!this.#process.connected) return // it has died, which is about to be known
    const message: ToWorker = { type: 'connection', listener }
    // A copy stays here until it says that it took it.
    this.#process.send(message, socket, { keepOpen: true }, () => undefined)
  }

  /** Tells it to leave, and sees to it that it does. */
  leave(message: 'retire' | 'stop' | 'quit', seconds: number): void {
    this.stage = 'leaving'
    this.tell({ type: message })
    this.#killAfter(seconds, `it did not leave within ${seconds} s`)
  }

  #killAfter(seconds: number, why: string): void {
    clearTimeout(this.#late)
    this.#late = setTimeout(() => this.kill(why), seconds * 1000)
  }

  /** Ends it, and remembers why. */
  kill(why: string): void {
    this.#killedFor ??= why
    this.#process.kill('SIGKILL')
  }

  #heard(message: ToMaster): void {
    this.silence = 0
    if (message.type === 'ready' && this.stage === 'booting') {
      this.stage = 'serving'
      clearTimeout(this.#late)
      this.#becomeReady()
    } else if (message.type === 'failed') {
      const { exitCode, message: text, detail } = message
      this.#fail(new StartError(exitCode as ExitCode, text, detail))
    } else if (message.type === 'yes') {
      this.#options.onYes(this)
    } else if (message.type === 'took') {
      this.#options.onTook(this)
    } else if (message.type === 'tired') {
      this.#options.onTired(this, message.why)
    } else if (message.type === 'beat') {
      this.memory = message.memory
      this.#options.onBeat(this, message.counted)
    }
  }

  #ended(
    resolve: (death: Death) => void,
    code: number | null,
    signal: NodeJS.Signals | null,
  ): void {
    const death = { code, signal, stage: this.stage, killedFor: this.#killedFor }
    this.stage = 'gone'
    clearTimeout(this.#late)
    this.#fail(
      new StartError(
        exitCodes.boot,
        `a worker (pid: ${this.pid}) ${endOf(death)} before it was ready`,
      ),
    )
    resolve(death)
  }
}

/** `ended with exit code 7`, `was killed by SIGSEGV`: as a sentence goes on after the worker's name. */
export function endOf({ code, signal, killedFor }: Death, memory = 0): string {
  if (killedFor !== undefined) return `was killed: ${killedFor}`
  if (signal === 'SIGALRM') return 'was ended by its watchdog: it stood still'
  const held = memory > 0 ? `; it held ${Math.round(memory / 2 ** 20)} MB` : ''
  if (signal === 'SIGKILL')
    return `was killed by SIGKILL, not by this server${held}: somebody did, or the system was short of memory`
  if (signal !== null) return `was killed by ${signal}${held}`
  return code === null ? 'could not be started' : `ended with exit code ${code}`
}
