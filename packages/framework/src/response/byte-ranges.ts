/** Byte ranges: responds with one range as a 206, and with several as a multipart 206. RFC 9110 §14 */
import { Buffer } from 'node:buffer'
import { randomUUID } from 'node:crypto'
import type { Headers } from '@phial/core'
import type { Span } from '../fields/ranges.ts'
import { RequestedRangeNotSatisfiable } from '../errors/http-errors.ts'
import { FileBody } from './file-body.ts'
import type { Request } from '../request/request.ts'
import { type Chunks, closeChunks, type ResponseBody, sliceChunks } from './chunks.ts'

/** The part of a response that conditional requests read and change. `Response` implements it. */
export interface Subject {
  body: ResponseBody
  get status(): number
  set status(status: number)
  readonly headers: Headers
  readonly isStreamed: boolean
  readonly contentType: string | undefined
  readonly etag: string | undefined
  readonly lastModified: Date | undefined
}

/** The most ranges of a response. Beyond it, assembling them costs more than it saves, and the whole body is sent. */
const MAX_PARTS = 100

/** Turns a response with `length` bytes into a 206 if the request asks for ranges of this version. Throws a 416 for invalid ranges. */
export function becomePartial(response: Subject, request: Request, length: number): void {
  const { range, environ } = request
  const isRequested = length > 0 && /^bytes=./i.test(String(environ['HTTP_RANGE']))
  if (!isRequested || !isSameVersion(response, request)) return
  if (range === undefined) throw new RequestedRangeNotSatisfiable(undefined, { length })
  const spans = range.within(length)
  const [first, ...more] = spans
  if (first === undefined || isTooMuch(spans, length)) return
  if (more.length === 0) becomePart(response, request, first, length)
  else becomeParts(response, spans, length)
}

/** Reports whether ranges overlap so far that they exceed the body, or are too many. RFC 9110 §14.2 */
function isTooMuch(spans: readonly Span[], length: number): boolean {
  const size = spans.reduce((sum, { start, end }) => sum + end - start, 0)
  return size > length || spans.length > MAX_PARTS
}

function becomePart(response: Subject, request: Request, span: Span, length: number): void {
  const { body } = response
  if (body === null) return
  response.status = 206
  response.headers.set('Content-Range', contentRange(span, length))
  response.headers.set('Content-Length', String(span.end - span.start))
  response.body = partOf(body, span) ?? sliced(body as Chunks, request, span)
}

/** Returns a range of a streamed body. The stream is closed when the request ends. */
function sliced(chunks: Chunks, request: Request, { start, end }: Span): Chunks {
  request.onClose(() => closeChunks(chunks))
  return sliceChunks(chunks, start, end)
}

/** Turns the response into a multipart 206. A streamed body cannot be read in any order, and is sent whole. */
function becomeParts(response: Subject, spans: readonly Span[], length: number): void {
  const boundary = randomUUID()
  const type = response.contentType ?? 'application/octet-stream'
  const pieces: Piece[] = []
  for (const span of spans) {
    const part = partOf(response.body, span)
    if (part === undefined) return
    const range = contentRange(span, length)
    const head = `\r\n--${boundary}\r\nContent-Type: ${type}\r\nContent-Range: ${range}\r\n\r\n`
    pieces.push(Buffer.from(head), part)
  }
  pieces.push(Buffer.from(`\r\n--${boundary}--\r\n`))
  response.status = 206
  response.headers.set('Content-Type', `multipart/byteranges; boundary=${boundary}`)
  const size = pieces.reduce((sum, piece) => sum + piece.length, 0)
  response.headers.set('Content-Length', String(size))
  response.body = concatenated(pieces)
}

type Piece = Uint8Array | FileBody

async function* concatenated(pieces: readonly Piece[]): AsyncGenerator<Uint8Array, void> {
  for (const piece of pieces) {
    if (piece instanceof FileBody) yield* piece
    else yield piece
  }
}

/** Returns a range of a body; `undefined` for a streamed body. */
function partOf(body: ResponseBody, { start, end }: Span): Piece | undefined {
  if (typeof body === 'string') return Buffer.from(body).subarray(start, end)
  if (body instanceof Uint8Array) return body.subarray(start, end)
  return body instanceof FileBody ? body.slice(start, end) : undefined
}

function contentRange({ start, end }: Span, length: number): string {
  return `bytes ${start}-${end - 1}/${length}`
}

/** Reports whether the response is the version of `If-Range`, or there is no such header. */
function isSameVersion({ etag, lastModified }: Subject, { ifRange, environ }: Request): boolean {
  if (environ['HTTP_IF_RANGE'] === undefined) return true
  if (ifRange?.etag !== undefined) return ifRange.etag === etag && !etag.startsWith('W/')
  return lastModified !== undefined && lastModified.getTime() === ifRange?.date?.getTime()
}
