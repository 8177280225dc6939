/** Checks an application: sends many requests to it, under the validator, and returns a verdict on each APP rule. */
import { call, type CallAnswer } from '../call.ts'
import { errorStream } from '../error-stream.ts'
import type { ApplicationLike } from '../types.ts'
import { validator } from '../validator/validator.ts'
import { ApplicationMonitor } from './application-monitor.ts'
import {
  conditionalRequests,
  requestsTo,
  unexpectedRequests,
  type CheckRequest,
} from './requests.ts'
import { errorLine, rulesOf, verdictOn, type Check } from './verdict.ts'

/** Options of `checkApplication`. */
export interface ApplicationCheckOptions {
  /** The paths to request, with an optional query. Defaults to `/`. */
  readonly paths?: readonly string[]
  /** How long a response may take before the client disconnects, in milliseconds. Defaults to 2000. */
  readonly within?: number
}

/** The client disconnects after this number of response bytes, because a response may be endless. */
const MAX_BYTES = 2 ** 22
/** How long to wait for late actions of an application after its last response, in milliseconds. */
const GRACE = 100

/** The reason with which the client disconnects. */
const LEFT = new Error('The client has disconnected')

/**
 * Checks an application against each APP rule. Sends requests with several methods, with and without a body, for
 * unexpected paths, and by clients that disconnect. A request ends at its first breach, as on every server, so a further
 * breach may appear only after you have fixed the first.
 *
 * ```ts
 * const { verdicts, faults } = await checkApplication(app, { paths: ['/', '/upload'] })
 * ```
 *
 * The application runs in this process. If it never returns, as in an endless loop, the check does not return either.
 */
export async function checkApplication(
  app: ApplicationLike,
  { paths = ['/'], within = 2000 }: ApplicationCheckOptions = {},
): Promise<Check> {
  const monitor = new ApplicationMonitor()
  const faults: string[] = []
  const subject = validator(monitor.around(app))
  const ask = async (request: CheckRequest): Promise<CallAnswer | undefined> => {
    monitor.request = request.name
    const outcome = await send(subject, request, within, monitor)
    if (typeof outcome === 'object') return outcome
    if (outcome !== '') faults.push(`${request.name}: ${outcome}`)
    return undefined
  }
  for (const path of paths) {
    let first: CallAnswer | undefined
    for (const request of requestsTo(path)) first = (await ask(request)) ?? first
    for (const request of conditionalRequests(path, first?.headers ?? [])) await ask(request)
  }
  for (const request of unexpectedRequests) await ask(request)
  await after(GRACE)
  const verdicts = rulesOf('APP').map((rule) =>
    verdictOn(rule, monitor.breachOf(rule.id), monitor.missingFor(rule.id)),
  )
  return { verdicts, faults }
}

/** Sends a request. Resolves to the response, or to a description of the error, which is empty if the client disconnected or a rule was broken. */
async function send(
  app: ApplicationLike,
  { options, leaves, mayFail }: CheckRequest,
  within: number,
  monitor: ApplicationMonitor,
): Promise<CallAnswer | string> {
  const leaving = new AbortController()
  let taken = 0
  const onChunk = async (chunk: Uint8Array): Promise<void> => {
    monitor.record('answered')
    monitor.record('chunk')
    taken += chunk.byteLength
    if (leaves === true || taken > MAX_BYTES) leaving.abort(LEFT)
  }
  const environ = { 'wsgi.errors': errorStream(() => undefined), ...options.environ }
  const limit = timer(within)
  try {
    const asked = call(app, { ...options, environ, onChunk, signal: leaving.signal })
    const answer = await Promise.race([asked, limit.over])
    if (answer === undefined) {
      leaving.abort(LEFT)
      return taken > 0 ? '' : `no response within ${within} ms`
    }
    if (!leaving.signal.aborted) monitor.recordEnd(options.method ?? 'GET', answer.status)
    return answer
  } catch (error) {
    const isExpected = monitor.recordError(error) || error === LEFT || mayFail === true
    return isExpected ? '' : `the application threw ${errorLine(error)}`
  } finally {
    limit.stop()
  }
}

/** Returns a promise that resolves after some milliseconds, unless it is stopped. */
function timer(ms: number): { over: Promise<undefined>; stop: () => void } {
  let timeout: ReturnType<typeof setTimeout> | undefined
  const over = new Promise<undefined>((resolve) => {
    timeout = setTimeout(() => resolve(undefined), ms)
  })
  return { over, stop: () => clearTimeout(timeout) }
}

const after = (ms: number): Promise<undefined> => timer(ms).over
