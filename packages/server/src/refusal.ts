/**
 * Refusing a request: what a client did wrong, the answer that says so, and the access log's record
 * of a connection that never became a request.
 */
import { emptyInput, makeEnviron, type ErrorStream, type HeaderList } from '@phial/core'
import type { AccessRecord } from './logs/access.ts'
import type { Limits, Peer } from './transport.ts'

/** The answer to a refused request. */
export interface Refusal {
  /** `400 Bad Request` */
  readonly status: string
  /** The rule that the client broke, for its author. Empty if the status says it all. */
  readonly reason: string
}

/** Thrown where bytes break a rule: the only error that a client can cause. Nobody reads its stack. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(`${refusal.status}: ${refusal.reason}`)
    this.refusal = refusal
  }
}

/** Returns a 400 that names the rule. */
export function bad(reason: string): Refusal {
  return { status: '400 Bad Request', reason }
}

/** The sizes of a server's limits, `Infinity` for none, and the refusal for each. */
export interface Bounds extends Pick<
  Limits,
  'requestLine' | 'fieldSize' | 'fields' | 'head' | 'body'
> {
  readonly refusals: {
    readonly line: Refusal
    readonly field: Refusal
    readonly fields: Refusal
    readonly head: Refusal
    readonly body: Refusal
  }
}

const made = new WeakMap<Limits, Bounds>()

/** Returns the bounds of one server's limits, made once. */
export function boundsOf(limits: Limits): Bounds {
  const bounds = made.get(limits) ?? makeBounds(limits)
  made.set(limits, bounds)
  return bounds
}

function makeBounds({ requestLine, fieldSize, fields, head, body }: Limits): Bounds {
  const none = (limit: number): number => (limit === 0 ? Infinity : limit)
  const excess = (reason: string): Refusal => ({
    status: '431 Request Header Fields Too Large',
    reason,
  })
  return {
    requestLine: none(requestLine),
    fieldSize: none(fieldSize),
    fields: none(fields),
    head: none(head),
    body: none(body),
    refusals: {
      line: {
        status: '414 URI Too Long',
        reason: `the request line exceeds ${requestLine} bytes`,
      },
      field: excess(`a header field exceeds ${fieldSize} bytes`),
      fields: excess(`there are more than ${fields} header fields`),
      head: excess(`the request head exceeds ${head} bytes`),
      body: {
        status: '413 Content Too Large',
        reason: `the body exceeds ${body} bytes`,
      },
    },
  }
}

/** The head and body of an answer to a refused request. */
export interface RefusalAnswer {
  readonly headers: HeaderList
  readonly body: Buffer
}

/** Returns the answer to a refused request: the server's own words, never the application's. */
export function refusalAnswer({ status, reason }: Refusal): RefusalAnswer {
  const body = Buffer.from(reason === '' ? `${status}\n` : `${status}: ${reason}\n`)
  const headers: HeaderList = [
    ['Content-Type', 'text/plain; charset=utf-8'],
    ['Content-Length', String(body.byteLength)],
  ]
  return { headers, body }
}

/** Returns the same answer as bytes, for a connection without a request to answer. */
export function refusalBytes(refusal: Refusal): Buffer {
  const { headers, body } = refusalAnswer(refusal)
  const lines = [
    `HTTP/1.1 ${refusal.status}`,
    `Date: ${new Date().toUTCString()}`,
    'Connection: close',
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ]
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body])
}

/** What an environ says of its connection and its server. */
export interface ConnectionContext {
  readonly peer: Peer
  readonly errors: ErrorStream
  readonly multiprocess: boolean
  /** What applications find as `phial.retiring`, where the server offers it. */
  readonly retiring?: AbortSignal
}

/** Returns the record of a refused connection. Method, target and protocol are `-`; `duration` is in milliseconds. */
export function rejectedRecord(
  refused: Refusal,
  { peer, errors, multiprocess }: ConnectionContext,
  duration: number,
): AccessRecord {
  const unknown = { method: '-', target: '-', protocol: '-', headers: [] }
  const environ = makeEnviron({ ...peer, ...unknown, input: emptyInput(), errors, multiprocess })
  const { headers, body } = refusalAnswer(refused)
  const time = new Date(Date.now() - duration)
  return { environ, status: refused.status, headers, bytes: body.byteLength, time, duration }
}
