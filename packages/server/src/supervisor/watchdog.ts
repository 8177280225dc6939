/**
 * Ends this process when its main thread stands still: who hangs cannot say so. A thread beside it counts
 * on, and when the main thread's beat has not moved for too long, it asks through the inspector what is
 * under way and where the main thread is, writes that to the error log, and ends the process
 * (watchdog-thread.ts). While all is well nothing is attached: a beat is an addition, a request a note of
 * some bytes in shared memory.
 */
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { Environ } from '@phial/core'
import type { LogSettings } from '../logs/open.ts'
import type { UnderWay } from '../pipeline.ts'

/** What the thread is made with. */
export interface WatchdogData {
  readonly seconds: number
  readonly settings: LogSettings
  readonly shared: SharedArrayBuffer
}

/** Where the main thread is, and what is under way; as JSON, the answer of {@link REPORT}. */
export interface Report {
  readonly underWay: readonly UnderWay[]
  readonly stack: string
}

/** By this name the thread finds the function that reports. */
export const REPORT = 'phial.watchdog'
/** In shared memory: beats, the length of the note, when it was written, the note. */
export const LAYOUT = { beats: 0, length: 1, since: 1, note: 16, size: 1024 } as const

export interface Watchdog {
  /** Notes a request that begins: all that is known of it where the main thread cannot be asked. */
  note(environ: Environ): void
  stop(): void
}

/**
 * Begins to watch this thread.
 *
 * @param seconds how long it may stand still
 * @param onFault told why there is no watchdog, if its thread could not be started or failed
 */
export function watch(
  seconds: number,
  settings: LogSettings,
  underWay: () => readonly UnderWay[],
  onFault: (error: unknown) => void,
): Watchdog {
  const shared = new SharedArrayBuffer(LAYOUT.size)
  const numbers = new Int32Array(shared)
  const times = new Float64Array(shared)
  const note = Buffer.from(shared, LAYOUT.note)
  Reflect.set(globalThis, Symbol.for(REPORT), () => JSON.stringify(reportOf(underWay())))
  const beat = setInterval(() => Atomics.add(numbers, LAYOUT.beats, 1), beatOf(seconds)).unref()
  const data: WatchdogData = { seconds, settings, shared }
  const url = new URL(`./watchdog-thread${import.meta.url.slice(-3)}`, import.meta.url)
  const thread = new Worker(url, { workerData: data, execArgv: [] })
  thread.unref()
  thread.on('error', onFault)
  return {
    note: ({ REQUEST_METHOD: method, RAW_URI: target }) => {
      times[LAYOUT.since] = Date.now()
      numbers[LAYOUT.length] = note.write(`${method} ${target ?? ''}`, 'latin1')
    },
    stop: () => {
      clearInterval(beat)
      void thread.terminate()
    },
  }
}

/** How often, in milliseconds, the main thread beats and the thread looks. */
export function beatOf(seconds: number): number {
  return Math.min(1000, (seconds * 1000) / 4)
}

/** Requests in progress, as log lines name them: `GET /a for 1.5 s, GET /b for 0.2 s`. */
export function describeRequests(requests: readonly UnderWay[]): string {
  const named = requests.slice(0, 10).map(describeRequest).join(', ')
  const more = requests.length > 10 ? `, and ${requests.length - 10} more` : ''
  return `${named}${more}`
}

export function describeRequest({ method, target, age }: UnderWay): string {
  return `${method} ${target} for ${(age / 1000).toFixed(1)} s`
}

function reportOf(underWay: readonly UnderWay[]): Report {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 50
  const frames = String(new Error('here').stack).split('\n')
  Error.stackTraceLimit = limit
  const asked = frames.findIndex((line) => /<anonymous>:1:\d+\)?$/.test(line)) // the inspector's
  const served = frames.findIndex((line, at) => at > asked && line.includes(ourFolder))
  const own = frames.slice(asked + 1, served < 0 ? undefined : served)
  return { underWay, stack: own.filter((line) => !/\(?node:/.test(line)).join('\n') }
}

/** Frames from here on only show how the application came to be called. */
const ourFolder = fileURLToPath(new URL('..', import.meta.url))
