/**
 * Does one job: loads the program, finds the application in it, sends it the requests, checks it. Knows neither the
 * page nor the worker, so that a test runs it too.
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

/** What a job needs of where it runs. */
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
    host.report({ kind: 'checked', problem: whyNotMended(check.text, outcome, verdicts) })
}

/** The application that the entry names. */
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
      ? `${entry} is no application: it is ${describeValue(app)}, where a function (environ, startResponse) belongs.`
      : `${file}.ts has no application ${name}: it exports ${names}. Write export before it, or change the field Application.`
  throw new LoadError({ message })
}

/** What became of a request. */
interface Outcome {
  readonly text: string | undefined
  readonly error: unknown
}

/** Sends a request. Reports the answer to the last one. */
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
      // By a promise, so that an endless body leaves room for the end.
      onChunk: async (chunk) => {
        bytes += chunk.byteLength
        if (bytes > LIMITS.body) leaving.abort(new Error('The client has left'))
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

/** A verdict as it is shown: a rule that the sent request broke is broken, whatever the check asked. */
function verdictOf({ rule, verdict, found }: Judged, error: unknown): Verdict {
  const { id, text, remedy } = rule
  const isBroken = error instanceof GatewayError && error.rule === id
  if (!isBroken) return { rule: id, verdict, text, found, remedy }
  return { rule: id, verdict: 'broken', text, found: error.found, remedy }
}

function whyNotMended(
  text: string,
  outcome: Outcome,
  verdicts: readonly Verdict[],
): Problem | undefined {
  const broken = verdicts.find(({ verdict }) => verdict === 'broken')
  if (broken) return { message: `${broken.found}. ${broken.remedy}`, rule: broken.rule }
  if (outcome.text === text) return undefined
  return { message: `The answer has to say ${JSON.stringify(text)}, as before.` }
}

/** The questions of a check are not the student's: what the program says to them is not shown. */
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

/** An error as a sentence, with the place in the student's code that it comes from. */
export function problemOf(error: unknown): Problem {
  if (error instanceof LoadError) return { message: error.message, place: error.place }
  const isError = error instanceof Error
  const message = isError ? `${error.name}: ${error.message}` : `${String(error)} was thrown.`
  const rule = isError && 'rule' in error ? String(error.rule) : undefined
  return { message, rule, place: isError ? placeOf(error.stack ?? '') : undefined }
}

/** The innermost place of a stack trace that is in a file of the job. */
function placeOf(stack: string): Place | undefined {
  const frame = new RegExp(`${PREFIX}([^\\s:()]+):(\\d+):(\\d+)`)
  const [, file = '', row, column] = frame.exec(stack) ?? []
  if (file === '') return undefined
  return { file: decodeURI(file), row: Number(row), column: Number(column) }
}
