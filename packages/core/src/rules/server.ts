/** The rules for servers. A conformance case checks those that can only be observed from outside. PEP 3333, “The Server/Gateway Side” and after. */
import { describe, isBytes, isFunction, type Moment, type Rule } from './rule.ts'

function rule<At extends Moment>(
  id: number,
  at: At,
  text: string,
  remedy: string,
  check: Rule<At>['check'],
): Rule {
  return { id: `SRV-${id}`, at, by: 'validator', text, remedy, check } as unknown as Rule
}

/** Returns a rule that a conformance case checks. The case describes the breach that it found. */
export function seenFromOutside(id: string, text: string, remedy: string): Rule {
  return {
    id,
    at: 'outside',
    by: 'conformance',
    text,
    remedy,
    check: ({ found }: { found: string | undefined }) => found,
  } as unknown as Rule
}

const outside = (id: number, text: string, remedy: string): Rule =>
  seenFromOutside(`SRV-${id}`, text, remedy)

export const serverRules: readonly Rule[] = [
  // The call
  rule(
    1,
    'call',
    'The server must call the application with two positional arguments, `environ` and `startResponse`.',
    'Call app(environ, startResponse).',
    ({ args }) =>
      args.length === 2
        ? undefined
        : `the application was called with ${args.length} argument${args.length === 1 ? '' : 's'}`,
  ),
  rule(
    2,
    'call',
    '`startResponse` must be a function.',
    'Pass the `startResponse` of the driver.',
    ({ args: [, startResponse] }) =>
      isFunction(startResponse) ? undefined : `startResponse is ${describe(startResponse)}`,
  ),
  rule(
    3,
    'started',
    '`startResponse` must return `write`, a function that takes a chunk.',
    'Return `write` even if the application is unlikely to call it.',
    ({ returned }) =>
      isFunction(returned) ? undefined : `startResponse returned ${describe(returned)}`,
  ),
  rule(
    4,
    'bytes',
    'The methods of `wsgi.input` must return promises: `read` and `readline` resolve to a `Uint8Array` no longer than the requested size, and `readlines` resolves to an array of `Uint8Array`.',
    'Use `inputStream(chunks)`.',
    ({ method, size, returned }) => wrongBytes(method, size, returned),
  ),

  // The body
  rule(
    5,
    'ask',
    'The server must not request a chunk before the previous one has arrived, after the body has ended, or after closing it.',
    'Await each `next()`, and stop at the first `done`.',
    ({ ended, closed, waiting }) => {
      if (waiting) return 'a chunk was requested while another was pending'
      if (closed) return 'a chunk was requested after close()'
      return ended ? 'a chunk was requested after the end' : undefined
    },
  ),
  rule(
    6,
    'close',
    'The server must close a body exactly once: call its `close()`, if it has one, and the `return()` of an unfinished iteration.',
    'Keep track of whether the body has been closed.',
    ({ closed }) => (closed ? 'the body was closed more than once' : undefined),
  ),
  outside(
    7,
    'The server must call `close()` when the body has ended, when it has thrown, and when the client has disconnected.',
    'Call it in a `finally` block.',
  ),
  outside(
    8,
    'The server must send each chunk before it waits for the next; chunks that the body yields within one turn of the event loop may be sent together.',
    'Flush pending chunks before each wait, and respect back-pressure before you request the next chunk.',
  ),
  outside(
    9,
    'The server must not send anything before the first non-empty chunk, a call of `write`, or the end; until then, `startResponse` with `excInfo` replaces the status and headers.',
    'Hold the head back until there are bytes to send.',
  ),
  outside(
    10,
    'After the head has been sent, `startResponse` must throw the `excInfo` that is passed to it, and the response must be aborted so that the client can detect that it is incomplete.',
    'Rethrow the error, and close the connection.',
  ),
  outside(
    11,
    'If an error occurs before the head has been sent, the server must respond with 500, without details of the error, and log the error to `wsgi.errors`.',
    'Log the error, and send a generic error message.',
  ),
  outside(
    12,
    'The server must send headers in the order of the list, and must not join repeated headers such as `Set-Cookie`.',
    'Send the list unchanged.',
  ),
  outside(
    13,
    'If the application does not set `Content-Length`, the server must add it for an array of one chunk, and `0` for an empty array.',
    'Compute the length before you send the head.',
  ),
  outside(
    14,
    'The server must not send more bytes than `Content-Length` declares.',
    'Truncate the chunk that exceeds the declared length.',
  ),
  outside(
    15,
    'If the body has fewer bytes than `Content-Length` declares, the client must be able to detect it.',
    'Close the connection.',
  ),
  outside(
    16,
    'A response to `HEAD`, or with status 204, 205 or 304, must have no body, and the headers of a response to `HEAD` must be those of `GET`.',
    'Send the head, and discard the body.',
  ),
  outside(
    17,
    '`write` must send its chunk before the body, preceded by the head; an empty chunk sends only the head.',
    'Send the head and the chunk immediately.',
  ),
  outside(
    18,
    'Hop-by-hop headers and control characters from the application must never reach the client.',
    'Reject them when startResponse is called.',
  ),

  // The request
  outside(
    19,
    '`PATH_INFO` must be the path percent-decoded once into bytes, with one character for each byte; `RAW_URI` and `QUERY_STRING` must stay undecoded.',
    'Decode the path once, as Latin-1, and keep invalid escapes such as `%zz`.',
  ),
  outside(
    20,
    'Each request header must become `HTTP_*`, with repeats joined by a comma (`Cookie` by a semicolon); a header whose name contains `_` must be dropped.',
    'Drop such names, because `X_A` and `X-A` would have the same key.',
  ),
  outside(
    21,
    '`environ` must be a new object for each request that inherits nothing, so that `"constructor" in environ` is false.',
    'Create it with `makeEnviron`.',
  ),
  outside(
    22,
    '`wsgi.input` must yield the bytes of the body and then end, even if the client sends more.',
    'Stop at `CONTENT_LENGTH` or at the last chunk.',
  ),
  outside(
    23,
    'Reading a request body that was cut off must fail, and must never look like a shorter body.',
    'Reject the promise of `read`.',
  ),
  outside(
    24,
    '`read(n)` must return n bytes unless the body ends first, and a `break` out of an iteration must leave the rest readable.',
    'Use `inputStream(chunks)`.',
  ),
  outside(
    25,
    '`phial.signal`, if present, must fire when the client disconnects before the response is complete.',
    'Abort the signal when the connection closes.',
  ),
  outside(
    26,
    'The server must treat an application that returns a promise or an asynchronous iterable like any other.',
    'Await the promise and each chunk.',
  ),

  // Protocol switching
  outside(
    27,
    'For a 101 response, the server must send the head when `startResponse` is called, with `Connection: Upgrade` and the value of `phial.upgrade` in `Upgrade`; from then on, `excInfo` can no longer replace the response.',
    'Send the head immediately, because the client waits for it.',
  ),
  outside(
    28,
    'After a 101 response, `wsgi.input` must yield the bytes that the client sends, as they arrive, until the client closes its side of the connection; the server must send each chunk of the body unframed, and close the connection when the body ends.',
    'Do not apply HTTP framing or HTTP timeouts after 101, and respect back-pressure before you request the next chunk.',
  ),
  outside(
    29,
    'If `phial.upgrade` is present and the application responds with any status other than 101, the server must handle the request like one without an offered upgrade; until a 101 response, `wsgi.input` must be empty.',
    'Switch protocols only when the application responds with 101.',
  ),
]

function wrongBytes(method: string, size: unknown, returned: unknown): string | undefined {
  if (method === 'readlines') {
    return Array.isArray(returned) && returned.every((line) => isBytes(line))
      ? undefined
      : `wsgi.input.readlines returned ${describe(returned)}`
  }
  if (!isBytes(returned)) return `wsgi.input.${method} returned ${describe(returned)}`
  return typeof size === 'number' && size >= 0 && returned.byteLength > size
    ? `wsgi.input.${method}(${size}) returned ${returned.byteLength} bytes`
    : undefined
}
