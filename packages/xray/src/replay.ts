/** Sends a captured request again. */
import { withCode, quotePath } from '@phial/core'
import type { ApplicationLike, CallAnswer, CallOptions, Environ } from '@phial/core'
import { bytesOf } from './body.ts'
import { headersOf } from './environ.ts'
import { isMasked } from './mask.ts'
import type { CapturedBody, Picture } from './picture.ts'
import { record } from './record.ts'

/** The part of a picture that is needed to send its request again. */
export interface Capture {
  readonly request: {
    readonly environ: Readonly<Record<string, string>>
    readonly body?: CapturedBody
  }
  /** The captured answer, if there is one. */
  readonly answer?: Picture['answer']
}

/**
 * Parses a capture: the JSON that `/__xray__/1.json` serves, or a part of it that has `request.environ`.
 *
 * ```ts
 * readCapture('{"request": {"environ": {"REQUEST_METHOD": "GET", "PATH_INFO": "/"}}}')
 * ```
 *
 * Throws `TypeError` if the text is not a capture.
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
      'Not a capture: expected JSON with request.environ, an object of strings, as served by /__xray__/1.json',
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
 * Calls an application with a captured request and records it as a picture.
 *
 * ```ts
 * const capture = readCapture('{"request": {"environ": {"PATH_INFO": "/"}}}')
 * const { answer } = await replay(app, capture)
 * ```
 *
 * @param headers replace captured headers, for example a masked cookie
 */
export function replay(
  app: ApplicationLike,
  capture: Capture,
  headers: CallOptions['headers'] = [],
): Promise<{ picture: Picture; answer: CallAnswer | undefined; error: unknown }> {
  return record(app, requestOf(capture, headers))
}

/** The options for `call` that a capture determines. */
export interface SentAgain extends CallOptions {
  readonly method: string
  readonly path: string
  readonly headers: [string, string][]
  readonly body?: Uint8Array
}

/**
 * Returns the request of a capture as options for `call`. Masked values stay masked, with characters that are valid in
 * a header.
 *
 * ```ts
 * const { method } = requestOf({ request: { environ: { REQUEST_METHOD: 'POST' } } })
 * ```
 *
 * @param replaced headers that replace captured ones
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
    environ: serverKeys(environ),
    ...(body !== undefined && body.bytes > 0 && { body: bytesOf(body) }),
  }
}

const latin1 = (text: string): string => text.replaceAll('•', '*')

const pairs = (headers: NonNullable<CallOptions['headers']>): Iterable<readonly [string, string]> =>
  Symbol.iterator in headers ? headers : Object.entries(headers)

/** Returns the entries that the server added to the request, such as its own name and the client's address. */
function serverKeys(environ: Capture['request']['environ']): Record<string, string> {
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
 * Describes, in sentences, what a capture lacks, so that the request that is sent differs from the original.
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
      `Masked secrets are sent as ***: ${masked.join(', ')}. Pass --header 'Cookie: …' to send a real value.`,
    body?.isCut === true &&
      `The captured body is incomplete: only the first 64 KiB of ${bytes} bytes are sent.`,
    body?.isCut !== true &&
      bytes < length &&
      `The application read only ${bytes} of ${length} bytes of the body, so only these are sent.`,
  ].filter((one) => one !== false)
}

/**
 * Describes, in sentences, how an answer differs from the captured one.
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
    one.headers.find(([key]) => key.toLowerCase() === name)?.[1] ?? 'missing'
  const pairs = [
    ['status', before.status, after.status],
    ['content type', named(before, 'content-type'), named(after, 'content-type')],
    ['length', `${before.bytes} bytes`, `${after.bytes} bytes`],
  ] as const
  const changed = pairs.flatMap(([what, was, is]) =>
    was === is ? [] : [`its ${what} was ${was} and is now ${is || 'missing'}`],
  )
  return changed.length === 0 && text(before) !== text(after) ? ['its text differs'] : changed
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
