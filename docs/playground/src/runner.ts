/**
 * Does one job: loads the program, finds the application in it, sends it the requests, checks it. Knows neither the
 * page nor the worker, so that a test runs it too.
 */
import { validator, type ApplicationLike, type CallAnswer, type Middleware } from '@phial/core'
import { checkApplication, checkMiddleware, type Check as Checked } from '@phial/core/conformance'
import { record, type Sources } from '@phial/xray'
import { LoadError, Modules, PREFIX, type Publish } from './modules.ts'
import {
  LIMITS,
  type Job,
  type Place,
  type Problem,
  type Report,
  type Request,
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
    const app = job.entry === '' ? undefined : await findApplication(modules, job.entry)
    const text = app && (await sendAll(app, job, host))
    await check(job, modules, app, text, host)
  } catch (error) {
    host.report({ kind: 'problem', problem: problemOf(error) })
  }
  host.report({ kind: 'done' })
}

/** An application, or a middleware where the entry is one: `withHeader:middleware`. */
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
  throw new LoadError({
    message: `${file}.ts has no application ${name}: it exports ${names}. Write export before it, or change the field Application.`,
  })
}

/** Sends the requests, and reports the answer to the last one. Returns its text. */
async function sendAll(
  app: ApplicationLike,
  { requests }: Job,
  host: Host,
): Promise<string | undefined> {
  let text: string | undefined
  for (const [at, request] of requests.entries())
    text = await send(validator(app), request, at === requests.length - 1, host)
  return text
}

async function send(
  app: ApplicationLike,
  request: Request,
  isLast: boolean,
  host: Host,
): Promise<string | undefined> {
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
      onChunk: (chunk) => {
        bytes += chunk.byteLength
        if (bytes > LIMITS.body) leaving.abort(new Error('The client has left'))
      },
    },
    host.sources,
  )
  if (!isLast) return undefined
  const isCut = leaving.signal.aborted
  const shown = answer && shownAnswer(answer, isCut)
  host.report({ kind: 'answer', answer: shown, picture })
  if (error !== undefined && !isCut) host.report({ kind: 'problem', problem: problemOf(error) })
  return shown?.text
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

async function check(
  { check }: Job,
  modules: Modules,
  app: ApplicationLike | undefined,
  text: string | undefined,
  host: Host,
): Promise<void> {
  if (check.kind === 'test') {
    try {
      await modules.import(check.file)
      host.report({ kind: 'checked' })
    } catch (error) {
      host.report({ kind: 'checked', problem: problemOf(error) })
    }
    return
  }
  if (app === undefined) return
  const checked = await quietly(() => checkApplication(app, { paths: check.paths, within: 500 }))
  report(checked, host)
  if (check.kind !== 'mistake') return
  const broken = checked.verdicts.find(({ verdict }) => verdict === 'broken')
  const problem = broken
    ? { message: `${broken.found}. ${broken.rule.remedy}`, rule: broken.rule.id }
    : text === check.text
      ? undefined
      : { message: `The answer has to say ${JSON.stringify(check.text)}, as before.` }
  host.report({ kind: 'checked', problem })
}

/** Checks a middleware, as a lesson's own test may ask for it. */
export const checkLayer = async (middleware: Middleware, host: Host): Promise<void> =>
  report(await quietly(() => checkMiddleware(middleware, 500)), host)

function report({ verdicts, faults }: Checked, host: Host): void {
  host.report({
    kind: 'rules',
    verdicts: verdicts.map(({ rule: { id, text, remedy }, verdict, found }) => ({
      rule: id,
      verdict,
      text,
      found,
      remedy,
    })),
    faults,
  })
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
