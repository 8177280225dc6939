/** A worker process, as seen by the master. */
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
  /** Its stage before it ended. */
  readonly stage: Stage
  /** The reason why the master killed it; `undefined` if it did not. */
  readonly killedFor: string | undefined
  /** The reason why the process could not be started; `undefined` if it was. */
  readonly fault?: string | undefined
}

/** The stages of a worker, in this order. A worker may skip to `gone` from any stage. */
export type Stage = 'booting' | 'serving' | 'exiting' | 'gone'

export interface ChildOptions {
  readonly start: Start
  readonly env: NodeJS.ProcessEnv
  /** The working folder of the process. */
  readonly cwd: string
  /** The descriptors of listening sockets. They are 4, 5 and so on in the worker; 3 is the channel. */
  readonly fds: readonly number[]
  /** Called when the worker asks to be replaced. */
  readonly onReplace: (child: Child, why: string) => void
  /** Called when the worker has stopped accepting without a message from the master. */
  readonly onExiting: (child: Child, why: string) => void
  /** Called with each heartbeat and its counters. */
  readonly onBeat: (child: Child, counted: Counted) => void
}

const program = fileURLToPath(new URL(`./worker${import.meta.url.slice(-3)}`, import.meta.url))

export class Child {
  readonly bornAt: number = performance.now()
  /** Resolves when the worker is ready. Rejects with a {@link StartError} if it ends before that. */
  readonly ready: Promise<void>
  /** Resolves when the process has ended. */
  readonly gone: Promise<Death>
  stage: Stage = 'booting'
  /** Whether its replacement has been requested. */
  isBeingReplaced = false
  /** Its memory use in bytes, as of its last heartbeat. */
  memory = 0
  /** The number of seconds since its last message. The pool counts them. */
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
    this.ready.catch(() => undefined) // reported to the callers that await it
    let ended: (death: Death) => void = () => undefined
    this.gone = new Promise((resolve) => {
      ended = resolve
    })
    this.#process = this.#fork((parts) => this.#ended(ended, parts))
    this.send(options.start)
    const limit = bootLimit(options.start.settings.timeout)
    if (limit > 0) this.killAfter(limit, `it was not ready within ${limit} s (--timeout)`)
  }

  /** Starts the process. Calls `ended` if it cannot be started, because descriptors, memory or the folder are missing. */
  #fork(ended: (parts: Ended) => void): ChildProcess | undefined {
    const { env, cwd, fds } = this.#options
    try {
      const child = fork(program, {
        env,
        cwd,
        stdio: ['ignore', 'inherit', 'inherit', 'ipc', ...fds],
      })
      child.on('error', ({ message }) => child.pid ?? ended({ fault: message }))
      onceEnded(child, ended)
      child.on('message', (message) => this.#received(message as ToMaster))
      return child
    } catch (error) {
      setImmediate(ended, { fault: error instanceof Error ? error.message : String(error) })
      return undefined
    }
  }

  /** The process id; 0 if it could not be started. */
  get pid(): number {
    return this.#process?.pid ?? 0
  }

  /** The time since its start, in milliseconds. */
  get age(): number {
    return performance.now() - this.bornAt
  }

  send(message: ToWorker): void {
    if (this.#process?.connected) this.#process.send(message, () => undefined)
  }

  /** Asks the worker to exit, and kills it if it is still running after this many seconds. */
  exit(message: Exclude<ToWorker, Start>, seconds: number): void {
    this.stage = 'exiting'
    this.send(message)
    this.killAfter(seconds, `it did not exit within ${seconds} s`)
  }

  killAfter(seconds: number, why: string): void {
    clearTimeout(this.#late)
    this.#late = setTimeout(() => this.kill(why), seconds * 1000)
  }

  /** Kills the process, and records the reason. */
  kill(why: string): void {
    if (this.#process?.kill('SIGKILL') === true) this.#killedFor ??= why
  }

  #received(message: ToMaster): void {
    this.silence = 0
    if (message.type === 'ready' && this.stage === 'booting') {
      this.stage = 'serving'
      clearTimeout(this.#late)
      this.#becomeReady()
    } else if (message.type === 'failed') {
      const { exitCode, message: text, detail } = message
      this.#fail(new StartError(exitCode as ExitCode, text, detail))
    } else if (message.type === 'replace') {
      this.#options.onReplace(this, message.why)
    } else if (message.type === 'exiting' && this.stage === 'serving') {
      this.stage = 'exiting'
      this.#options.onExiting(this, message.why)
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

/** How a process ended, as reported by Node. */
type Ended = Partial<Pick<Death, 'code' | 'signal' | 'fault'>>

/** The time limit for the messages of a process that has exited to arrive, in milliseconds. */
const LAST_MESSAGES = 100

/**
 * Calls back once a process has ended and its messages have arrived. `exit` may come before the last message. `close` comes
 * after it, but under Deno, sometimes not at all.
 */
export function onceEnded(child: ChildProcess, callback: (end: Ended) => void): void {
  child.once('exit', (code, signal) => {
    const end = (): void => {
      clearTimeout(late)
      child.off('close', end)
      callback({ code, signal })
    }
    const late = setTimeout(end, LAST_MESSAGES)
    child.once('close', end)
  })
}

/** Describes how a worker ended, as a phrase that follows its name: `ended with exit code 7`, `was killed by SIGSEGV`. */
export function endOf({ code, signal, killedFor, fault }: Partial<Death>, memory = 0): string {
  if (fault !== undefined) return `could not be started: ${fault}${hintFor(fault)}`
  if (killedFor !== undefined) return `was killed: ${killedFor}`
  if (signal === 'SIGALRM') return 'was killed by its watchdog: it did not respond'
  const used = memory > 0 ? `; it used ${Math.round(memory / 2 ** 20)} MB` : ''
  if (signal === 'SIGKILL')
    return `was killed by SIGKILL, which this server did not send${used}; perhaps the system ran out of memory`
  if (signal) return `was killed by ${signal}${used}`
  return `ended with exit code ${String(code)}`
}

function hintFor(fault: string): string {
  return /EMFILE|ENFILE/.test(fault) ? '; raise the limit of open files (ulimit -n)' : ''
}
