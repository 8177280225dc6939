/** The thread of the watchdog. See watchdog.ts. */
import { Session } from 'node:inspector'
import { parentPort, workerData } from 'node:worker_threads'
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

/** The time limit for the main thread's answer, in milliseconds. While it runs JavaScript, it answers immediately. */
const PATIENCE = 2000

const { seconds, settings, shared } = workerData as WatchdogData
const numbers = new Int32Array(shared)
let seen = 0
let missed = 0

// Counts checks instead of reading the clock, so that a stopped process or a suspended machine is not a hang.
const checking = setInterval(() => {
  const beats = Atomics.load(numbers, LAYOUT.beats)
  missed = beats === seen ? missed + 1 : 0
  seen = beats
  if (missed * beatOf(seconds) < seconds * 1000) return
  clearInterval(checking)
  inspect()
}, beatOf(seconds))
parentPort?.postMessage('started') // oxlint-disable-line unicorn/require-post-message-target-origin -- a port, not a window

/** Interrupts the main thread through the inspector, evaluates the report, and kills the process. */
function inspect(): void {
  const session = new Session()
  session.connectToMainThread()
  const expression = `globalThis[Symbol.for(${JSON.stringify(REPORT)})]()`
  const timer = setTimeout(() => kill(message(lastNote())), PATIENCE)
  session.post('Runtime.evaluate', { expression, returnByValue: true }, (error, answer) => {
    clearTimeout(timer)
    const value: unknown = error ? undefined : answer.result.value
    kill(typeof value === 'string' ? reported(JSON.parse(value) as Report) : message(lastNote()))
  })
}

function reported({ inFlight, stack }: Report): string {
  const requests =
    inFlight.length === 0 ? 'no request is in flight' : `in flight: ${describeRequests(inFlight)}`
  return `${message(requests)}\n${stack}`
}

/** Describes the last request, for a main thread that is in a native call and cannot be interrupted. */
function lastNote(): string {
  const length = numbers[LAYOUT.length] ?? 0
  const where = 'it is in a native call that cannot be interrupted'
  if (length === 0) return `${where}; it has not received a request`
  const [method = '', target = ''] = Buffer.from(shared, LAYOUT.note, length)
    .toString('latin1')
    .split(' ')
  const age = Date.now() - (new Float64Array(shared)[LAYOUT.since] ?? 0)
  return `${where}; the last request to start: ${describeRequest({ method, target, age })}`
}

function message(what: string): string {
  return `Worker timeout (pid: ${process.pid}): it has not responded for ${seconds} s (--timeout); ${what}`
}

/** Logs the message and kills the process, with a signal by which the master recognizes the watchdog. */
function kill(text: string): void {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), 500)
  try {
    openLogs({ ...settings, accessLogfile: undefined, statsdHost: undefined }).error.critical(text)
  } finally {
    process.kill(process.pid, 'SIGALRM') // even if no descriptor is left for the log
  }
}
