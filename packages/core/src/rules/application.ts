/** What an application may do, in the order in which it does it. PEP 3333, “The Application/Framework Side” to “Error Handling”. */
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

/** The rule of a breach in a header list: the first pair for which something is wrong. */
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

/** The values of a header, by its name in lower case. */
export function headerValues(headers: HeaderList, name: string): string[] {
  return headers.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value)
}

/** The length that the application announced, if it did. */
export function declaredLength(headers: HeaderList): number | undefined {
  const [value] = headerValues(headers, 'content-length')
  return value === undefined ? undefined : Number(value)
}

/** A status without its code's meaning, to look at its form alone. */
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
  if (typeof body === 'string')
    return `the body is ${describe(body)}, where an iterable of bytes belongs`
  if (isBytes(body)) return 'the body is a Uint8Array, which iterates over numbers'
  if (typeof body !== 'object' || body === null) return `the body is ${describe(body)}`
  const parts = body as { [Symbol.iterator]?: unknown; [Symbol.asyncIterator]?: unknown }
  if (isFunction(parts[Symbol.iterator]) || isFunction(parts[Symbol.asyncIterator]))
    return undefined
  return `the body is ${describe(body)}, which cannot be iterated`
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
  // The head of the answer
  rule(
    1,
    'driver',
    'start',
    '`startResponse` takes a status, a header list and, only when an error is being reported, `excInfo`.',
    'Call startResponse(status, headers) or startResponse(status, headers, error).',
    ({ args }) =>
      args === 2 || args === 3
        ? undefined
        : `startResponse was called with ${args} argument${args === 1 ? '' : 's'}`,
  ),
  rule(
    2,
    'driver',
    'start',
    'A second call of `startResponse` has to give `excInfo`, even when the first one was refused; `null` and `undefined` count as none.',
    'Answer once; to replace an answer by an error page, pass the error as the third argument.',
    ({ again, excInfo }) =>
      again && (excInfo === undefined || excInfo === null)
        ? 'startResponse was called again, without excInfo'
        : undefined,
  ),
  rule(
    3,
    'driver',
    'start',
    'The status is a string: three digits from 200 to 599, or 101 (see APP-24), a space, and a reason (which may be empty) without control characters.',
    "Write it as '200 OK'.",
    ({ status }) =>
      typeof status === 'string' && isStatus(asFinal(status))
        ? undefined
        : `the status is ${describe(status)}`,
  ),
  rule(
    4,
    'driver',
    'start',
    'The headers are an array of [name, value] pairs, both strings.',
    "Write [['Content-Type', 'text/plain']]; Object.entries(headers) makes such a list of an object.",
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
    "A header’s name is a token: letters, digits and `!#$%&'*+-.^_`|~`.",
    'Leave out spaces and the colon.',
    ({ headers }) =>
      firstHeader(headers, (name) =>
        isToken(name) ? undefined : `a header’s name is ${describe(name)}`,
      ),
  ),
  rule(
    6,
    'driver',
    'start',
    'A header’s value has no control characters (CR and LF among them; tab may pass) and nothing beyond Latin-1.',
    'Encode or refuse what came from outside; text beyond Latin-1 needs an encoding of its own (RFC 8187).',
    ({ headers }) =>
      firstHeader(headers, (name, value) =>
        isFieldValue(value) ? undefined : `the value of ${name} is ${describe(value)}`,
      ),
  ),
  rule(
    7,
    'driver',
    'start',
    'Hop-by-hop headers (`Connection`, `Transfer-Encoding`, `Upgrade`…) are the server’s.',
    'Leave it out: the server frames the answer and keeps or closes the connection.',
    ({ headers }) =>
      firstHeader(headers, (name) =>
        isHopByHop(name) ? `the application gave ${name}` : undefined,
      ),
  ),
  rule(
    8,
    'driver',
    'start',
    '`Content-Length` comes at most once, as decimal digits.',
    'Give the number of bytes, not of characters.',
    ({ headers }) =>
      firstHeader(headers, (name, value, all) => {
        if (name.toLowerCase() !== 'content-length') return undefined
        if (!isContentLength(value)) return `Content-Length is ${describe(value)}`
        return headerValues(all, 'content-length').length > 1
          ? 'Content-Length came more than once'
          : undefined
      }),
  ),
  rule(
    9,
    'validator',
    'start',
    'There is no `Status` header: the status has its own argument.',
    'Leave the header out.',
    ({ headers }) =>
      firstHeader(headers, (name) =>
        name.toLowerCase() === 'status' ? 'the application gave a Status header' : undefined,
      ),
  ),
  rule(
    10,
    'validator',
    'start',
    'There is one `Content-Type`, except with 101, 204, 205 and 304, which have no content and none.',
    "Add ['Content-Type', 'text/html; charset=utf-8'], or take it out.",
    ({ status, headers }) => {
      const count = headerValues(headers as HeaderList, 'content-type').length
      if (isBodyless(String(status)) || isSwitching(String(status)))
        return count > 0 ? `${String(status)} came with a Content-Type` : undefined
      return count === 1
        ? undefined
        : `${count === 0 ? 'no' : count} Content-Type came with ${String(status)}`
    },
  ),

  // The request's body and the log
  rule(
    11,
    'validator',
    'read',
    'The methods of `wsgi.input` take at most one argument: a number of bytes, from 0 up; −1 or nothing for all.',
    'Pass a whole number, or nothing.',
    ({ method, args }) => readArguments(method, args),
  ),
  rule(
    12,
    'validator',
    'log',
    '`wsgi.errors` takes text.',
    'Pass strings; for an error, its `stack`.',
    ({ method, value }) =>
      typeof value === 'string' ? undefined : `wsgi.errors.${method} was given ${describe(value)}`,
  ),

  // The body of the answer
  rule(
    13,
    'driver',
    'body',
    'The application returns an iterable, synchronous or not, of bytes.',
    'Return [bytes], or [] for nothing; new TextEncoder().encode(text) makes bytes of text.',
    ({ body }) => whyNoBody(body),
  ),
  rule(
    14,
    'driver',
    'chunk',
    'Every chunk, also one for `write`, is a `Uint8Array` (a `Buffer` is one).',
    'Encode text with new TextEncoder().encode(text).',
    ({ chunk }) => (isBytes(chunk) ? undefined : `a chunk is ${describe(chunk)}`),
  ),
  rule(
    15,
    'driver',
    'chunk',
    '`startResponse` is called before the first chunk that is not empty.',
    'Call it first; in a generator, before the first yield.',
    ({ started, chunk }) =>
      !started && (chunk as Uint8Array).byteLength > 0
        ? 'a chunk came before startResponse was called'
        : undefined,
  ),
  rule(
    16,
    'driver',
    'end',
    '`startResponse` is called before the body ends.',
    'Each way through the application has to call it.',
    ({ started }) =>
      started ? undefined : 'the body ended, and no call of startResponse had been accepted',
  ),
  rule(
    17,
    'driver',
    'chunk',
    'There are no more bytes than `Content-Length` says. Those beyond it are never sent.',
    'Count bytes, not characters, or leave Content-Length out.',
    (seen) => {
      const declared =
        seen.started && !carriesNothing(seen) ? declaredLength(seen.headers) : undefined
      const total = seen.sent + (seen.chunk as Uint8Array).byteLength
      return declared !== undefined && total > declared
        ? `${total} bytes came where Content-Length says ${declared}`
        : undefined
    },
  ),
  rule(
    18,
    'driver',
    'end',
    'There are no fewer bytes than `Content-Length` says. If there are, the connection is closed, so that the client can tell.',
    'Count bytes, not characters, or leave Content-Length out.',
    (seen) => {
      const declared =
        seen.started && !carriesNothing(seen) ? declaredLength(seen.headers) : undefined
      return declared !== undefined && seen.sent < declared
        ? `${seen.sent} bytes came where Content-Length says ${declared}`
        : undefined
    },
  ),
  rule(
    19,
    'validator',
    'chunk',
    'An answer with 204, 205 or 304 has no bytes.',
    'Return [].',
    ({ started, status, chunk }) =>
      started && isBodyless(status) && (chunk as Uint8Array).byteLength > 0
        ? `bytes came with ${status}`
        : undefined,
  ),
  rule(
    20,
    'driver',
    'write',
    '`write` is not called after the answer has ended.',
    'Return or yield what comes later.',
    ({ ended }) => (ended ? 'write was called after the end' : undefined),
  ),
  rule(
    21,
    'validator',
    'write',
    '`write` is not called from within the body’s iteration.',
    'Yield the chunk instead.',
    ({ inBody }) => (inBody ? 'write was called while the body was asked for a chunk' : undefined),
  ),
  rule(
    22,
    'validator',
    'end',
    'What `startResponse` throws when it is given `excInfo` too late is not swallowed: the answer has to break off.',
    'Let the error pass, or rethrow it.',
    ({ trapped }) =>
      trapped ? 'the error that startResponse threw back was swallowed' : undefined,
  ),

  // Another protocol
  rule(
    23,
    'driver',
    'start',
    'An answer with 101 has no `Content-Length`: the other protocol says where it ends.',
    'Leave the header out.',
    ({ status, headers }) =>
      isSwitching(String(status)) &&
      headerValues(headers as HeaderList, 'content-length').length > 0
        ? 'Content-Length came with 101'
        : undefined,
  ),
  rule(
    24,
    'driver',
    'start',
    'The status is 101 only if the server offered `phial.upgrade`.',
    "Answer 101 if environ['phial.upgrade'] names your protocol, and with an error page otherwise.",
    ({ status, offered }) =>
      isSwitching(String(status)) && offered === undefined
        ? `the status is ${describe(status)}, and environ has no phial.upgrade`
        : undefined,
  ),
]
