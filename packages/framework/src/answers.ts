/**
 * From what a view returned to a response.
 */
import { type Chunks, endToEnd, type HeadersLike, isFinalStatus, Response } from './response.ts'

/** Who answered: a view, by its rule, or something else, in words. */
export type Speaker = string | { readonly endpoint: string; readonly pattern: string }

/** A response of the given status, unless the answer brings its own. `who` is named if the answer is none. */
export function toResponse(answer: unknown, who: Speaker, status: number = 200): Response {
  if (isTuple(answer)) {
    const [body, given, headers] = answer
    return withHead(fromBody(body, who, status), given, headers)
  }
  return fromBody(answer, who, status)
}

function fromBody(body: unknown, who: Speaker, status: number): Response {
  if (typeof body === 'string' || body instanceof Uint8Array) return new Response(body, { status })
  if (body instanceof Response) return body
  if (typeof body !== 'object' || body === null) throw noAnswer(body, who)
  if (isPlatformResponse(body)) return fromPlatform(body)
  if (isChunks(body)) return new Response(body, { status })
  if (isData(body)) return Response.json(body, { status })
  throw noAnswer(body, who)
}

/** `[body, status]` or `[body, status, headers]`; a list of data that looks like neither is JSON. */
function isTuple(answer: unknown): answer is [unknown, number | string, HeadersLike?] {
  if (!Array.isArray(answer) || answer.length < 2 || answer.length > 3) return false
  const [body, status, headers] = answer as unknown[]
  const isBody = typeof body === 'string' || (typeof body === 'object' && body !== null)
  const isHead = answer.length === 2 || (typeof headers === 'object' && headers !== null)
  return isBody && isStatus(status) && isHead
}

function isStatus(status: unknown): boolean {
  if (typeof status === 'number') return isFinalStatus(status)
  return typeof status === 'string' && /^[2-5]\d\d /.test(status)
}

function withHead(
  response: Response,
  status: number | string,
  headers: HeadersLike = [],
): Response {
  response.status = status
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

/** A stream, a generator or another iterator. Lists and sets are data, not chunks. */
function isChunks(body: object): body is Chunks {
  if (Symbol.asyncIterator in body) return true
  return Symbol.iterator in body && 'next' in body && typeof body.next === 'function'
}

/** Plain objects and arrays, and what says itself how it is written as JSON. */
function isData(body: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(body)
  if (Array.isArray(body) || prototype === null) return true
  if ('toJSON' in body && typeof body.toJSON === 'function') return true
  return Object.getPrototypeOf(prototype) === null && !(Symbol.iterator in body)
}

function noAnswer(answer: unknown, who: Speaker): TypeError {
  const name =
    typeof who === 'string' ? who : `The view of ${JSON.stringify(who.endpoint)} (${who.pattern})`
  return new TypeError(
    `${name} returned ${describe(answer)}, which is no answer. Return a string, bytes, a plain object or array, [body, status], [body, status, headers], an iterator or stream, or a Response${answer === undefined ? '; is a return or an await missing?' : '.'}`,
  )
}

function describe(answer: unknown): string {
  if (answer === undefined || answer === null) return String(answer)
  if (typeof answer !== 'object') return `a ${typeof answer}`
  const { constructor } = answer
  return typeof constructor === 'function' ? `an instance of ${constructor.name}` : 'an object'
}
