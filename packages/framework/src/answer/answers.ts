/**
 * From what a view returned to a response.
 */
import { withCode, Headers as CoreHeaders } from '@phial/core'
import { type Chunks, closeChunks, isChunks } from '../response/chunks.ts'
import { currentContext, RequestContext } from '../context.ts'
import { fromApplication, isApplication } from './gateway-answers.ts'
import { andThen, isPromise, type Maybe } from '../maybe.ts'
import {
  endToEnd,
  type HeadersLike,
  isFinalStatus,
  Response,
  type ResponseBody,
} from '../response/response.ts'
import type { Answer, AnswerBody, HeadedBody } from './views.ts'

/** Who answered: a view, by its rule, or something else, in words. */
export type Speaker = string | { readonly endpoint: string; readonly pattern: string }

const MAKE_RESPONSE = 'makeResponse'

/** A response of the given status, unless the answer brings its own. `who` is named if the answer is none. */
export function toResponse(answer: unknown, who: Speaker, status: number = 200): Maybe<Response> {
  const list = Array.isArray(answer) ? (answer as unknown[]) : undefined
  return (list && fromTuple(list, who, status)) ?? fromBody(answer, who, status)
}

/**
 * Makes a response of anything that a view may return, but for a gateway application: for views that
 * set a header or a cookie on it.
 *
 * Raises `TypeError` for what is no answer.
 *
 * ```ts
 * const response = makeResponse(renderTemplate('cart'), 201)
 * response.setCookie('seen', '1')
 * return response
 * ```
 */
export function makeResponse(answer: Answer): Response
export function makeResponse(body: HeadedBody, headers: HeadersLike): Response
export function makeResponse(
  body: AnswerBody,
  status: number | string,
  headers?: HeadersLike,
): Response
export function makeResponse(...given: unknown[]): Response {
  const who = MAKE_RESPONSE
  const answer = given.length === 1 ? given[0] : given
  if (isApplication(Array.isArray(answer) ? (answer as unknown[])[0] : answer)) {
    throw withCode(
      'ERR_PHIAL_ANSWER_LATER',
      new TypeError('makeResponse cannot wait for a gateway application. Return it from the view.'),
    )
  }
  const response = given.length > 1 ? fromTuple(given, who, 200) : toResponse(answer, who, 200)
  if (response === undefined || isPromise(response)) throw noAnswer(given, who)
  return response
}

function fromBody(body: unknown, who: Speaker, status: number): Maybe<Response> {
  if (typeof body === 'string' || body instanceof Uint8Array) return made(body, status)
  if (body instanceof Response) return kept(body)
  if (isApplication(body)) return called(body, who)
  if (typeof body !== 'object' || body === null) throw noAnswer(body, who)
  if (isPlatformResponse(body)) return kept(fromPlatform(body))
  if (isChunks(body)) return kept(made(body, status))
  if (isData(body)) return dataAnswer(body, status)
  throw noAnswer(body, who)
}

/** An answer of the app's own class. */
function made(body: ResponseBody, status: number): Response {
  const responseClass = currentContext()?.app.responseClass ?? Response
  return new responseClass(body, { status })
}

function dataAnswer(body: object, status: number): Response {
  const provider = currentContext()?.app.json
  return provider === undefined
    ? Response.json(body, { status })
    : provider.response(body, { status })
}

/** A streamed body is ended when the request is over, even if a hook put something else in its place. */
function kept(response: Response): Response {
  const { body } = response
  const context = response.isStreamed ? currentContext() : undefined
  if (context instanceof RequestContext) context.request.onClose(() => closeChunks(body as Chunks))
  return response
}

function called(app: Parameters<typeof fromApplication>[0], who: Speaker): Promise<Response> {
  const context = currentContext()
  if (context instanceof RequestContext) {
    return fromApplication(app, context.request, () => noAnswer(app, who))
  }
  throw noAnswer(app, who)
}

/** `[body, status]`, `[body, status, headers]` or `[body, headers]`; a list of data that looks like none is JSON. */
function fromTuple(
  answer: readonly unknown[],
  who: Speaker,
  status: number,
): Maybe<Response> | undefined {
  const [body, second, third] = answer
  if (answer.length < 2 || !isBody(body)) return undefined
  if (answer.length === 2 && isHeadersFor(body, second)) {
    return andThen(fromBody(body, who, status), (made) => withHead(made, undefined, second))
  }
  if (!isStatus(second) || (answer.length > 2 && !isHeaders(third))) return undefined
  if (answer.length > 3) throw tooLong(answer, who)
  const headers = third as HeadersLike | undefined
  return andThen(fromBody(body, who, status), (made) => withHead(made, second, headers))
}

function isBody(body: unknown): boolean {
  return typeof body === 'string' || typeof body === 'function' || isObject(body)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function isStatus(status: unknown): status is number | string {
  if (typeof status === 'number') return isFinalStatus(status)
  return typeof status === 'string' && /^[2-5]\d\d /.test(status)
}

/** Headers beside a status: an object of texts, or pairs. */
function isHeaders(value: unknown): value is HeadersLike {
  if (!isObject(value)) return false
  if (!(Symbol.iterator in value))
    return Object.values(value).every((one) => typeof one === 'string')
  return true
}

/**
 * Headers without a status. Beside data they have to be `Headers`: a plain object is more likely the
 * list's second row.
 */
function isHeadersFor(body: unknown, value: unknown): value is HeadersLike {
  if (value instanceof Headers || value instanceof CoreHeaders) return true
  const isSure = !isObject(body) || body instanceof Uint8Array || !isData(body)
  return isSure && isObject(value) && isData(value) && !Array.isArray(value) && isHeaders(value)
}

function withHead(
  response: Response,
  status: number | string | undefined,
  headers: HeadersLike = [],
): Response {
  if (status !== undefined) response.status = status
  const pairs = Symbol.iterator in headers ? [...headers] : Object.entries(headers)
  for (const [name, value] of pairs) {
    if (name.toLowerCase() === 'content-type') response.headers.set(name, value)
    else response.headerList.push([name, value])
  }
  return response
}

/** The platform's Response, or another library's of the same shape: `instanceof` alone would miss those. */
function isPlatformResponse(body: object): body is globalThis.Response {
  if (body instanceof globalThis.Response) return true
  return 'status' in body && 'arrayBuffer' in body && 'headers' in body && 'bodyUsed' in body
}

function fromPlatform(response: globalThis.Response): Response {
  const { status, statusText, body } = response
  const line = statusText === '' ? status : `${status} ${statusText}`
  return new Response(body ?? '', { status: line, headers: endToEnd(response.headers) })
}

/** Plain objects and arrays, and what says itself how it is written as JSON. */
function isData(body: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(body)
  if (Array.isArray(body) || prototype === null) return true
  if ('toJSON' in body && typeof body.toJSON === 'function') return true
  return Object.getPrototypeOf(prototype) === null && !(Symbol.iterator in body)
}

function noAnswer(answer: unknown, who: Speaker): TypeError {
  return withCode(
    'ERR_PHIAL_ANSWER_INVALID',
    new TypeError(
      `${saying(who)} ${describe(answer)}, which is no answer. Return a string, bytes, a plain object or array, [body, status], [body, status, headers], an iterator or stream, a Response, or a gateway application${answer === undefined ? '; is a return or an await missing?' : '.'}`,
    ),
  )
}

function tooLong(answer: readonly unknown[], who: Speaker): TypeError {
  return withCode(
    'ERR_PHIAL_ANSWER_INVALID',
    new TypeError(
      `${saying(who)} a list that begins like [body, status, headers] and has ${answer.length} items. Leave the others out, or, if it is data, use Response.json(list).`,
    ),
  )
}

/** `The view of "index" (/) returned`. */
function saying(who: Speaker): string {
  if (who === MAKE_RESPONSE) return `${who} was given`
  const name =
    typeof who === 'string' ? who : `The view of ${JSON.stringify(who.endpoint)} (${who.pattern})`
  return `${name} returned`
}

function describe(answer: unknown): string {
  if (answer === undefined || answer === null) return String(answer)
  if (typeof answer !== 'object') return `a ${typeof answer}`
  const { constructor } = answer
  return typeof constructor === 'function' ? `an instance of ${constructor.name}` : 'an object'
}
