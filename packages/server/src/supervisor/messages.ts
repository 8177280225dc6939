/** What master and worker tell each other, over the channel that Node gives a child process. */
import type { Counted } from '../metrics/counters.ts'
import type { Settings } from '../settings/types.ts'
import type { Listening } from './acceptor.ts'

/** The first message to a worker. */
export interface Start {
  readonly type: 'start'
  /** Without hooks: functions do not travel, the worker reads them for itself. */
  readonly settings: Settings
  readonly listening: readonly Listening[]
  /** After how many requests it asks to be replaced; 0 is never. */
  readonly limit: number
}

export type ToWorker =
  | Start
  /** Other workers take over: stop accepting, finish what is in progress. */
  | { readonly type: 'retire' }
  /** The server is about to stop: each answer is the last on its connection, but go on accepting. */
  | { readonly type: 'drain' }
  /**
   * The server stops: accept what waits in the queue, which no other worker will, and finish what is in progress.
   * `isHurried`: idle connections are not given time for one more request.
   */
  | { readonly type: 'stop'; readonly isHurried: boolean }
  /** Leave now; what is in progress is cut. */
  | { readonly type: 'quit' }
  /** The log files have been moved. */
  | { readonly type: 'reopen' }

export type ToMaster =
  | { readonly type: 'ready' }
  /** It could not boot. */
  | {
      readonly type: 'failed'
      readonly exitCode: number
      readonly message: string
      readonly detail?: string | undefined
    }
  /** All is well. */
  | { readonly type: 'beat'; readonly counted: Counted; readonly memory: number }
  /** It asks to be replaced, and serves until its successor is ready. */
  | { readonly type: 'tired'; readonly why: string }
  /** It accepts nothing any more, and leaves: a successor is needed now. */
  | { readonly type: 'leaving'; readonly why: string }
