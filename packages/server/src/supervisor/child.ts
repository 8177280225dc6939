/** A worker, as its master sees it. */
import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { StartError, exitCodes, type ExitCode } from '../errors.ts'
import type { Counted } from '../metrics/counters.ts'
import type { Start, ToMaster, ToWorker } from './messages.ts'
import { bootLimit } from './schedule.ts'

/** How a worker ended. */
export interface Death {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** What it was doing. */
  readonly stage: Stage
  /** Why the master killed it, if it did. */
  readonly killedFor: string | undefined
  /** Why it could not be started, if it could not. */
  readonly fault?: string | undefined
}

/** Where a worker's life leads: in this order, or straight to the end. */
export type Stage = 'booting' | 'serving' | 'leaving' | 'gone'

export interface ChildOptions {
  readonly start: Start
  readonly env: NodeJS.ProcessEnv
  /** The folder that it runs in. */
  readonly cwd: string
  /** Descriptors of listening sockets. It finds them from 4 on: 3 is the channel. */
  readonly fds: readonly number[]
  /** It asks to be replaced. */
  readonly onTired: (child: Child, why: string) => void
  /** It accepts nothing any more, without being told to. */
  readonly onLeaving: (child: Child, why: string) => void
  /** It is well, and has counted so much. */
  readonly onBeat: (child: Child, counted: Counted) => void
}

const program = fileURLToPath(new URL(`./worker-main${import.meta.url.slice(-3)}`, import.meta.url))

export class Child {
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
  /** Whether it has answered a request. */
  hasAnswered = false
  readonly #process: ChildProcess | undefined
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
    let ended: (death: Death) => void = () => undefined
    this.gone = new Promise((resolve) => {
      ended = resolve
    })
    this.#process = this.#fork((parts) => this.#ended(ended, parts))
    this.tell(options.start)
    const limit = bootLimit(options.start.settings.timeout)
    if (limit > 0) this.killAfter(limit, `it was not ready within ${limit} s (--timeout)`)
  }

  /** Starts the process. It may fail for want of descriptors, memory or a folder: then it has ended. */
  #fork(ended: (parts: Ended) => void): ChildProcess | undefined {
    const { env, cwd, fds } = this.#options
    try {
      const child = fork(program, {
        env,
        cwd,
        stdio: ['ignore', 'inherit', 'inherit', 'ipc', ...fds],
      })
      child.on('error', ({ message }) => child.pid ?? ended({ fault: message }))
      child.once('exit', (code, signal) => ended({ code, signal }))
      child.on('message', (message) => this.#heard(message as ToMaster))
      return child
    } catch (error) {
      setImmediate(ended, { fault: error instanceof Error ? error.message : String(error) })
      return undefined
    }
  }

  /** 0 if it could not be started. */
  get pid(): number {
    return this.#process?.pid ?? 0
  }

  /** For how long it has lived, in milliseconds. */
  get age(): number {
    return performance.now() - this.bornAt
  }

  tell(message: ToWorker): void {
    if (this.#process?.connected) this.#process.send(message, () => undefined)
  }

  /** Tells it to leave, and kills it if it has not left after so many seconds. */
  leave(message: Exclude<ToWorker, Start>, seconds: number): void {
    this.stage = 'leaving'
    this.tell(message)
    this.killAfter(seconds, `it did not leave within ${seconds} s`)
  }

  killAfter(seconds: number, why: string): void {
    clearTimeout(this.#late)
    this.#late = setTimeout(() => this.kill(why), seconds * 1000)
  }

  /** Ends it, and remembers why. */
  kill(why: string): void {
    this.#killedFor ??= why
    this.#process?.kill('SIGKILL')
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
    } else if (message.type === 'tired') {
      this.#options.onTired(this, message.why)
    } else if (message.type === 'leaving' && this.stage === 'serving') {
      this.stage = 'leaving'
      this.#options.onLeaving(this, message.why)
    } else if (message.type === 'beat') {
      this.memory = message.memory
      this.hasAnswered = message.counted.statuses.some((count) => count > 0)
      this.#options.onBeat(this, message.counted)
    }
  }

  #ended(resolve: (death: Death) => void, { code = null, signal = null, fault }: Ended): void {
    if (this.stage === 'gone') return
    const death = { code, signal, stage: this.stage, killedFor: this.#killedFor, fault }
    this.stage = 'gone'
    clearTimeout(this.#late)
    const worker = this.pid === 0 ? 'a worker' : `a worker (pid: ${this.pid})`
    const message = `${worker} ${endOf(death)}${fault === undefined ? ' before it was ready' : ''}`
    this.#fail(new StartError(exitCodes.boot, message))
    resolve(death)
  }
}

/** How a process ended, as Node tells. */
type Ended = Partial<Pick<Death, 'code' | 'signal' | 'fault'>>

/** `ended with exit code 7`, `was killed by SIGSEGV`: as a sentence goes on after the worker's name. */
export function endOf({ code, signal, killedFor, fault }: Death, memory = 0): string {
  if (fault !== undefined) return `could not be started: ${fault}${hintFor(fault)}`
  if (killedFor !== undefined) return `was killed: ${killedFor}`
  if (signal === 'SIGALRM') return 'was ended by its watchdog: it stood still'
  const held = memory > 0 ? `; it held ${Math.round(memory / 2 ** 20)} MB` : ''
  if (signal === 'SIGKILL')
    return `was killed by SIGKILL, not by this server${held}: somebody did, or the system was short of memory`
  if (signal !== null) return `was killed by ${signal}${held}`
  return `ended with exit code ${String(code)}`
}

function hintFor(fault: string): string {
  return /EMFILE|ENFILE/.test(fault) ? '; raise the limit of open files (ulimit -n)' : ''
}
