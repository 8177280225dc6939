/** The hooks of a config file. They are gunicorn's, as far as they apply to Node. */
import type { Environ } from '@phial/core'
import type { StartError } from '../errors.ts'
import type { ErrorLog } from '../logs/error.ts'
import { didYouMean, nearest } from '../nearest.ts'

/** The argument of hooks that run in the master. */
export interface MasterInfoOf<Settings> {
  readonly pid: number
  readonly settings: Settings
  readonly log: ErrorLog
  /** The process ids of the workers that serve or are starting. */
  readonly workers: readonly number[]
}

/** The argument of hooks that run in a worker. */
export interface WorkerInfoOf<Settings> {
  readonly pid: number
  readonly settings: Settings
  readonly log: ErrorLog
}

/**
 * Functions that the master and its workers call at certain points of their life. Each may be async. An error thrown
 * by a hook is logged and has no other effect, with three exceptions: an error in `onStarting` aborts the start of the
 * server, and an error in `postFork` or `postWorkerInit` ends the worker.
 *
 * ```ts
 * import type { ServerConfig } from '@phial/server'
 *
 * export default {
 *   workers: 2,
 *   hooks: { whenReady: ({ log }) => log.info('The site is up') },
 * } satisfies ServerConfig
 * ```
 */
export interface HooksOf<Settings> {
  /** Called in the master before it binds an address or starts a worker. */
  readonly onStarting?: (master: MasterInfoOf<Settings>) => unknown
  /** Called in the master when all workers are ready. */
  readonly whenReady?: (master: MasterInfoOf<Settings>) => unknown
  /** Called in the master when a reload was requested, before any setting is read again. */
  readonly onReload?: (master: MasterInfoOf<Settings>) => unknown
  /** Called in the master when the target number of workers has changed. `before` is 0 at the start. */
  readonly nworkersChanged?: (
    master: MasterInfoOf<Settings>,
    now: number,
    before: number,
  ) => unknown
  /** Called in the master before a worker process is started. */
  readonly preFork?: (master: MasterInfoOf<Settings>) => unknown
  /** Called in the master after a worker process has ended. */
  readonly childExit?: (master: MasterInfoOf<Settings>, pid: number) => unknown
  /** Called in the master before it exits. */
  readonly onExit?: (master: MasterInfoOf<Settings>) => unknown
  /** Called in a worker before the application is loaded. */
  readonly postFork?: (worker: WorkerInfoOf<Settings>) => unknown
  /** Called in a worker after the application was loaded. */
  readonly postWorkerInit?: (worker: WorkerInfoOf<Settings>) => unknown
  /** Called in a worker that must stop immediately. */
  readonly workerInt?: (worker: WorkerInfoOf<Settings>) => unknown
  /** Called in a worker before it exits. */
  readonly workerExit?: (worker: WorkerInfoOf<Settings>) => unknown
  /** Called in a worker before the application is called. Not awaited. */
  readonly preRequest?: (worker: WorkerInfoOf<Settings>, environ: Environ) => unknown
  /** Called in a worker after the application and the response have finished. Not awaited. */
  readonly postRequest?: (worker: WorkerInfoOf<Settings>, environ: Environ) => unknown
}

const names: Record<keyof HooksOf<unknown>, true> = {
  onStarting: true,
  whenReady: true,
  onReload: true,
  nworkersChanged: true,
  preFork: true,
  childExit: true,
  onExit: true,
  postFork: true,
  postWorkerInit: true,
  workerInt: true,
  workerExit: true,
  preRequest: true,
  postRequest: true,
}

/** The other hooks of gunicorn, each with the reason why it is not supported. */
const without: Record<string, string> = {
  workerAbort: 'a worker that hangs cannot call a hook; see childExit',
  preExec: 'USR2 does not start another program',
}

/** Validates the hooks of a config file. Throws the error that `fault` creates from the reason if they are invalid. */
export function readHooks(given: unknown, fault: (why: string) => StartError): HooksOf<unknown> {
  if (typeof given !== 'object' || given === null) throw fault('expected an object with functions')
  for (const [name, hook] of Object.entries(given)) {
    const why = Object.hasOwn(without, name) ? `: ${without[name] ?? ''}` : ''
    if (!Object.hasOwn(names, name))
      throw fault(`unknown hook ${name}${why || didYouMean(nearest(name, Object.keys(names)))}`)
    if (typeof hook !== 'function') throw fault(`${name} is not a function`)
  }
  return given
}
