/** What a server has to do, and what only a look from outside can tell. PEP 3333, “The Server/Gateway Side” and after. */
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

/** A rule that a conformance case looks at: the case says what it found. */
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
    'The server calls the application with two arguments, `environ` and `startResponse`, by position.',
    'Call app(environ, startResponse).',
    ({ args }) =>
      args.length === 2
        ? undefined
        : `the application was called with ${args.length} argument${args.length === 1 ? '' : 's'}`,
  ),
  rule(
    2,
    'call',
    '`startResponse` is a function.',
    'Pass the one that the driver makes.',
    ({ args: [, startResponse] }) =>
      isFunction(startResponse) ? undefined : `startResponse is ${describe(startResponse)}`,
  ),
  rule(
    3,
    'started',
    '`startResponse` returns `write`, a function that takes a chunk.',
    'Return it, also when the body is not sent by it.',
    ({ returned }) =>
      isFunction(returned) ? undefined : `startResponse returned ${describe(returned)}`,
  ),
  rule(
    4,
    'bytes',
    'The methods of `wsgi.input` answer by promises: `read` and `readline` of a `Uint8Array` no longer than asked for, `readlines` of an array of them.',
    'Use `inputStream(chunks)`.',
    ({ method, size, returned }) => wrongBytes(method, size, returned),
  ),

  // The body
  rule(
    5,
    'ask',
    'The server asks for a chunk only when it has the one before, and not after the end or after closing.',
    'Wait for each `next()`; stop at the first `done`.',
    ({ ended, closed, waiting }) => {
      if (waiting) return 'a chunk was asked for while another was on its way'
      if (closed) return 'a chunk was asked for after close()'
      return ended ? 'a chunk was asked for after the end' : undefined
    },
  ),
  rule(
    6,
    'close',
    'The server closes a body once: its `close()` if it has one, and the `return()` of an iteration that it broke off.',
    'Remember that you did.',
    ({ closed }) => (closed ? 'the body was closed twice' : undefined),
  ),
  outside(
    7,
    '`close()` runs when the body has ended, when it threw, and when the client has left.',
    'Call it on every way out.',
  ),
  outside(
    8,
    'Each chunk is sent before the server waits for the next one. Chunks that the body gives within one turn of the event loop may be sent together.',
    'Flush what has been given before each wait, and wait for room before the next chunk.',
  ),
  outside(
    9,
    'Nothing is sent before the first chunk that is not empty, a call of `write`, or the end: until then `excInfo` replaces status and headers.',
    'Keep the head until there are bytes.',
  ),
  outside(
    10,
    'Once the head has left, `startResponse` throws the `excInfo` that it is given, and the answer breaks off: the client can tell that it is not whole.',
    'Rethrow it, and cut the connection.',
  ),
  outside(
    11,
    'An error before the head has left is answered with 500, without a trace of the error; it is written to `wsgi.errors`.',
    'Log it and answer in plain words.',
  ),
  outside(
    12,
    'Headers leave in the order in which they came, repeats apart: `Set-Cookie` is never joined.',
    'Write the list as it is.',
  ),
  outside(
    13,
    'A body that is an array of one chunk gets its `Content-Length`, and an empty one `0`, unless the application gave it.',
    'Count it before the head leaves.',
  ),
  outside(14, 'Bytes beyond `Content-Length` are never sent.', 'Cut the chunk.'),
  outside(
    15,
    'When fewer bytes come than `Content-Length` says, the client can tell.',
    'Close the connection.',
  ),
  outside(
    16,
    'The answer to `HEAD`, and one with 204, 205 or 304, has no body; the headers are those of `GET`.',
    'Send the head, and drop the rest.',
  ),
  outside(
    17,
    '`write` sends its chunk ahead of the body, and the head before it. With no bytes it sends the head alone.',
    'Send it at once, head first.',
  ),
  outside(
    18,
    'Hop-by-hop headers and control characters from the application never reach the client.',
    'Refuse them where startResponse is called.',
  ),

  // The request
  outside(
    19,
    '`PATH_INFO` is the path, percent-decoded once into bytes, each as one character; `RAW_URI` and `QUERY_STRING` stay as they came.',
    'Decode once, as Latin-1; leave `%zz` alone.',
  ),
  outside(
    20,
    'Each header of the request is in `HTTP_*`, repeats joined by a comma (`Cookie` by a semicolon); a name with `_` is dropped.',
    'Refuse to guess: `X_A` and `X-A` would be one.',
  ),
  outside(
    21,
    '`environ` is new for each request, and inherits nothing: `"constructor" in environ` is false.',
    'Make it as `makeEnviron` does.',
  ),
  outside(
    22,
    '`wsgi.input` gives the body’s bytes and then ends, whatever the client sends after it.',
    'Stop at `CONTENT_LENGTH`, or at the last chunk.',
  ),
  outside(
    23,
    'A body that breaks off is an error for whoever reads it, never a short body.',
    'Raise from `read`.',
  ),
  outside(
    24,
    '`read(n)` gives n bytes unless the body ends; breaking off an iteration leaves the rest to be read.',
    'Use `inputStream(chunks)`.',
  ),
  outside(
    25,
    '`phial.signal`, where it is offered, fires when the client has gone before the answer was whole.',
    'Listen for the connection’s end.',
  ),
  outside(
    26,
    'An application that answers by a promise, or by an asynchronous iterable, is answered like any other.',
    'Wait for it.',
  ),

  // Another protocol
  outside(
    27,
    'With 101 the head leaves when `startResponse` is called, with `Connection: Upgrade` and the name of `phial.upgrade` in `Upgrade`. `excInfo` comes too late from then on.',
    'Send the head at once: the client waits for it.',
  ),
  outside(
    28,
    'After 101, `wsgi.input` gives the bytes that the client sends, as they come, and ends when the client ends its side. The chunks of the body are sent as they are, and the end of the body ends the connection.',
    'Neither frame nor time what is no longer HTTP; wait for room before the next chunk.',
  ),
  outside(
    29,
    'A request with `phial.upgrade` that is answered with another status is answered as if nothing had been offered. Until 101, its `wsgi.input` is empty.',
    'Switch only when the application says so.',
  ),
]

function wrongBytes(method: string, size: unknown, returned: unknown): string | undefined {
  if (method === 'readlines') {
    return Array.isArray(returned) && returned.every((line) => isBytes(line))
      ? undefined
      : `wsgi.input.readlines gave ${describe(returned)}`
  }
  if (!isBytes(returned)) return `wsgi.input.${method} gave ${describe(returned)}`
  return typeof size === 'number' && size >= 0 && returned.byteLength > size
    ? `wsgi.input.${method}(${size}) gave ${returned.byteLength} bytes`
    : undefined
}
