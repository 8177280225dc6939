/**
 * Runs a job in a frame with its own origin, from which nothing can be loaded or sent. The page sets a timeout. When it
 * expires, the page removes the frame and thereby stops everything that runs in it.
 */
import { page } from 'playground:sandbox'
import { LIMITS, readReport, type Job, type Report } from './protocol.ts'

export interface Run {
  /** Resolves when the job is done or was stopped. */
  readonly ended: Promise<void>
  stop(): void
}

const TOO_LONG = `The program was stopped after ${LIMITS.time / 1000} seconds. Look for an endless loop, or a promise that never settles.`
const TOO_SLOW = 'The worker did not start. Close other pages, and try again.'

/** Starts a job. Calls `onReport` with the program's reports, in order, and not after `ended` has resolved. */
export function runInSandbox(job: Job, bundle: string, onReport: (report: Report) => void): Run {
  let resolve = (): void => undefined
  const ended = new Promise<void>((done) => (resolve = done))
  const frame = document.createElement('iframe')
  const stop = (): void => {
    removeEventListener('message', hear)
    clearTimeout(clock)
    frame.remove()
    resolve()
  }
  const giveUp = (message: string): void => {
    onReport({ kind: 'problem', problem: { message } })
    stop()
  }
  const wait = (time: number, message: string) => setTimeout(() => giveUp(message), time)
  let clock = wait(LIMITS.start, TOO_SLOW)
  /** How often the timeout may be restarted: at the start of the program, and after its response, for the check. */
  let phases = 2
  const hear = ({ source, data }: MessageEvent<unknown>): void => {
    if (source !== frame.contentWindow) return
    if (data === OPEN) return frame.contentWindow?.postMessage({ job, bundle, limits: LIMITS }, '*')
    const report = readReport(data)
    if (report === undefined) return
    if ((report.kind === 'ready' || report.kind === 'answer') && phases > 0) {
      phases -= 1
      clearTimeout(clock)
      clock = wait(LIMITS.time, TOO_LONG)
    }
    onReport(report)
    if (report.kind === 'done') stop()
  }
  addEventListener('message', hear)
  frame.sandbox.add('allow-scripts')
  frame.hidden = true
  frame.title = 'The program'
  frame.srcdoc = page
  document.body.append(frame)
  return { ended, stop }
}

/** The message with which the frame reports that it is ready for a job. */
const OPEN = JSON.stringify({ kind: 'open' })
