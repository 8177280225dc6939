/**
 * Sends a response to the gateway: passes status and headers to `startResponse`, and returns the body as bytes. The request
 * ends with the body.
 */
import { Buffer } from 'node:buffer'
import { type Body, FileWrapper, type StartResponse } from '@phial/core'
import type { RequestContext } from '../context/context.ts'
import { BLOCK, FileBody } from '../response/file-body.ts'
import { andThen, isPromise, type Maybe } from '../helpers/promises.ts'
import { isBodyless, type Response } from '../response/response.ts'
import { indexOfHeader } from '../response/response-fields.ts'
import { ChunkSource, FileSource, type Source } from './sources.ts'

/**
 * Sends a response to the gateway, and returns its body. The context ends once nothing more will be sent, with the
 * unhandled `error` or the error that aborted the body. With `replaces`, the head replaces one that was passed to
 * `startResponse` before and has not been sent.
 */
export function send(
  response: Response,
  context: RequestContext,
  startResponse: StartResponse,
  error: unknown,
  replaces: boolean = false,
): Maybe<Body> {
  const { body, closers } = response
  for (const work of closers ?? []) context.request.onClose(work)
  if (typeof body === 'string') {
    return sendWhole(response, Buffer.from(body), context, startResponse, error, replaces)
  }
  if (body === null || body instanceof Uint8Array) {
    return sendWhole(response, body ?? NOTHING, context, startResponse, error, replaces)
  }
  if (body instanceof FileBody) {
    response.headers.set('Content-Length', String(body.length))
    const file = new FileSource(body, context, error)
    const { 'wsgi.file_wrapper': Wrapper = FileWrapper } = context.request.environ
    return sendSource(response, file, context, startResponse, () => new Wrapper(file, BLOCK))
  }
  const chunks: ChunkSource = new ChunkSource(body, context, error)
  return sendSource(response, chunks, context, startResponse, () => chunks)
}

const NOTHING = new Uint8Array()

function sendWhole(
  response: Response,
  bytes: Uint8Array,
  context: RequestContext,
  startResponse: StartResponse,
  error: unknown,
  replaces: boolean,
): Maybe<Body> {
  const hasContent = announce(
    response,
    bytes.byteLength,
    startResponse,
    replaces ? error : undefined,
  )
  const body = hasContent && context.request.method !== 'HEAD' ? [bytes] : []
  const ended = context.pop(error)
  return isPromise(ended) ? ended.then(() => body) : body
}

/** Sends a body that is read while it is sent. A file is sent with the server's `wsgi.file_wrapper`, which may be faster. */
function sendSource(
  response: Response,
  source: Source,
  context: RequestContext,
  startResponse: StartResponse,
  bodyOf: () => Body,
): Maybe<Body> {
  let hasContent: boolean
  try {
    hasContent = announce(response, undefined, startResponse, undefined)
  } catch (error) {
    return source.abandon(error)
  }
  if (hasContent && context.request.method !== 'HEAD') return bodyOf()
  return andThen(source.close(), () => [])
}

/** Calls `startResponse`. Returns whether there is content to send. */
function announce(
  response: Response,
  length: number | undefined,
  startResponse: StartResponse,
  excInfo: unknown,
): boolean {
  const { status } = response
  const isEmpty = status !== 200 && isBodyless(status)
  if (isEmpty) withoutContent(response)
  else if (length !== undefined) setLength(response, String(length))
  if (status !== 200) encodeLocation(response)
  startResponse(response.statusLine, response.headerList, excInfo)
  return !isEmpty && length !== 0
}

/** Percent-encodes a `Location` that was set directly as a header. */
function encodeLocation(response: Response): void {
  const { location } = response
  if (location !== undefined && /[^\x21-\x7E]/.test(location)) response.location = location
}

function withoutContent({ status, headers }: Response): void {
  headers.delete('Content-Type')
  headers.delete('Content-Length')
  if (status === 205) headers.set('Content-Length', '0')
}

/** Sets `Content-Length`. Few responses have it already, so it is appended without creating `response.headers`. */
function setLength(response: Response, length: string): void {
  const { headerList } = response
  if (indexOfHeader(headerList, 'Content-Length') === -1)
    headerList.push(['Content-Length', length])
  else response.headers.set('Content-Length', length)
}
