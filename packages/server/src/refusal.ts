/**
 * Rejected requests: the broken rule, the error response, and the access log record of a connection without a valid
 * request.
 */
import { emptyInput, makeEnviron, type ErrorStream, type HeaderList } from '@phial/core'
import type { AccessRecord } from './logs/access.ts'
import type { Limits, Peer } from './transport.ts'

/** The reason to reject a request. */
export interface Refusal {
  /** `400 Bad Request` */
  readonly status: string
  /** The rule that the client broke, for the client's author. Empty if the status is sufficient. */
  readonly reason: string
}

/** Thrown if received bytes break a rule. The only error that a client can cause. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(`${refusal.status}: ${refusal.reason}`)
    this.refusal = refusal
  }
}

/** Creates a 400 that names the rule. */
export function bad(reason: string): Refusal {
  return { status: '400 Bad Request', reason }
}

/** The size limits of a server (`Infinity` for none), and the refusal for each. */
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

/** Returns the cached bounds of a server's limits. */
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

/** The headers and body of the response to a rejected request. */
export interface RefusalAnswer {
  readonly headers: HeaderList
  readonly body: Buffer
}

/** Creates the response to a rejected request. It never involves the application. */
export function refusalAnswer({ status, reason }: Refusal): RefusalAnswer {
  const body = Buffer.from(reason === '' ? `${status}\n` : `${status}: ${reason}\n`)
  const headers: HeaderList = [
    ['Content-Type', 'text/plain; charset=utf-8'],
    ['Content-Length', String(body.byteLength)],
  ]
  return { headers, body }
}

/** Serializes this response, for a connection without a valid request. */
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

/** The properties of the connection and the server that an environ contains. */
export interface ConnectionContext {
  readonly peer: Peer
  readonly errors: ErrorStream
  readonly multiprocess: boolean
  /** The value of `phial.retiring`, if the server provides it. */
  readonly retiring?: AbortSignal
}

/** Creates the access log record of a rejected connection. Method, target and protocol are `-`; `duration` is in milliseconds. */
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
