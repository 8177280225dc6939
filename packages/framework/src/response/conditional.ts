/**
 * Answers to conditional requests and to requests for a part. RFC 9110 §13.2.2, §14
 */
import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { closeChunks, sliceChunks } from './chunks.ts'
import type { Span } from '../fields/ranges.ts'
import { PreconditionFailed } from '../errors/http-errors.ts'
import type { Request } from '../request/request.ts'
import type { Response } from './response.ts'

/** What `response.makeConditional` may know beside the request. */
export interface ConditionalOptions {
  /** Whether parts may be asked for. Default false. */
  acceptRanges?: boolean
  /** How many bytes a streamed body has. Without it, no part of it can be sent. */
  completeLength?: number
}

/** A tag for text or bytes, by their hash. */
export function hashTag(body: string | Uint8Array): string {
  return createHash('sha256').update(body).digest('base64url').slice(0, 27)
}

/** Makes a 304 or a 206 of a 200, if the request asks for it. Throws the 412s and 416s. */
export function applyConditions(
  response: Response,
  request: Request,
  { acceptRanges = false, completeLength }: ConditionalOptions,
): void {
  if (response.status !== 200 || !['GET', 'HEAD'].includes(request.method)) return
  if (acceptRanges) response.headers.set('Accept-Ranges', 'bytes')
  if (!isAsExpected(response, request)) throw new PreconditionFailed()
  if (isFresh(response, request)) return becomeNotModified(response, request)
  const length = lengthOf(response) ?? completeLength
  if (length === undefined) return
  if (response.isStreamed) response.headers.set('Content-Length', String(length))
  if (acceptRanges && request.method === 'GET') becomePartial(response, request, length)
}

/** `If-Match`, else `If-Unmodified-Since`. */
function isAsExpected({ etag, lastModified }: Response, request: Request): boolean {
  const { ifMatch, ifUnmodifiedSince } = request
  if (ifMatch !== undefined)
    return ifMatch.any || (etag !== undefined && ifMatch.matchesStrongly(etag))
  return (
    ifUnmodifiedSince === undefined ||
    lastModified === undefined ||
    lastModified <= ifUnmodifiedSince
  )
}

/** `If-None-Match`, else `If-Modified-Since`. */
function isFresh({ etag, lastModified }: Response, request: Request): boolean {
  const { ifNoneMatch, ifModifiedSince } = request
  if (ifNoneMatch !== undefined)
    return ifNoneMatch.any || (etag !== undefined && ifNoneMatch.matches(etag))
  return (
    ifModifiedSince !== undefined && lastModified !== undefined && lastModified <= ifModifiedSince
  )
}

function becomeNotModified(response: Response, request: Request): void {
  const { body } = response
  if (typeof body === 'object' && body !== null && !(body instanceof Uint8Array)) {
    request.onClose(() => closeChunks(body))
  }
  response.status = 304
  response.body = null
  for (const name of response.headers.keys()) {
    const isOfBody = /^content-(?!location|security-policy)/i.test(name)
    if (isOfBody) response.headers.delete(name)
  }
}

/** One part is sent as a 206. Several would need a multipart answer; a server may send all instead, and this one does. */
function becomePartial(response: Response, request: Request, length: number): void {
  const { range } = request
  if (range?.unit !== 'bytes' || !isMeant(response, request)) return
  const [span, ...more] = range.within(length)
  if (span === undefined || more.length > 0) return
  response.status = 206
  response.headers.set('Content-Range', `bytes ${span.start}-${span.end - 1}/${length}`)
  response.headers.set('Content-Length', String(span.end - span.start))
  cut(response, request, span)
}

function cut(response: Response, request: Request, { start, end }: Span): void {
  const { body } = response
  if (body === null) return
  if (typeof body === 'string') response.body = Buffer.from(body).subarray(start, end)
  else if (body instanceof Uint8Array) response.body = body.subarray(start, end)
  else {
    request.onClose(() => closeChunks(body))
    response.body = sliceChunks(body, start, end)
  }
}

/** `If-Range`: whether the part is of the version that the client has the rest of. */
function isMeant({ etag, lastModified }: Response, { ifRange, environ }: Request): boolean {
  if (environ['HTTP_IF_RANGE'] === undefined) return true
  if (ifRange?.etag !== undefined) return ifRange.etag === etag && !etag.startsWith('W/')
  return lastModified !== undefined && lastModified.getTime() === ifRange?.date?.getTime()
}

function lengthOf({ body }: Response): number | undefined {
  if (typeof body === 'string') return Buffer.byteLength(body)
  if (body instanceof Uint8Array) return body.byteLength
  return body === null ? 0 : undefined
}
