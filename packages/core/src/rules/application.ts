/** The rules for applications, in the order of a request. PEP 3333, “The Application/Framework Side” to “Error Handling”. */
import {
  isBodyless,
  isContentLength,
  isFieldValue,
  isStatus,
  isSwitching,
  isToken,
} from '../grammar.ts'
import { isHopByHop } from '../headers.ts'
import type { HeaderList } from '../types.ts'
import { describe, isBytes, isFunction, type Moment, type Rule, type Sent } from './rule.ts'

/** Describes the first invalid pair of a header list. */
function firstHeader(
  headers: unknown,
  wrong: (name: string, value: string, all: HeaderList) => string | undefined,
): string | undefined {
  if (!Array.isArray(headers)) return undefined
  const list = headers as HeaderList
  for (const [name, value] of list) {
    const found = wrong(name, value, list)
    if (found !== undefined) return found
  }
  return undefined
}

/** Returns the values of a header. `name` must be in lower case. */
export function headerValues(headers: HeaderList, name: string): string[] {
  return headers.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value)
}

/** Returns the declared `Content-Length`, if any. */
export function declaredLength(headers: HeaderList): number | undefined {
  const [value] = headerValues(headers, 'content-length')
  return value === undefined ? undefined : Number(value)
}

/** Replaces 101 by 200 in a status, to check only its form. */
const asFinal = (status: string): string => (isSwitching(status) ? `200${status.slice(3)}` : status)

const carriesNothing = ({ status, method }: Sent): boolean =>
  method === 'HEAD' || isBodyless(status)

function isPair(pair: unknown): boolean {
  return (
    Array.isArray(pair) &&
    pair.length === 2 &&
    typeof pair[0] === 'string' &&
    typeof pair[1] === 'string'
  )
}

function whyNoBody(body: unknown): string | undefined {
  if (typeof body === 'string') return `the body is ${describe(body)}, not an iterable of bytes`
  if (isBytes(body)) return 'the body is a Uint8Array, which yields numbers when iterated'
  if (typeof body !== 'object' || body === null) return `the body is ${describe(body)}`
  const parts = body as { [Symbol.iterator]?: unknown; [Symbol.asyncIterator]?: unknown }
  if (isFunction(parts[Symbol.iterator]) || isFunction(parts[Symbol.asyncIterator]))
    return undefined
  return `the body is ${describe(body)}, which is not iterable`
}

function readArguments(method: string, args: readonly unknown[]): string | undefined {
  if (args.length > 1) return `wsgi.input.${method} was called with ${args.length} arguments`
  const [size] = args
  if (size === undefined || size === -1) return undefined
  return typeof size === 'number' && Number.isInteger(size) && size >= 0
    ? undefined
    : `wsgi.input.${method} was called with ${describe(size)}`
}

function rule<At extends Moment>(
  id: number,
  by: Rule['by'],
  at: At,
  text: string,
  remedy: string,
  check: Rule<At>['check'],
): Rule {
  return { id: `APP-${id}`, at, by, text, remedy, check } as unknown as Rule
}

export const applicationRules: readonly Rule[] = [
  // The head of the response
  rule(
    1,
    'driver',
    'start',
    '`startResponse` must be called with a status, a header list and, only to report an error, `excInfo`.',
    'Call startResponse(status, headers), or startResponse(status, headers, error) after an error.',
    ({ args }) =>
      args === 2 || args === 3
        ? undefined
        : `startResponse was called with ${args} argument${args === 1 ? '' : 's'}`,
  ),
  rule(
    2,
    'driver',
    'start',
    'Every further call of `startResponse` must pass an `excInfo` other than `null` or `undefined`, even if the first call was rejected.',
    'Call startResponse once. To replace the response with an error page, pass the error as the third argument.',
    ({ again, excInfo }) =>
      again && (excInfo === undefined || excInfo === null)
        ? 'startResponse was called again without excInfo'
        : undefined,
  ),
  rule(
    3,
    'driver',
    'start',
    'The status must be a string: a three-digit code from 200 to 599, or 101 (see APP-24), then a space and a reason phrase, which may be empty and must not contain control characters.',
    "Pass a status such as '200 OK'.",
    ({ status }) =>
      typeof status === 'string' && isStatus(asFinal(status))
        ? undefined
        : `the status is ${describe(status)}`,
  ),
  rule(
    4,
    'driver',
    'start',
    'The headers must be an array of [name, value] pairs of strings.',
    "Pass a list such as [['Content-Type', 'text/plain']]. Object.entries(headers) converts an object.",
    ({ headers }) => {
      if (!Array.isArray(headers)) return `the headers are ${describe(headers)}`
      const odd = (headers as unknown[]).findIndex((pair) => !isPair(pair))
      if (odd < 0) return undefined
      const pair: unknown = headers[odd]
      return `header ${odd} is ${Array.isArray(pair) ? `[${pair.map(describe).join(', ')}]` : describe(pair)}`
    },
  ),
  rule(
    5,
    'driver',
    'start',
    "A header name must be a token: letters, digits, a backtick and `!#$%&'*+-.^_|~`.",
    'Remove spaces, colons and other invalid characters from the name.',
    ({ headers }) =>
      firstHeader(headers, (name) =>
        isToken(name) ? undefined : `a header name is ${describe(name)}`,
      ),
  ),
  rule(
    6,
    'driver',
    'start',
    'A header value must not contain control characters other than tab (so no CR or LF), or characters outside Latin-1.',
    'Encode or reject untrusted input. Encode text outside Latin-1 as RFC 8187 describes.',
    ({ headers }) =>
      firstHeader(headers, (name, value) =>
        isFieldValue(value) ? undefined : `the value of ${name} is ${describe(value)}`,
      ),
  ),
  rule(
    7,
    'driver',
    'start',
    'Only the server may set hop-by-hop headers such as `Connection`, `Transfer-Encoding` and `Upgrade`.',
    'Remove the header. The server frames the response and decides whether the connection stays open.',
    ({ headers }) =>
      firstHeader(headers, (name) =>
        isHopByHop(name) ? `the application set ${name}` : undefined,
      ),
  ),
  rule(
    8,
    'driver',
    'start',
    '`Content-Length` must occur at most once and consist of decimal digits.',
    'Set it once, to the number of bytes (not of characters).',
    ({ headers }) =>
      firstHeader(headers, (name, value, all) => {
        if (name.toLowerCase() !== 'content-length') return undefined
        if (!isContentLength(value)) return `Content-Length is ${describe(value)}`
        return headerValues(all, 'content-length').length > 1
          ? 'Content-Length was set more than once'
          : undefined
      }),
  ),
  rule(
    9,
    'validator',
    'start',
    'The headers must not include `Status`, because the status is a separate argument.',
    'Remove the header.',
    ({ headers }) =>
      firstHeader(headers, (name) =>
        name.toLowerCase() === 'status' ? 'the application set a Status header' : undefined,
      ),
  ),
  rule(
    10,
    'validator',
    'start',
    'A response must have exactly one `Content-Type`, except that 101, 204, 205 and 304, which have no content, must have none.',
    "Add a header such as ['Content-Type', 'text/html; charset=utf-8'], or remove it from a response without content.",
    ({ status, headers }) => {
      const count = headerValues(headers as HeaderList, 'content-type').length
      if (isBodyless(String(status)) || isSwitching(String(status)))
        return count > 0 ? `a ${String(status)} response has a Content-Type` : undefined
      return count === 1
        ? undefined
        : `a ${String(status)} response has ${count === 0 ? 'no' : count} Content-Type`
    },
  ),

  // The request body and the log
  rule(
    11,
    'validator',
    'read',
    'The methods of `wsgi.input` must be called with at most one argument: a non-negative number of bytes, or -1 or nothing for all.',
    'Pass a non-negative integer, -1, or nothing.',
    ({ method, args }) => readArguments(method, args),
  ),
  rule(
    12,
    'validator',
    'log',
    'The application must write only strings to `wsgi.errors`.',
    'Pass a string. For an error, pass its `stack`.',
    ({ method, value }) =>
      typeof value === 'string'
        ? undefined
        : `wsgi.errors.${method} was called with ${describe(value)}`,
  ),

  // The response body
  rule(
    13,
    'driver',
    'body',
    'The application must return a synchronous or asynchronous iterable of byte chunks.',
    'Return [bytes], or [] for an empty body. Encode text with new TextEncoder().encode(text).',
    ({ body }) => whyNoBody(body),
  ),
  rule(
    14,
    'driver',
    'chunk',
    'Every chunk, including one passed to `write`, must be a `Uint8Array` (a `Buffer` is one).',
    'Encode text with new TextEncoder().encode(text).',
    ({ chunk }) => (isBytes(chunk) ? undefined : `a chunk is ${describe(chunk)}`),
  ),
  rule(
    15,
    'driver',
    'chunk',
    '`startResponse` must be called before the first non-empty chunk.',
    'Call startResponse first. In a generator, call it before the first yield.',
    ({ started, chunk }) =>
      !started && (chunk as Uint8Array).byteLength > 0
        ? 'a chunk was sent before startResponse was called'
        : undefined,
  ),
  rule(
    16,
    'driver',
    'end',
    '`startResponse` must be called before the body ends.',
    'Call startResponse on every path through the application.',
    ({ started }) =>
      started ? undefined : 'the body ended without a successful call of startResponse',
  ),
  rule(
    17,
    'driver',
    'chunk',
    'The body must not have more bytes than `Content-Length` declares; excess bytes are never sent.',
    'Count bytes, not characters, or omit Content-Length.',
    (seen) => {
      const declared =
        seen.started && !carriesNothing(seen) ? declaredLength(seen.headers) : undefined
      const total = seen.sent + (seen.chunk as Uint8Array).byteLength
      return declared !== undefined && total > declared
        ? `the body has at least ${total} bytes, but Content-Length is ${declared}`
        : undefined
    },
  ),
  rule(
    18,
    'driver',
    'end',
    'The body must not have fewer bytes than `Content-Length` declares; if it does, the server closes the connection so that the client can detect it.',
    'Count bytes, not characters, or omit Content-Length.',
    (seen) => {
      const declared =
        seen.started && !carriesNothing(seen) ? declaredLength(seen.headers) : undefined
      return declared !== undefined && seen.sent < declared
        ? `the body has ${seen.sent} bytes, but Content-Length is ${declared}`
        : undefined
    },
  ),
  rule(
    19,
    'validator',
    'chunk',
    'A 204, 205 or 304 response must have an empty body.',
    'Return [].',
    ({ started, status, chunk }) =>
      started && isBodyless(status) && (chunk as Uint8Array).byteLength > 0
        ? `a ${status} response has a non-empty body`
        : undefined,
  ),
  rule(
    20,
    'driver',
    'write',
    '`write` must not be called after the response has ended.',
    'Call write before the body ends, or yield the chunk.',
    ({ ended }) => (ended ? 'write was called after the response ended' : undefined),
  ),
  rule(
    21,
    'validator',
    'write',
    '`write` must not be called while the body is being iterated.',
    'Yield the chunk instead.',
    ({ inBody }) => (inBody ? 'write was called while the body was producing a chunk' : undefined),
  ),
  rule(
    22,
    'validator',
    'end',
    'If `startResponse` throws `excInfo` because the head has already been sent, the application must not ignore this error, so that the response is aborted.',
    'Do not catch the error, or rethrow it.',
    ({ trapped }) =>
      trapped ? 'the error that startResponse rethrew was caught and ignored' : undefined,
  ),

  // Protocol switching
  rule(
    23,
    'driver',
    'start',
    'A 101 response must not have a `Content-Length`, because the new protocol defines where the data ends.',
    'Remove the header.',
    ({ status, headers }) =>
      isSwitching(String(status)) &&
      headerValues(headers as HeaderList, 'content-length').length > 0
        ? 'a 101 response has a Content-Length'
        : undefined,
  ),
  rule(
    24,
    'driver',
    'start',
    'The status may be 101 only if the server provides `phial.upgrade`.',
    "Respond with 101 only if environ['phial.upgrade'] names your protocol. Otherwise respond with an error.",
    ({ status, offered }) =>
      isSwitching(String(status)) && offered === undefined
        ? `the status is ${describe(status)}, and environ has no phial.upgrade`
        : undefined,
  ),
]
