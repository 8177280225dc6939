/** Responds to conditional requests and to range requests. RFC 9110 §13.2.2, §14 */
import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { becomePartial, type Subject } from './byte-ranges.ts'
import { closeChunks } from './chunks.ts'
import { PreconditionFailed } from '../errors/http-errors.ts'
import { FileBody } from './file-body.ts'
import type { Request } from '../request/request.ts'

/** Options of `response.makeConditional`. */
export interface ConditionalOptions {
  /** Whether to respond to range requests. Default false. */
  acceptRanges?: boolean
  /** The length of a streamed body, in bytes. Without it, ranges of the body cannot be sent. */
  completeLength?: number
}

/** Returns an entity tag for text or bytes: their hash. */
export function hashTag(body: string | Uint8Array): string {
  return createHash('sha256').update(body).digest('base64url').slice(0, 27)
}

/** Turns a 200 into a 304 or a 206 if the request asks for it. Throws a 412 or a 416 if a condition fails. */
export function applyConditions(
  response: Subject,
  request: Request,
  { acceptRanges = false, completeLength }: ConditionalOptions,
): void {
  if (response.status !== 200 || !['GET', 'HEAD'].includes(request.method)) return
  if (!isAsExpected(response, request)) throw new PreconditionFailed()
  if (isFresh(response, request)) return becomeNotModified(response, request)
  if (acceptRanges) response.headers.set('Accept-Ranges', 'bytes')
  const length = lengthOf(response) ?? completeLength
  if (length === undefined) return
  if (response.isStreamed) response.headers.set('Content-Length', String(length))
  if (acceptRanges && request.method === 'GET') becomePartial(response, request, length)
}

/** Evaluates `If-Match`, or else `If-Unmodified-Since`. */
function isAsExpected({ etag, lastModified }: Subject, request: Request): boolean {
  const { ifMatch, ifUnmodifiedSince } = request
  if (ifMatch !== undefined)
    return ifMatch.any || (etag !== undefined && ifMatch.matchesStrongly(etag))
  return (
    ifUnmodifiedSince === undefined ||
    lastModified === undefined ||
    lastModified <= ifUnmodifiedSince
  )
}

/** Evaluates `If-None-Match`, or else `If-Modified-Since`. */
function isFresh({ etag, lastModified }: Subject, request: Request): boolean {
  const { ifNoneMatch, ifModifiedSince } = request
  if (ifNoneMatch !== undefined)
    return ifNoneMatch.any || (etag !== undefined && ifNoneMatch.matches(etag))
  return (
    ifModifiedSince !== undefined && lastModified !== undefined && lastModified <= ifModifiedSince
  )
}

function becomeNotModified(response: Subject, request: Request): void {
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

function lengthOf({ body }: Subject): number | undefined {
  if (typeof body === 'string') return Buffer.byteLength(body)
  if (body instanceof Uint8Array) return body.byteLength
  if (body instanceof FileBody) return body.length
  return body === null ? 0 : undefined
}
