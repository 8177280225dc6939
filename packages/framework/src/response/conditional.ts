/**
 * Answers to conditional requests and to requests for a part. RFC 9110 §13.2.2, §14
 */
import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { becomePartial, type Subject } from './byte-ranges.ts'
import { closeChunks } from './chunks.ts'
import { PreconditionFailed } from '../errors/http-errors.ts'
import { FileBody } from './file-body.ts'
import type { Request } from '../request/request.ts'

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

/** `If-Match`, else `If-Unmodified-Since`. */
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

/** `If-None-Match`, else `If-Modified-Since`. */
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
