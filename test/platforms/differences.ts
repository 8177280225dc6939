/** The expected differences from `phial-server` on Node, with their reasons. The tests find exactly these, and docs/embedding.md lists them. */
import type { Platform, Runtime } from './platforms.ts'

/** A difference in the responses of the example site. */
export interface Difference {
  readonly on: readonly Platform[]
  /** The description for the page. */
  readonly what: string
  /** The parts of the response that differ, as `partsThatDiffer` names them. */
  readonly parts: readonly string[]
  /** The names of the requests, or `all` for a difference in every response, which is not counted per request. */
  readonly requests: readonly string[] | 'all'
  readonly reason: string
}

const STATIC_FILES = [
  'a static file',
  'HEAD of a static file',
  'a static file with Accept-Encoding: gzip',
  'a range of a static file',
  'two ranges of a static file',
  'a static file with a matching If-None-Match',
  'a static file with an outdated If-None-Match',
  'an encoded slash',
]

const FORMS = ['a form', 'a form in UTF-8', 'a form in chunks', 'a multipart form']

export const differences: readonly Difference[] = [
  {
    on: ['Bun', 'Deno', 'workerd', 'function URL', 'API Gateway'],
    what: '`Connection` and `Keep-Alive` are missing',
    parts: ['connection', 'keep-alive'],
    requests: 'all',
    reason: 'They describe a single connection, so each server sets its own',
  },
  {
    on: ['function URL', 'API Gateway'],
    what: 'no reason phrase (such as `Not Found`)',
    parts: ['reason phrase'],
    requests: 'all',
    reason: 'A Lambda result contains only the status code',
  },
  {
    on: ['Bun', 'Deno'],
    what: '`413 Payload Too Large` instead of `413 Request Entity Too Large`',
    parts: ['reason phrase'],
    requests: ['a body that is too large'],
    reason: 'They send their own reason phrase for a status. Clients ignore it (RFC 9112 §4)',
  },
  {
    on: ['Bun'],
    what: 'no response instead of 405',
    parts: ['no response'],
    requests: ['an unknown method'],
    reason: 'Bun closes the connection if the method is unknown',
  },
  {
    on: ['workerd'],
    what: '501 instead of 405',
    parts: ['another response'],
    requests: ['an unknown method'],
    reason: 'workerd rejects unknown methods',
  },
  {
    on: ['workerd'],
    what: '400 instead of 200',
    parts: ['another response'],
    requests: ['a query with all ASCII punctuation'],
    reason: 'workerd rejects a `"` in the target. Browsers send `%22`',
  },
  {
    on: ['Bun', 'Deno', 'workerd'],
    what: '200 from `/price` instead of 404',
    parts: ['another response'],
    requests: ['dots in a path', 'encoded dots in a path'],
    reason: 'The URL of a `Request` has `..` and `%2e%2e` already resolved (URL standard §4.4)',
  },
  {
    on: ['Bun'],
    what: '`Content-Length` instead of `Transfer-Encoding`',
    parts: ['content-length', 'transfer-encoding'],
    requests: ['a stream'],
    reason: 'Bun buffers a stream whose chunks are all available immediately',
  },
  {
    on: ['Bun'],
    what: '`Content-Length: 0`',
    parts: ['content-length'],
    requests: ['HEAD of a stream'],
    reason: 'Bun sends the length of the body that it received, which is empty for HEAD',
  },
  {
    on: ['Bun', 'workerd'],
    what: '`Transfer-Encoding` instead of `Content-Length`',
    parts: ['content-length', 'transfer-encoding'],
    requests: ['two ranges of a static file'],
    reason:
      'They send every stream with chunked transfer coding, even if the application declares its length',
  },
  {
    on: ['workerd', 'function URL', 'API Gateway'],
    what: 'no `Last-Modified`',
    parts: ['last-modified'],
    requests: STATIC_FILES,
    reason:
      'Files of `phial build` have no modification time, so that builds are reproducible. The `ETag` is the same',
  },
  {
    on: ['function URL', 'API Gateway'],
    what: '`Secure` in the cookie',
    parts: ['set-cookie'],
    requests: FORMS,
    reason: 'Lambda serves only HTTPS. These tests use HTTP for the other platforms',
  },
  {
    on: ['function URL', 'API Gateway'],
    what: 'no `Transfer-Encoding`',
    parts: ['transfer-encoding'],
    requests: ['a stream', 'a streamed template'],
    reason: 'A Lambda result is a complete response, which the platform frames',
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
  'A `Headers` object joins repeated `Cookie` headers with a comma. Browsers send a single one (RFC 6265 §5.4), and HTTP/2 servers join them with a semicolon'
const UNNOTICED =
  'workerd detects a disconnected client only when it sends the next chunk, so it does not notify a body that is waiting'

export const failures: readonly Failure[] = [
  {
    on: 'Bun',
    where: 'over sockets',
    rule: 'SRV-17',
    name: 'sends the head when write is called with an empty chunk',
    reason: 'Bun sends the head together with the first chunk',
  },
  {
    on: 'Deno',
    where: 'over sockets',
    rule: 'SRV-16',
    name: 'sends 205 Reset Content with Content-Length: 0 and no body',
    reason: 'Deno removes the `Content-Length` from a 205 response',
  },
  ...(['in process'] as const).map((where): Failure => ({
    on: 'Deno',
    where,
    rule: 'SRV-20',
    name: 'joins repeated headers with commas, and cookies with semicolons',
    reason: COMMA,
  })),
  ...(['in process', 'over sockets'] as const).map((where): Failure => ({
    on: 'workerd',
    where,
    rule: 'SRV-20',
    name: 'joins repeated headers with commas, and cookies with semicolons',
    reason: COMMA,
  })),
  ...[
    ['SRV-25', 'fires phial.signal when the client disconnects'],
    ['SRV-7', 'closes a body if the client disconnects while a chunk is pending'],
    ['SRV-7', 'ends a generator if the client disconnects'],
  ].map(([rule = '', name = '']): Failure => ({
    on: 'workerd',
    where: 'over sockets',
    rule,
    name,
    reason: UNNOTICED,
  })),
]
