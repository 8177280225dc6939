/** Implements `phial-server --check`: checks an application or a middleware, rule by rule. */
import { styleText } from 'node:util'
import type { ApplicationLike, Middleware } from '@phial/core'
import {
  checkApplication,
  checkMiddleware,
  errorLine,
  isFaultless,
  verdictText,
  type Check,
  type Verdict,
} from '@phial/core/conformance'

/** The printed report of a check, and whether all rules are followed. */
export interface CheckReport {
  readonly text: string
  readonly isFaultless: boolean
}

/** Options of the report. */
export interface CheckOptions {
  /** `MODULE:APP`, for the first line. */
  readonly name: string
  /** The paths of the requests to an application. */
  readonly paths: readonly string[]
  /** Whether to color the results. */
  readonly isColoured: boolean
  /** Errors thrown outside of any request. The list may grow during the check. */
  readonly uncaught: readonly unknown[]
}

/** Checks the export that `MODULE:APP` names. Reports a line for each rule, then other errors, the broken rules again, and the totals. */
export async function checkLoaded(
  loaded: ApplicationLike,
  { name, paths, isColoured, uncaught }: CheckOptions,
): Promise<CheckReport> {
  const middleware = asMiddleware(loaded)
  const kind = middleware
    ? 'a middleware: a function that takes an application and returns one'
    : `an application, with requests to ${paths.join(' and ')}`
  const { verdicts, faults } = middleware
    ? await checkMiddleware(middleware)
    : await checkApplication(loaded, { paths })
  const others = uncaught.map((error) => `it threw an uncaught error: ${errorLine(error)}`)
  const check = { verdicts, faults: [...faults, ...new Set(others)] }
  const lines = [
    `Checking ${name} as ${kind}`,
    ...check.verdicts.map((verdict) => line(verdict, isColoured)),
    ...check.faults.map((fault) => paint('fault   ', 'red', isColoured) + fault),
    ...repeated(check),
    summary(check),
  ]
  return { text: `${lines.join('\n')}\n`, isFaultless: isFaultless(check) }
}

const COLOURS = { kept: 'green', broken: 'red', unseen: 'yellow' } as const

function line(verdict: Verdict, isColoured: boolean): string {
  const text = verdictText(verdict)
  const { length } = verdict.verdict
  return paint(text.slice(0, length), COLOURS[verdict.verdict], isColoured) + text.slice(length)
}

/** Repeats the broken rules at the end, where a terminal shows them. */
function repeated({ verdicts }: Check): string[] {
  const broken = verdicts.filter(({ verdict }) => verdict === 'broken')
  const texts = broken.map((verdict) => `  ${verdictText(verdict).slice('broken'.length).trim()}`)
  return broken.length === 0 ? [] : ['To fix:', ...texts]
}

function paint(word: string, colour: 'green' | 'red' | 'yellow', isColoured: boolean): string {
  return isColoured ? styleText(colour, word, { validateStream: false }) : word
}

function summary({ verdicts, faults }: Check): string {
  const count = (word: Verdict['verdict']): string =>
    `${verdicts.filter(({ verdict }) => verdict === word).length} ${word}`
  const others =
    faults.length === 0 ? [] : [`${faults.length} other fault${faults.length === 1 ? '' : 's'}`]
  return [count('kept'), count('broken'), count('unseen'), ...others].join(', ')
}

/**
 * Returns the value if it is a middleware: a function of one argument that, called with an application, returns another.
 * Any other value is checked as an application.
 */
export function asMiddleware(loaded: unknown): Middleware | undefined {
  if (typeof loaded !== 'function' || loaded.length !== 1 || hasWsgiApp(loaded)) return undefined
  const middleware = loaded as Middleware
  return makesApplication(middleware) ? middleware : undefined
}

const probe: ApplicationLike = (_environ, startResponse) => {
  startResponse('204 No Content', [])
  return []
}

function makesApplication(middleware: Middleware): boolean {
  try {
    const made: unknown = middleware(probe)
    if (made instanceof Promise) made.catch(() => undefined) // an application, called wrongly
    return typeof made === 'function' || hasWsgiApp(made)
  } catch {
    return false
  }
}

/** Whether a value has a method `wsgiApp`. */
const hasWsgiApp = (value: unknown): boolean =>
  ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
  typeof Reflect.get(value, 'wsgiApp') === 'function'
