/** The thread of the watchdog: see watchdog.ts. */
import { Session } from 'node:inspector'
import { workerData } from 'node:worker_threads'
import { openLogs } from '../logs/open.ts'
import {
  beatOf,
  describeRequest,
  describeRequests,
  LAYOUT,
  REPORT,
  type Report,
  type WatchdogData,
} from './watchdog.ts'

/** How long, in milliseconds, the main thread may take to answer. In JavaScript it does at once. */
const PATIENCE = 2000

const { seconds, settings, shared } = workerData as WatchdogData
const numbers = new Int32Array(shared)
let seen = 0
let still = 0

// Looks are counted, not the clock: a process that was stopped, or a machine that slept, goes on.
const looking = setInterval(() => {
  const beats = Atomics.load(numbers, LAYOUT.beats)
  still = beats === seen ? still + 1 : 0
  seen = beats
  if (still * beatOf(seconds) < seconds * 1000) return
  clearInterval(looking)
  ask()
}, beatOf(seconds))

/** Has the main thread interrupted, wherever it is, and asks it. */
function ask(): void {
  const session = new Session()
  session.connectToMainThread()
  const expression = `globalThis[Symbol.for(${JSON.stringify(REPORT)})]()`
  const silent = setTimeout(() => end(sentence(lastNote())), PATIENCE)
  session.post('Runtime.evaluate', { expression, returnByValue: true }, (error, answer) => {
    clearTimeout(silent)
    const value: unknown = error ? undefined : answer.result.value
    end(typeof value === 'string' ? told(JSON.parse(value) as Report) : sentence(lastNote()))
  })
}

function told({ underWay, stack }: Report): string {
  const requests =
    underWay.length === 0 ? 'no request is under way' : `under way: ${describeRequests(underWay)}`
  return `${sentence(requests)}\n${stack}`
}

/** The main thread is in a call that is not JavaScript, and cannot be asked. */
function lastNote(): string {
  const length = numbers[LAYOUT.length] ?? 0
  const where = 'it is in a call that cannot be interrupted'
  if (length === 0) return `${where}, and there was no request`
  const [method = '', target = ''] = Buffer.from(shared, LAYOUT.note, length)
    .toString('latin1')
    .split(' ')
  const age = Date.now() - (new Float64Array(shared)[LAYOUT.since] ?? 0)
  return `${where}; the last request that began: ${describeRequest({ method, target, age })}`
}

function sentence(what: string): string {
  return `Worker timeout (pid: ${process.pid}): it has stood still for ${seconds} s (--timeout); ${what}`
}

/** Writes, and ends the process: by a signal that nobody else sends, so that the master knows whose it was. */
function end(message: string): void {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), 500)
  try {
    openLogs({ ...settings, accessLogfile: undefined, statsdHost: undefined }).error.critical(
      message,
    )
  } finally {
    process.kill(process.pid, 'SIGALRM') // also where there is no descriptor for the log
  }
}
