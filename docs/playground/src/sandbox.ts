/**
 * Runs a job in a frame with an origin of its own, from which nothing can be loaded or sent. The clock is the page's: when
 * it has run out, the frame is removed, and with it whatever runs in it.
 */
import { page } from 'playground:sandbox'
import { LIMITS, readReport, type Job, type Report } from './protocol.ts'

export interface Run {
  /** Resolves when the job is done or was stopped. */
  readonly ended: Promise<void>
  stop(): void
}

const TOO_LONG = `The program was stopped after ${LIMITS.time / 1000} seconds. Look for a loop without an end, or for a promise that never settles.`
const TOO_SLOW = 'The worker did not start. Close other pages, and try again.'

/** Starts a job. `onReport` gets what the program says, in order, and is not called any more after `ended`. */
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
  /** How often the clock may be set: at the start of the program, and for the check after its answer. */
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

/** What the frame says when it can be given a job. */
const OPEN = JSON.stringify({ kind: 'open' })
