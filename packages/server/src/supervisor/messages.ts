/** What master and worker say to each other, over the channel that Node gives a child process. */
import type { Counted } from '../metrics/counters.ts'
import type { Settings } from '../settings/types.ts'

/** What a worker is told before all else. */
export interface Start {
  readonly type: 'start'
  /** Without hooks: functions do not travel, the worker reads them for itself. */
  readonly settings: Settings
  /** The host that each listener was asked for. */
  readonly hosts: readonly (string | null)[]
  /** After how many requests it asks to be replaced; 0 is never. */
  readonly limit: number
}

export type ToWorker =
  | Start
  /** Is there room for a connection? */
  | { readonly type: 'ask' }
  /** A fresh connection comes with it; the listener's place among {@link Start.hosts}. */
  | { readonly type: 'connection'; readonly listener: number }
  /** A successor is there: leave without hurry. */
  | { readonly type: 'retire' }
  /** The server stops: finish what is under way. */
  | { readonly type: 'stop' }
  /** Leave now; what is under way is cut. */
  | { readonly type: 'quit' }
  /** The log files have been moved. */
  | { readonly type: 'reopen' }
  /** The master is there. */
  | { readonly type: 'beat' }

export type ToMaster =
  | { readonly type: 'ready' }
  /** It could not boot. */
  | {
      readonly type: 'failed'
      readonly exitCode: number
      readonly message: string
      readonly detail?: string | undefined
    }
  /** There is. */
  | { readonly type: 'yes' }
  /** The connection has arrived. */
  | { readonly type: 'took' }
  /** All is well. */
  | { readonly type: 'beat'; readonly counted: Counted; readonly memory: number }
  /** It asks to be replaced. */
  | { readonly type: 'tired'; readonly why: string }
