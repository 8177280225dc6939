/**
 * Kills this process when its main thread hangs, because a thread that hangs cannot report it. A second thread
 * (watchdog-thread.ts) checks the heartbeat of the main thread. If it has stopped for too long, the second thread uses the
 * inspector to find the in-flight requests and the stack of the main thread, writes them to the error log, and kills the
 * process. The inspector is not attached before that. A heartbeat costs an addition, and a request a short note in shared
 * memory.
 */
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { Environ } from '@phial/core'
import type { LogSettings } from '../logs/open.ts'
import type { InFlightRequest } from '../pipeline.ts'

/** The data for the thread. */
export interface WatchdogData {
  readonly seconds: number
  readonly settings: LogSettings
  readonly shared: SharedArrayBuffer
}

/** The in-flight requests and the stack of the main thread. The function {@link REPORT} returns it as JSON. */
export interface Report {
  readonly inFlight: readonly InFlightRequest[]
  readonly stack: string
}

/** The name by which the thread finds the function that creates the report. */
export const REPORT = 'phial.watchdog'
/** The layout of the shared memory: the number of heartbeats, the length of the note, its time, and the note. */
export const LAYOUT = { beats: 0, length: 1, since: 1, note: 16, size: 1024 } as const

export interface Watchdog {
  /** Resolves when the thread is running, or could not be started. */
  readonly started: Promise<void>
  /** Records a request that starts, for a main thread that cannot be interrupted. */
  note(environ: Environ): void
  stop(): void
}

/**
 * Starts to watch this thread.
 *
 * @param seconds how long it may be unresponsive
 * @param onFault called with the error if the watchdog's thread cannot be started, or fails
 */
export function watch(
  seconds: number,
  settings: LogSettings,
  inFlight: () => readonly InFlightRequest[],
  onFault: (error: unknown) => void,
): Watchdog {
  const shared = new SharedArrayBuffer(LAYOUT.size)
  const numbers = new Int32Array(shared)
  const times = new Float64Array(shared)
  const note = Buffer.from(shared, LAYOUT.note)
  Reflect.set(globalThis, Symbol.for(REPORT), () => JSON.stringify(reportOf(inFlight())))
  const beat = setInterval(() => Atomics.add(numbers, LAYOUT.beats, 1), beatOf(seconds)).unref()
  const data: WatchdogData = { seconds, settings, shared }
  const url = new URL(`./watchdog-thread${import.meta.url.slice(-3)}`, import.meta.url)
  const thread = new Worker(url, { workerData: data, execArgv: [] })
  thread.unref()
  thread.on('error', onFault)
  const started = new Promise<void>((resolve) => {
    thread.once('message', () => resolve()).once('error', () => resolve())
  })
  return {
    started,
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

/** Returns the interval of heartbeats and checks, in milliseconds. */
export function beatOf(seconds: number): number {
  return Math.min(1000, (seconds * 1000) / 4)
}

/** Formats in-flight requests for a log line: `GET /a for 1.5 s, GET /b for 0.2 s`. */
export function describeRequests(requests: readonly InFlightRequest[]): string {
  const named = requests.slice(0, 10).map(describeRequest).join(', ')
  const more = requests.length > 10 ? `, and ${requests.length - 10} more` : ''
  return `${named}${more}`
}

export function describeRequest({ method, target, age }: InFlightRequest): string {
  return `${method} ${target} for ${(age / 1000).toFixed(1)} s`
}

function reportOf(inFlight: readonly InFlightRequest[]): Report {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 50
  const frames = String(new Error('here').stack).split('\n')
  Error.stackTraceLimit = limit
  const inspector = frames.findIndex((line) => /<anonymous>:1:\d+\)?$/.test(line))
  const server = frames.findIndex((line, at) => at > inspector && line.includes(ourFolder))
  const own = frames.slice(inspector + 1, server < 0 ? undefined : server)
  return { inFlight, stack: own.filter((line) => !/\(?node:/.test(line)).join('\n') }
}

/** Frames from here on only show how the server called the application. */
const ourFolder = fileURLToPath(new URL('..', import.meta.url))
