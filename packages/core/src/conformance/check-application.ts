/** Checks an application: it is asked in many ways, under the validator, and each of its rules gets a verdict. */
import { call, type CallAnswer } from '../call.ts'
import { errorStream } from '../error-stream.ts'
import type { ApplicationLike } from '../types.ts'
import { validator } from '../validator/validator.ts'
import { askAgain, oddQuestions, questionsAt, type Question } from './requests.ts'
import { Sightings } from './sightings.ts'
import { errorLine, rulesOf, verdictOn, type Check } from './verdict.ts'

/** How an application is checked. */
export interface ApplicationCheckOptions {
  /** Paths, with a query if they have one, that the application is asked for; `/` if not given. */
  readonly paths?: readonly string[]
  /** How long an answer may take before the client leaves, in milliseconds; 2000 if not given. */
  readonly within?: number
}

/** The most that is taken of an answer, in bytes: some have no end. */
const ENOUGH = 2 ** 22
/** How long is waited for what an application does after its last answer, in milliseconds. */
const AFTERWARDS = 100

/** Why a client leaves. */
const LEFT = new Error('The client has left')

/**
 * Asks an application by each method, with and without a body, by paths that it does not expect, by clients that
 * leave; and says of each APP rule whether it was kept. A request ends at its first breach, as on every server: what
 * stands behind one is seen when it has been put right.
 *
 * ```ts
 * const { verdicts, faults } = await checkApplication(app, { paths: ['/', '/upload'] })
 * ```
 *
 * The application runs in this process. One that never gives the control back, as an endless loop does not, stops
 * the check too.
 */
export async function checkApplication(
  app: ApplicationLike,
  { paths = ['/'], within = 2000 }: ApplicationCheckOptions = {},
): Promise<Check> {
  const seen = new Sightings()
  const faults: string[] = []
  const subject = validator(seen.around(app))
  const ask = async (question: Question): Promise<CallAnswer | undefined> => {
    seen.question = question.name
    const outcome = await put(subject, question, within, seen)
    if (typeof outcome === 'object') return outcome
    if (outcome !== '') faults.push(`${question.name}: ${outcome}`)
    return undefined
  }
  for (const path of paths) {
    let first: CallAnswer | undefined
    for (const question of questionsAt(path)) first = (await ask(question)) ?? first
    for (const question of askAgain(path, first?.headers ?? [])) await ask(question)
  }
  for (const question of oddQuestions) await ask(question)
  await after(AFTERWARDS)
  const verdicts = rulesOf('APP').map((rule) =>
    verdictOn(rule, seen.breachOf(rule.id), seen.missingFor(rule.id)),
  )
  return { verdicts, faults }
}

/** The answer to a question; or what went wrong, which is nothing where the client left or a rule was broken. */
async function put(
  app: ApplicationLike,
  { options, leaves, mayFail }: Question,
  within: number,
  seen: Sightings,
): Promise<CallAnswer | string> {
  const leaving = new AbortController()
  let taken = 0
  const onChunk = async (chunk: Uint8Array): Promise<void> => {
    seen.see('answered')
    seen.see('chunk')
    taken += chunk.byteLength
    if (leaves === true || taken > ENOUGH) leaving.abort(LEFT)
  }
  const environ = { 'wsgi.errors': errorStream(() => undefined), ...options.environ }
  const late = patience(within)
  try {
    const asked = call(app, { ...options, environ, onChunk, signal: leaving.signal })
    const answer = await Promise.race([asked, late.over])
    if (answer === undefined) {
      leaving.abort(LEFT)
      return taken > 0 ? '' : `nothing came within ${within} ms`
    }
    if (!leaving.signal.aborted) seen.seeEnd(options.method ?? 'GET', answer.status)
    return answer
  } catch (error) {
    const isExpected = seen.noteError(error) || error === LEFT || mayFail === true
    return isExpected ? '' : `the application threw ${errorLine(error)}`
  } finally {
    late.stop()
  }
}

/** A promise that is kept after so many milliseconds, unless it is stopped. */
function patience(ms: number): { over: Promise<undefined>; stop: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined
  const over = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms)
  })
  return { over, stop: () => clearTimeout(timer) }
}

const after = (ms: number): Promise<undefined> => patience(ms).over
