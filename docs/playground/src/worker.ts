/**
 * The worker that runs a program. `sandbox.html` starts it. It runs one job, and ends with its frame.
 *
 * It saves the functions that it needs before the program runs, so a program that replaces `JSON` or `postMessage` affects
 * only its own result.
 */
import { makeConsole } from './console.ts'
import type { Job, Report } from './protocol.ts'
import { problemOf, runJob } from './runner.ts'
import { makeSources } from './sources.ts'

interface Start {
  readonly job: Job
  /** The source of this file. */
  readonly bundle: string
}

const { stringify } = JSON

function publish(_name: string, code: string): string {
  return URL.createObjectURL(new Blob([code], { type: 'text/javascript' }))
}

addEventListener(
  'message',
  ({ data, ports: [port] }: MessageEvent<Start>) => {
    const post = port?.postMessage.bind(port)
    const report = (one: Report): void => post?.(stringify(one))
    Object.assign(
      console,
      makeConsole((level, text) => report({ kind: 'log', level, text })),
    )
    const unhandled = (event: Event, error: unknown): void => {
      event.preventDefault()
      report({ kind: 'problem', problem: problemOf(error) })
    }
    addEventListener('unhandledrejection', (event) => unhandled(event, event.reason))
    addEventListener('error', (event) => unhandled(event, event.error ?? event.message))
    const sources = makeSources(data.job.files, data.bundle)
    void runJob(data.job, { publish, report, sources })
  },
  { once: true },
)
