/** The hooks of a config file: gunicorn's, as far as they have a meaning here. */
import type { Environ } from '@phial/core'
import type { StartError } from '../errors.ts'
import type { ErrorLog } from '../logs/error.ts'
import { didYouMean, nearest } from '../nearest.ts'

/** The master, as its hooks see it. */
export interface MasterInfoOf<Settings> {
  readonly pid: number
  readonly settings: Settings
  readonly log: ErrorLog
  /** The process ids of those that serve, or are about to. */
  readonly workers: readonly number[]
}

/** A worker, as its hooks see it. */
export interface WorkerInfoOf<Settings> {
  readonly pid: number
  readonly settings: Settings
  readonly log: ErrorLog
}

/**
 * Functions that are called at certain moments. Each may be async. What one throws is logged, and
 * changes nothing; except that `onStarting`, `postFork` and `postWorkerInit` end what is about to start.
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
  /** In the master, before anything is bound or started. */
  readonly onStarting?: (master: MasterInfoOf<Settings>) => unknown
  /** In the master, when all workers are ready. */
  readonly whenReady?: (master: MasterInfoOf<Settings>) => unknown
  /** In the master, when a reload was asked for, before anything is read anew. */
  readonly onReload?: (master: MasterInfoOf<Settings>) => unknown
  /** In the master, when it shall have more workers, or fewer. `before` is 0 at the start. */
  readonly nworkersChanged?: (
    master: MasterInfoOf<Settings>,
    now: number,
    before: number,
  ) => unknown
  /** In the master, before a worker's process is started. */
  readonly preFork?: (master: MasterInfoOf<Settings>) => unknown
  /** In the master, when a worker's process has ended. */
  readonly childExit?: (master: MasterInfoOf<Settings>, pid: number) => unknown
  /** In the master, at the end. */
  readonly onExit?: (master: MasterInfoOf<Settings>) => unknown
  /** In a worker, before the application is loaded. */
  readonly postFork?: (worker: WorkerInfoOf<Settings>) => unknown
  /** In a worker, when the application is loaded. */
  readonly postWorkerInit?: (worker: WorkerInfoOf<Settings>) => unknown
  /** In a worker that is told to leave at once. */
  readonly workerInt?: (worker: WorkerInfoOf<Settings>) => unknown
  /** In a worker, at its end. */
  readonly workerExit?: (worker: WorkerInfoOf<Settings>) => unknown
  /** In a worker, before the application is called. It is not waited for. */
  readonly preRequest?: (worker: WorkerInfoOf<Settings>, environ: Environ) => unknown
  /** In a worker, when application and answer are over. It is not waited for. */
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

/** gunicorn's others, and why they are none here. */
const without: Record<string, string> = {
  workerAbort: 'a worker that hangs can call nothing; see childExit',
  preExec: 'USR2 starts no other program',
}

/** Reads the hooks of a config file, or throws what `fault` makes of the reason why not. */
export function readHooks(given: unknown, fault: (why: string) => StartError): HooksOf<unknown> {
  if (typeof given !== 'object' || given === null) throw fault('it takes an object with functions')
  for (const [name, hook] of Object.entries(given)) {
    const why = Object.hasOwn(without, name) ? `: ${without[name] ?? ''}` : ''
    if (!Object.hasOwn(names, name))
      throw fault(`there is no hook ${name}${why || didYouMean(nearest(name, Object.keys(names)))}`)
    if (typeof hook !== 'function') throw fault(`${name} is not a function`)
  }
  return given
}
