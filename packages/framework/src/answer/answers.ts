/**
 * Converts the return value of a view to a response. Only the type of the value decides the kind of response. Its content
 * never does: an object or an array from a visitor is always sent as JSON, and cannot set a status or a header. A string
 * is HTML.
 */
import { withCode } from '@phial/core'
import { currentContext, RequestContext, type AppContext } from '../context/context.ts'
import { guard } from '../helpers/guards.ts'
import { Markup } from '../helpers/printing.ts'
import { isPromise, type Maybe } from '../helpers/promises.ts'
import { type Chunks, closeChunks, isChunks } from '../response/chunks.ts'
import { type HeadersLike, Response } from '../response/response.ts'
import { fromApplication, isApplication } from './gateway-answers.ts'
import type { Answer } from './views.ts'
import { describe } from '../helpers/arguments.ts'
import { fromPlatform, isPlatformResponse } from './platform-response.ts'

/** The source of a value, for error messages: the rule of a view, or a description such as `An error handler`. */
export type Speaker =
  | string
  | { readonly endpoint: string; readonly pattern: string; readonly source?: Source | undefined }

/** The stack of the call that registered a route. */
export interface Source {
  readonly stack?: string
}

/** Converts the return value of a view or an error handler to a response. `status` applies to values without a status. */
export function toResponse(
  answer: unknown,
  who: Speaker,
  context: AppContext,
  status: number = 200,
): Maybe<Response> {
  if (typeof answer === 'string') return new context.app.responseClass(answer, { status })
  if (answer instanceof Response) return withClosing(answer, context)
  if (isApplication(answer)) return called(answer, who, context)
  if (context.app.config.DEBUG && typeof who === 'object') advise(answer, who, context)
  return fromBody(answer, who, context, status)
}

/**
 * Converts any value that a view may return, except a gateway application, to a response. Use it to set a status, headers
 * or cookies, or to respond from a hook. Without arguments, or with `null`, the body is empty. The entries of `headers` replace
 * headers with the same name, except `Set-Cookie`, which is added.
 *
 * Throws `TypeError` for a value that cannot be sent.
 *
 * ```ts
 * const response = makeResponse(renderTemplate('cart'), 201, { 'Cache-Control': 'no-store' })
 * response.setCookie('seen', '1')
 * return response
 * ```
 */
export function makeResponse(
  body?: Answer | null,
  status?: number | string,
  headers?: HeadersLike,
): Response
export function makeResponse(...given: [unknown?, (number | string)?, HeadersLike?]): Response {
  const [body, status, headers] = given.length === 0 ? [null] : given
  if (isApplication(body)) {
    throw withCode(
      'ERR_PHIAL_ANSWER_LATER',
      new TypeError(
        'makeResponse cannot wait for a gateway application. Return the application from the view.',
      ),
    )
  }
  const context = currentContext()
  const Class = context?.app.responseClass ?? Response
  const response = body === null ? new Class() : fromBody(body, MAKE_RESPONSE, context, 200)
  if (status !== undefined) response.status = status
  return headers === undefined ? response : withHeaders(response, headers)
}

const MAKE_RESPONSE = 'makeResponse'

/**
 * Returns a JSON response, created by the app's JSON provider. A view can return an object or an array directly, so use
 * `jsonify` in a hook, or for any other value. Like `jsonify` in Flask.
 *
 * ```ts
 * return jsonify(null)
 * ```
 */
export function jsonify(value: unknown): Response {
  return currentContext()?.app.json.response(value) ?? Response.json(value)
}

/**
 * Converts the return value of a hook to a Phial `Response`. The value may be a Phial `Response` or a platform `Response`.
 * Returns `undefined` if the hook returned nothing. For any other value, throws a `TypeError` that names the hook.
 */
export function hookResponse(
  answer: unknown,
  kind: string,
  hook: { readonly name: string },
  context: AppContext,
): Response | undefined {
  if (answer === undefined) return undefined
  if (answer instanceof Response) return withClosing(answer, context)
  if (typeof answer === 'object' && answer !== null && isPlatformResponse(answer)) {
    return withClosing(fromPlatform(answer), context)
  }
  guard(answer)
  throw withCode(
    'ERR_PHIAL_HOOK_ANSWER',
    new TypeError(
      `${hook.name === '' ? `A ${kind} hook` : `The ${kind} hook ${JSON.stringify(hook.name)}`} returned ${describe(answer)}. Return a Response, such as makeResponse(body, status), or nothing. An arrow function without braces returns the value of its expression. To return nothing, write { … } around the expression.`,
    ),
  )
}

function fromBody(
  body: unknown,
  who: Speaker,
  context: AppContext | undefined,
  status: number,
): Response {
  const Class = context?.app.responseClass ?? Response
  if (typeof body === 'string' || body instanceof Uint8Array) return new Class(body, { status })
  if (body instanceof Response) return withClosing(body, context)
  if (typeof body !== 'object' || body === null || isPromise(body)) throw noAnswer(body, who)
  if (isPlatformResponse(body)) return withClosing(fromPlatform(body), context)
  if (isChunks(body)) return withClosing(new Class(body, { status }), context)
  if (!isData(body)) throw noAnswer(body, who)
  return context === undefined
    ? Response.json(body, { status })
    : context.app.json.response(body, { status })
}

/** Closes a streamed body when the request ends, even if a hook replaces it. */
function withClosing(response: Response, context: AppContext | undefined): Response {
  if (response.isStreamed && context instanceof RequestContext) {
    const { body } = response
    context.request.onClose(() => closeChunks(body as Chunks))
  }
  return response
}

function called(
  app: Parameters<typeof fromApplication>[0],
  who: Speaker,
  context: AppContext,
): Promise<Response> {
  if (!(context instanceof RequestContext)) throw noAnswer(app, who)
  return fromApplication(app, context.request, () => noAnswer(app, who))
}

function withHeaders(response: Response, headers: HeadersLike): Response {
  const pairs = Symbol.iterator in headers ? [...headers] : Object.entries(headers)
  for (const [name] of pairs) if (!/^set-cookie$/i.test(name)) response.headers.delete(name)
  for (const [name, value] of pairs) response.headerList.push([name, guard(value)])
  return response
}

/** Reports whether a value is a plain object, an array, or an object that has `toJSON`. */
function isData(body: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(body)
  if (Array.isArray(body) || prototype === null) return true
  if ('toJSON' in body && typeof body.toJSON === 'function') return !(body instanceof Markup)
  return Object.getPrototypeOf(prototype) === null && !(Symbol.iterator in body)
}

/** Logs a warning about a probable mistake in a view's return value, once for each view. Used in debug mode only. */
function advise(answer: unknown, who: object & Speaker, { app }: AppContext): void {
  const advice = adviceOn(answer)
  if (advice === undefined || advised.has(who)) return
  advised.add(who)
  app.logger.warning(`${speaking(who)} ${advice}`)
}

/** The rules for which advice has been logged. */
const advised = new WeakSet<object>()

function adviceOn(answer: unknown): string | undefined {
  if (Array.isArray(answer)) {
    const isTuple = (answer.length === 2 || answer.length === 3) && isStatus(answer[1])
    if (!isTuple) return undefined
    return 'an array that looks like [body, status]. Phial sends every array as JSON. To set a status or headers, return makeResponse(body, status, headers).'
  }
  const isPlain =
    typeof answer === 'object' &&
    answer !== null &&
    isPlatformResponse(answer) &&
    answer.url === '' &&
    answer.headers.get('content-type')?.toLowerCase() === 'text/plain;charset=utf-8'
  if (!isPlain) return undefined
  return "the platform's Response with a string as its body, which is sent as text/plain. For HTML, return the string itself, or import { Response } from 'phial'."
}

function isStatus(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 200 && value <= 599
}

/** Returns the error for a value that cannot be sent. Its stack shows where the view was registered, because the view itself has already returned. */
function noAnswer(answer: unknown, who: Speaker): TypeError {
  guard(answer)
  const error = answerError(answer, who)
  const place = typeof who === 'string' ? undefined : who.source?.stack
  if (place !== undefined) {
    const frames = place.slice(place.indexOf('\n    at '))
    error.stack = `${error.name}: ${error.message}${frames}`
  }
  return error
}

function answerError(answer: unknown, who: Speaker): TypeError {
  const data = 'a string, bytes, a plain object or array, an iterator or stream, a Response'
  const advice =
    who === MAKE_RESPONSE
      ? `Pass ${data}, or null.`
      : `Return ${data}, or a gateway application. makeResponse(body, status, headers) sets a status and headers.`
  return withCode(
    'ERR_PHIAL_ANSWER_INVALID',
    new TypeError(
      `${speaking(who)} ${describe(answer)}, which cannot be sent as a response. ${advice}${remedy(answer)}`,
    ),
  )
}

function remedy(answer: unknown): string {
  if (answer === undefined) return ' Is a return or an await missing?'
  return isPromise(answer) ? ' Is an await missing?' : ''
}

/** Describes the source of a value, such as `The view of "index" (/) returned`. */
function speaking(who: Speaker): string {
  if (who === MAKE_RESPONSE) return `${who} received`
  const name =
    typeof who === 'string' ? who : `The view of ${JSON.stringify(who.endpoint)} (${who.pattern})`
  return `${name} returned`
}
