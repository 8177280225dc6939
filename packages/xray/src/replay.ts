/** A captured request, sent again. */
import { withCode, quotePath } from '@phial/core'
import type { ApplicationLike, CallAnswer, CallOptions, Environ } from '@phial/core'
import { bytesOf } from './body.ts'
import { headersOf } from './environ.ts'
import { isMasked } from './mask.ts'
import type { CapturedBody, Picture } from './picture.ts'
import { record } from './record.ts'

/** Of a picture, what it takes to send its request again. */
export interface Capture {
  readonly request: {
    readonly environ: Readonly<Record<string, string>>
    readonly body?: CapturedBody
  }
  /** What was answered, if that is known. */
  readonly answer?: Picture['answer']
}

/**
 * Reads a capture: what `/__xray__/1.json` gives, or as much of it as it takes.
 *
 * ```ts
 * readCapture('{"request": {"environ": {"REQUEST_METHOD": "GET", "PATH_INFO": "/"}}}')
 * ```
 *
 * Raises a `TypeError` for what is none.
 */
export function readCapture(text: string): Capture {
  const capture = parse(text) as Capture | undefined
  const { environ, body } = capture?.request ?? {}
  const isRead =
    isRecord(environ) &&
    Object.values(environ).every((value) => typeof value === 'string') &&
    (body === undefined || typeof bodyOf(body) === 'string')
  if (isRead && capture !== undefined) return capture
  throw withCode(
    'ERR_PHIAL_CAPTURE',
    new TypeError(
      'This is no capture: it is JSON with request.environ, whose values are texts, as /__xray__/1.json gives it',
    ),
  )
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/**
 * Calls an application with a captured request, and draws what happens.
 *
 * ```ts
 * const capture = readCapture('{"request": {"environ": {"PATH_INFO": "/"}}}')
 * const { answer } = await replay(app, capture)
 * ```
 *
 * @param headers take the place of those of the capture, such as a cookie that was masked
 */
export function replay(
  app: ApplicationLike,
  capture: Capture,
  headers: CallOptions['headers'] = [],
): Promise<{ picture: Picture; answer: CallAnswer | undefined; error: unknown }> {
  return record(app, requestOf(capture, headers))
}

/** What `call` takes, as far as a capture says it. */
export interface SentAgain extends CallOptions {
  readonly method: string
  readonly path: string
  readonly headers: [string, string][]
  readonly body?: Uint8Array
}

/**
 * Returns the request of a capture, as `call` takes it. What was masked stays so, in characters that a header may have.
 *
 * ```ts
 * const { method } = requestOf({ request: { environ: { REQUEST_METHOD: 'POST' } } })
 * ```
 *
 * @param replaced headers that take the place of those of the capture
 */
export function requestOf(
  { request: { environ, body } }: Capture,
  replaced: CallOptions['headers'] = [],
): SentAgain {
  const headers = new Map<string, [string, string]>()
  for (const [name, value] of [...headersOf(environ as Environ), ...pairs(replaced)])
    if (!/^(?:content-length|transfer-encoding)$/i.test(name))
      headers.set(name.toLowerCase(), [name, latin1(value)])
  return {
    method: environ['REQUEST_METHOD'] ?? 'GET',
    path: targetOf(environ),
    headers: [...headers.values()],
    environ: aroundIt(environ),
    ...(body !== undefined && body.bytes > 0 && { body: bytesOf(body) }),
  }
}

const latin1 = (text: string): string => text.replaceAll('•', '*')

const pairs = (headers: NonNullable<CallOptions['headers']>): Iterable<readonly [string, string]> =>
  Symbol.iterator in headers ? headers : Object.entries(headers)

/** What no request says, but its server: who asked, and at which name. */
function aroundIt(environ: Capture['request']['environ']): Record<string, string> {
  const own = Object.entries(environ).filter(([key]) => /^(?:SERVER_|REMOTE_|[a-z])/.test(key))
  return Object.fromEntries(own.map(([key, value]) => [key, latin1(value)]))
}

function targetOf(environ: Capture['request']['environ']): string {
  const { RAW_URI, SCRIPT_NAME = '', PATH_INFO = '/', QUERY_STRING = '' } = environ
  if (RAW_URI !== undefined) return latin1(RAW_URI)
  const path = quotePath(SCRIPT_NAME + PATH_INFO)
  return latin1(QUERY_STRING === '' ? path : `${path}?${QUERY_STRING}`)
}

function bodyOf(body: CapturedBody): unknown {
  return 'text' in body ? body.text : body.base64
}

/**
 * What a capture does not hold, in sentences: what is sent again differs there from what came.
 *
 * ```ts
 * lacks({ request: { environ: { HTTP_COOKIE: 'a=•••(3)' } } }).length // 1
 * ```
 */
export function lacks({ request: { environ, body } }: Capture): string[] {
  const masked = Object.keys(environ).filter((key) => isMasked(environ[key] ?? ''))
  if (body !== undefined && isMasked(String(bodyOf(body)))) masked.push('the body')
  const length = Number(environ['CONTENT_LENGTH'] ?? 0)
  const bytes = body?.bytes ?? 0
  return [
    masked.length > 0 &&
      `Secrets were masked, and are sent as ***: ${masked.join(', ')}. Say --header 'Cookie: …' to send another.`,
    body?.isCut === true && `The body is cut: the first 64 KiB of ${bytes} bytes are sent.`,
    body?.isCut !== true &&
      bytes < length &&
      `The application read ${bytes} of ${length} bytes of the body; those are sent.`,
  ].filter((one) => one !== false)
}

/**
 * In what an answer differs from the one that was captured, in sentences.
 *
 * ```ts
 * const capture = readCapture('{"request": {"environ": {"PATH_INFO": "/"}}}')
 * console.log(differences(capture, (await replay(app, capture)).picture))
 * ```
 */
export function differences({ answer: before }: Capture, { answer: after }: Picture): string[] {
  if (before === undefined || before.status === '') return []
  const text = ({ chunks }: Picture['answer']): string => chunks.map((chunk) => chunk.text).join('')
  const named = (one: Picture['answer'], name: string): string =>
    one.headers.find(([key]) => key.toLowerCase() === name)?.[1] ?? 'none'
  const pairs = [
    ['status', before.status, after.status],
    ['content type', named(before, 'content-type'), named(after, 'content-type')],
    ['length', `${before.bytes} bytes`, `${after.bytes} bytes`],
  ] as const
  const told = pairs.flatMap(([what, was, is]) =>
    was === is ? [] : [`its ${what} was ${was}, and is ${is || 'none'}`],
  )
  return told.length === 0 && text(before) !== text(after) ? ['its text is another'] : told
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
