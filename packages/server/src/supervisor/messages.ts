/** The messages between master and worker, over the IPC channel of a child process. */
import type { Counted } from '../metrics/counters.ts'
import type { Settings } from '../settings/types.ts'
import type { Listening } from './acceptor.ts'

/** The first message to a worker. */
export interface Start {
  readonly type: 'start'
  /** Without hooks, because functions cannot be sent. The worker reads them itself. */
  readonly settings: Settings
  readonly listening: readonly Listening[]
  /** The number of requests after which the worker asks to be replaced; 0 means never. */
  readonly limit: number
}

export type ToWorker =
  | Start
  /** Stop accepting, because other workers take over, and finish in-flight requests. */
  | { readonly type: 'retire' }
  /** The server will stop soon: close each connection after its response, but keep accepting. */
  | { readonly type: 'drain' }
  /**
   * The server stops: accept the connections that wait in the queue, because no other worker will, and finish in-flight
   * requests. With `isHurried`, close idle connections without waiting for one more request.
   */
  | { readonly type: 'stop'; readonly isHurried: boolean }
  /** Exit now, and cut in-flight requests. */
  | { readonly type: 'quit' }
  /** Open new log files, because the old ones have been moved. */
  | { readonly type: 'reopen' }

export type ToMaster =
  | { readonly type: 'ready' }
  /** The worker could not boot. */
  | {
      readonly type: 'failed'
      readonly exitCode: number
      readonly message: string
      readonly detail?: string | undefined
    }
  /** A heartbeat, with the worker's counters and its memory use in bytes. */
  | { readonly type: 'beat'; readonly counted: Counted; readonly memory: number }
  /** The worker asks to be replaced, and serves until its successor is ready. */
  | { readonly type: 'replace'; readonly why: string }
  /** The worker has stopped accepting and will exit, so it needs a successor now. */
  | { readonly type: 'exiting'; readonly why: string }
