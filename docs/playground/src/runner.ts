/**
 * Runs one job: loads the program, finds the application in it, sends it the requests and checks it. Does not depend on
 * the page or the worker, so that tests can run it too.
 */
import { GatewayError, validator, type ApplicationLike, type CallAnswer } from '@phial/core'
import { checkApplication, type Verdict as Judged } from '@phial/core/conformance'
import { describeValue, record, type Sources } from '@phial/xray'
import { LoadError, Modules, PREFIX, type Publish } from './modules.ts'
import {
  LIMITS,
  type Check,
  type Job,
  type Place,
  type Problem,
  type Report,
  type Request,
  type Verdict,
} from './protocol.ts'
import { provided } from './provided.ts'

/** What a job needs from its environment. */
export interface Host {
  readonly publish: Publish
  readonly report: (report: Report) => void
  readonly sources: Sources
}

export async function runJob(job: Job, host: Host): Promise<void> {
  const modules = new Modules(job.files, provided, host.publish)
  host.report({ kind: 'ready' })
  try {
    if (job.check.kind === 'test') await runTest(job.check.file, modules, host)
    else await runApplication(await findApplication(modules, job.entry), job, job.check, host)
  } catch (error) {
    host.report({ kind: 'problem', problem: problemOf(error) })
  }
  host.report({ kind: 'done' })
}

async function runTest(file: string, modules: Modules, host: Host): Promise<void> {
  const problem = await modules.import(file).then(() => undefined, problemOf)
  host.report({ kind: 'checked', problem })
}

async function runApplication(
  app: ApplicationLike,
  { requests }: Job,
  check: Exclude<Check, { kind: 'test' }>,
  host: Host,
): Promise<void> {
  let outcome: Outcome = { text: undefined, error: undefined }
  for (const [at, request] of requests.entries())
    outcome = await send(validator(app), request, at === requests.length - 1, host)
  const checked = await quietly(() => checkApplication(app, { paths: check.paths, within: 500 }))
  const verdicts = checked.verdicts.map((verdict) => verdictOf(verdict, outcome.error))
  host.report({ kind: 'rules', verdicts, faults: checked.faults })
  if (check.kind === 'mistake')
    host.report({ kind: 'checked', problem: problemLeft(check.text, outcome, verdicts) })
}

/** Returns the application that the entry names. */
async function findApplication(modules: Modules, entry: string): Promise<ApplicationLike> {
  const [, file = '', name = 'app', isCalled] =
    /^([^:]+?)(?:\.ts)?(?::([\w$]+)(\(\))?)?$/.exec(entry.trim()) ?? []
  if (file === '')
    throw new LoadError({
      message: `Expected the application as FILE:NAME or FILE:NAME(), such as app:app, received ${entry}.`,
    })
  const exports = await modules.import(`${file}.ts`)
  const found = exports[name]
  const app = isCalled && typeof found === 'function' ? await (found as () => unknown)() : found
  if (typeof app === 'function' || (typeof app === 'object' && app !== null && 'wsgiApp' in app))
    return app as ApplicationLike
  const names = Object.keys(exports).join(', ') || 'nothing'
  const message =
    name in exports
      ? `Expected ${entry} to be an application, that is a function (environ, startResponse), received ${describeValue(app)}.`
      : `${file}.ts has no application ${name}: it exports ${names}. Write export before it, or change the field Application.`
  throw new LoadError({ message })
}

/** The result of a request. */
interface Outcome {
  readonly text: string | undefined
  readonly error: unknown
}

/** Sends a request. Reports the response if it is the last request. */
async function send(
  app: ApplicationLike,
  request: Request,
  isLast: boolean,
  host: Host,
): Promise<Outcome> {
  const leaving = new AbortController()
  let bytes = 0
  const { picture, answer, error } = await record(
    app,
    {
      method: request.method,
      path: request.target,
      headers: request.headers,
      ...(request.body !== '' && { body: request.body }),
      signal: leaving.signal,
      // Async, so that the abort takes effect even while an endless body is being read.
      onChunk: async (chunk) => {
        bytes += chunk.byteLength
        if (bytes > LIMITS.body) leaving.abort(new Error('The client has disconnected'))
      },
    },
    host.sources,
  )
  const isCut = leaving.signal.aborted
  const shown = answer && shownAnswer(answer, isCut)
  const failure = isCut ? undefined : error
  if (isLast) host.report({ kind: 'answer', answer: shown, picture })
  if (failure !== undefined) host.report({ kind: 'problem', problem: problemOf(failure) })
  return { text: shown?.text, error: failure }
}

function shownAnswer({ status, headers, body }: CallAnswer, isCut: boolean) {
  const text = textOf(body)
  const bytes = body.byteLength
  const isLong = text !== undefined && text.length > LIMITS.shown
  return {
    status,
    headers,
    text: isLong ? text.slice(0, LIMITS.shown) : text,
    bytes,
    isCut: isCut || isLong,
  }
}

function textOf(body: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    return undefined
  }
}

/** Returns a verdict for display. A rule that the sent request broke is broken, even if the check did not find that. */
function verdictOf({ rule, verdict, found }: Judged, error: unknown): Verdict {
  const { id, text, remedy } = rule
  const isBroken = error instanceof GatewayError && error.rule === id
  if (!isBroken) return { rule: id, verdict, text, found, remedy }
  return { rule: id, verdict: 'broken', text, found: error.found, remedy }
}

/** The problem that is left in a solution, if any. */
function problemLeft(
  text: string,
  outcome: Outcome,
  verdicts: readonly Verdict[],
): Problem | undefined {
  const broken = verdicts.find(({ verdict }) => verdict === 'broken')
  if (broken) return { message: `${broken.found}. ${broken.remedy}`, rule: broken.rule }
  if (outcome.text === text) return undefined
  const received = outcome.text === undefined ? 'none' : JSON.stringify(outcome.text)
  return {
    message: `Expected the response ${JSON.stringify(text)}, as before, received ${received}.`,
  }
}

/** Hides what the program prints during a check, because the student did not send these requests. */
async function quietly<Result>(work: () => Promise<Result>): Promise<Result> {
  const { log, info, debug, warn, error } = console
  const nothing = (): void => undefined
  Object.assign(console, {
    log: nothing,
    info: nothing,
    debug: nothing,
    warn: nothing,
    error: nothing,
  })
  try {
    return await work()
  } finally {
    Object.assign(console, { log, info, debug, warn, error })
  }
}

/** Describes an error in a sentence, with its place in the student's code. */
export function problemOf(error: unknown): Problem {
  if (error instanceof LoadError) return { message: error.message, place: error.place }
  const isError = error instanceof Error
  const message = isError ? `${error.name}: ${error.message}` : `${String(error)} was thrown.`
  const rule = isError && 'rule' in error ? String(error.rule) : undefined
  return { message, rule, place: isError ? placeOf(error.stack ?? '') : undefined }
}

/** Returns the innermost place of a stack trace that is in a file of the job. */
function placeOf(stack: string): Place | undefined {
  const frame = new RegExp(`${PREFIX}([^\\s:()]+):(\\d+):(\\d+)`)
  const [, file = '', row, column] = frame.exec(stack) ?? []
  if (file === '') return undefined
  return { file: decodeURI(file), row: Number(row), column: Number(column) }
}
