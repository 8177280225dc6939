/** What differs from `phial-server` on Node, and why. The tests find these differences and no others; the page lists them. */
import type { Platform, Runtime } from './platforms.ts'

/** A difference in answers of the example site. */
export interface Difference {
  readonly on: readonly Platform[]
  /** What the page says. */
  readonly what: string
  /** The parts of an answer that differ, as `partsThatDiffer` names them. */
  readonly parts: readonly string[]
  /** The requests, by name; `all` for a difference in the frame of every answer, which is counted once. */
  readonly requests: readonly string[] | 'all'
  readonly reason: string
}

const STATIC_FILES = [
  'a static file',
  'HEAD of a static file',
  'a static file for a client that takes gzip',
  'a part of a static file',
  'two parts of a static file',
  'a static file that the client has',
  'a static file that the client had',
  'an encoded slash',
]

const FORMS = ['a form', 'a form in UTF-8', 'a form in chunks', 'a multipart form']

export const differences: readonly Difference[] = [
  {
    on: ['Bun', 'Deno', 'workerd', 'function URL', 'API Gateway'],
    what: '`Connection` and `Keep-Alive` are missing',
    parts: ['connection', 'keep-alive'],
    requests: 'all',
    reason: 'They are about one connection, so each server has its own',
  },
  {
    on: ['function URL', 'API Gateway'],
    what: 'no reason phrase, as `Not Found` is one',
    parts: ['reason phrase'],
    requests: 'all',
    reason: 'A result of Lambda has the number of the status alone',
  },
  {
    on: ['Bun', 'Deno'],
    what: '`413 Payload Too Large` instead of `413 Request Entity Too Large`',
    parts: ['reason phrase'],
    requests: ['a body that is too large'],
    reason: 'They send their own phrase for a status. Clients ignore it (RFC 9112 §4)',
  },
  {
    on: ['Bun'],
    what: 'no answer instead of 405',
    parts: ['no answer'],
    requests: ['a method that nobody knows'],
    reason: 'Bun closes the connection at a method that it does not know',
  },
  {
    on: ['workerd'],
    what: '501 instead of 405',
    parts: ['another answer'],
    requests: ['a method that nobody knows'],
    reason: 'workerd refuses a method that it does not know',
  },
  {
    on: ['workerd'],
    what: '400 instead of 200',
    parts: ['another answer'],
    requests: ['a query with every ASCII sign'],
    reason: 'workerd refuses a `"` in a target. Browsers send `%22`',
  },
  {
    on: ['Bun', 'Deno', 'workerd'],
    what: '200 of `/price` instead of 404',
    parts: ['another answer'],
    requests: ['dots in a path', 'encoded dots in a path'],
    reason:
      'The URL of a `Request` has `..` and `%2e%2e` resolved before the application is asked (URL standard §4.4)',
  },
  {
    on: ['Bun'],
    what: '`Content-Length` instead of `Transfer-Encoding`',
    parts: ['content-length', 'transfer-encoding'],
    requests: ['a stream'],
    reason: 'Bun collects a stream whose chunks are all there at once',
  },
  {
    on: ['Bun'],
    what: '`Content-Length: 0`',
    parts: ['content-length'],
    requests: ['HEAD of a stream'],
    reason: 'Bun writes the length of the body that it got, and HEAD has none',
  },
  {
    on: ['Bun', 'workerd'],
    what: '`Transfer-Encoding` instead of `Content-Length`',
    parts: ['content-length', 'transfer-encoding'],
    requests: ['two parts of a static file'],
    reason: 'They frame each stream in chunks, also one whose length the application says',
  },
  {
    on: ['workerd', 'function URL', 'API Gateway'],
    what: 'no `Last-Modified`',
    parts: ['last-modified'],
    requests: STATIC_FILES,
    reason:
      'A file of `phial build` has no time, so that a build can be repeated. The `ETag` is the same',
  },
  {
    on: ['function URL', 'API Gateway'],
    what: '`Secure` in the cookie',
    parts: ['set-cookie'],
    requests: FORMS,
    reason: 'Lambda is asked by HTTPS alone, the others here by HTTP',
  },
  {
    on: ['function URL', 'API Gateway'],
    what: 'no `Transfer-Encoding`',
    parts: ['transfer-encoding'],
    requests: ['a stream', 'a streamed template'],
    reason: 'A result of Lambda is whole: the platform frames it',
  },
]

/** A conformance case that a platform fails. */
export interface Failure {
  readonly on: Runtime
  readonly where: 'over sockets' | 'in process'
  readonly rule: string
  readonly name: string
  readonly reason: string
}

const COMMA =
  'A `Headers` joins repeats of `Cookie` by a comma. Browsers send one (RFC 6265 §5.4), and servers of HTTP/2 join them again'
const UNTOLD =
  'workerd notices that a client has left when it sends the next chunk. A body that waits for something else is not told'

export const failures: readonly Failure[] = [
  {
    on: 'Bun',
    where: 'over sockets',
    rule: 'SRV-17',
    name: 'sends the head when no bytes are written, before the body has any',
    reason: 'Bun sends the head together with the first chunk',
  },
  {
    on: 'Deno',
    where: 'over sockets',
    rule: 'SRV-16',
    name: 'answers 205 Reset Content with a length of 0 and no body',
    reason: 'Deno takes the `Content-Length` out of a 205',
  },
  ...(['in process'] as const).map((where): Failure => ({
    on: 'Deno',
    where,
    rule: 'SRV-20',
    name: 'joins the repeats of a header, cookies by a semicolon',
    reason: COMMA,
  })),
  ...(['in process', 'over sockets'] as const).map((where): Failure => ({
    on: 'workerd',
    where,
    rule: 'SRV-20',
    name: 'joins the repeats of a header, cookies by a semicolon',
    reason: COMMA,
  })),
  ...[
    ['SRV-25', 'fires phial.signal when the client has gone'],
    ['SRV-7', 'closes a body when the client has gone, even while it waits for a chunk'],
    ['SRV-7', 'ends a generator whose client has gone'],
  ].map(([rule = '', name = '']): Failure => ({
    on: 'workerd',
    where: 'over sockets',
    rule,
    name,
    reason: UNTOLD,
  })),
]
