/**
 * The messages between the page and the worker.
 *
 * ```
 * page ──Job──► sandbox.html ──Job──► worker
 * page ◄─text── sandbox.html ◄─text── worker        each text is a Report as JSON
 * ```
 *
 * The worker runs untrusted code, so the page does not trust its reports: it validates each with `readReport` and shows it
 * as text.
 */
import type { Picture } from '@phial/xray'

export interface File {
  /** `app.ts`, `1-function/app.ts`: relative imports are resolved against it. */
  readonly name: string
  readonly text: string
}

export interface Request {
  readonly method: string
  /** Path and query, as on the request line. */
  readonly target: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
}

/** The task of a worker. A worker runs one job and ends. */
export interface Job {
  readonly files: readonly File[]
  /** The application, in the notation of `phial-server`: `app:site`, `app:createApp()`. */
  readonly entry: string
  /** Requests to send one after the other. The last one is drawn. */
  readonly requests: readonly Request[]
  /** The check to run after the requests. */
  readonly check: Check
}

export type Check =
  /** The rules for an application, with the requests of `@phial/core/conformance`. */
  | { readonly kind: 'rules'; readonly paths: readonly string[] }
  /** A file of the job that throws if a solution is wrong. */
  | { readonly kind: 'test'; readonly file: string }
  /** The rules, and the expected text of the response to the first request. */
  | { readonly kind: 'mistake'; readonly paths: readonly string[]; readonly text: string }

/** A place in a file of the job. The first row and the first column are 1. */
export interface Place {
  readonly file: string
  readonly row: number
  readonly column: number
}

/** An error, described in a sentence. */
export interface Problem {
  readonly message: string
  readonly place?: Place | undefined
  /** The rule that was broken, such as `APP-7`. */
  readonly rule?: string | undefined
}

export interface Answer {
  readonly status: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** The body as text; `undefined` if it is not UTF-8. */
  readonly text: string | undefined
  readonly bytes: number
  /** Whether the body was truncated because it was too long. */
  readonly isCut: boolean
}

export interface Verdict {
  readonly rule: string
  readonly verdict: 'kept' | 'broken' | 'unseen'
  readonly text: string
  readonly found: string
  readonly remedy: string
}

export type Report =
  /** The worker has started. The program starts now. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'log'; readonly level: string; readonly text: string }
  | { readonly kind: 'problem'; readonly problem: Problem }
  | {
      readonly kind: 'answer'
      readonly answer: Answer | undefined
      readonly picture: Picture | undefined
    }
  | {
      readonly kind: 'rules'
      readonly verdicts: readonly Verdict[]
      readonly faults: readonly string[]
    }
  /** The result of the lesson's test. Without a problem, the solution is right. */
  | { readonly kind: 'checked'; readonly problem?: Problem | undefined }
  | { readonly kind: 'done' }

/** Limits on the output of a program and its running time. */
export const LIMITS = {
  /** Milliseconds from the start of the program to its response, and from there to the end of the check. */
  time: 3000,
  /** Milliseconds that the worker may take to start. Long, because the machine may be slow. */
  start: 20_000,
  reports: 500,
  /** Characters of one report, and of all reports. */
  report: 2_000_000,
  all: 8_000_000,
  /** Lines of the console, and characters of one of them. */
  lines: 200,
  line: 2000,
  /** Bytes of a response body. */
  body: 1_000_000,
  /** Characters of a response body that are shown. */
  shown: 64_000,
} as const

/** Parses a report from the sandbox. Returns `undefined` if it is invalid. */
export function readReport(text: unknown): Report | undefined {
  if (typeof text !== 'string' || text.length > LIMITS.report) return undefined
  try {
    const report = JSON.parse(text) as unknown
    return isReport(report) ? report : undefined
  } catch {
    return undefined
  }
}

type Shape = Readonly<Record<string, unknown>>

function isReport(value: unknown): value is Report {
  if (!isShape(value)) return false
  switch (value['kind']) {
    case 'ready':
    case 'done':
      return true
    case 'log':
      return isText(value['level']) && isText(value['text'])
    case 'problem':
      return isProblem(value['problem'])
    case 'checked':
      return value['problem'] === undefined || isProblem(value['problem'])
    case 'answer':
      return (
        (value['answer'] === undefined || isAnswer(value['answer'])) &&
        (value['picture'] === undefined || isShape(value['picture']))
      )
    case 'rules':
      return isList(value['verdicts'], isVerdict) && isList(value['faults'], isText)
    default:
      return false
  }
}

const isShape = (value: unknown): value is Shape => typeof value === 'object' && value !== null
const isText = (value: unknown): value is string => typeof value === 'string'
const isOptionalText = (value: unknown): boolean => value === undefined || isText(value)
const isList = (value: unknown, isItem: (item: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every(isItem)
const isPair = (value: unknown): boolean =>
  isList(value, isText) && (value as unknown[]).length === 2

const isPlace = (value: unknown): boolean =>
  isShape(value) &&
  isText(value['file']) &&
  Number.isInteger(value['row']) &&
  Number.isInteger(value['column'])

const isProblem = (value: unknown): boolean =>
  isShape(value) &&
  isText(value['message']) &&
  isOptionalText(value['rule']) &&
  (value['place'] === undefined || isPlace(value['place']))

const isAnswer = (value: unknown): boolean =>
  isShape(value) &&
  isText(value['status']) &&
  isList(value['headers'], isPair) &&
  isOptionalText(value['text']) &&
  typeof value['bytes'] === 'number' &&
  typeof value['isCut'] === 'boolean'

const isVerdict = (value: unknown): boolean =>
  isShape(value) &&
  ['rule', 'text', 'found', 'remedy'].every((key) => isText(value[key])) &&
  /^(?:kept|broken|unseen)$/.test(String(value['verdict']))
