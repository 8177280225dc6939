/**
 * From a response to the gateway: status and headers to `startResponse`, the body as bytes.
 */
import { Buffer } from 'node:buffer'
import { type Body, FileWrapper, type StartResponse } from '@phial/core'
import type { RequestContext } from '../context.ts'
import { BLOCK, FileBody } from '../files/file-body.ts'
import { andThen, type Maybe } from '../maybe.ts'
import type { Chunks } from '../response/chunks.ts'
import { isBodyless, type Response } from '../response/response.ts'
import { ChunkSource, FileSource, type Source } from './sources.ts'

const NOTHING = new Uint8Array()

/** Announces a response and returns its body. `onClose` runs once, when no more of it will be sent, with the error that broke it off, if one did. */
export function send(
  response: Response,
  method: string,
  startResponse: StartResponse,
  context: RequestContext,
  onClose: (failure: unknown) => Maybe<void>,
  excInfo?: unknown,
): Maybe<Body> {
  const { body } = response
  if (body instanceof FileBody) {
    response.headers.set('Content-Length', String(body.length))
    const file = new FileSource(body, context, onClose)
    const { 'wsgi.file_wrapper': Wrapper = FileWrapper } = context.request.environ
    return sendSource(response, file, method, startResponse, () => new Wrapper(file, BLOCK))
  }
  if (isChunks(body)) {
    const chunks = new ChunkSource(body, context, onClose)
    return sendSource(response, chunks, method, startResponse, () => chunks)
  }
  const bytes = typeof body === 'string' ? Buffer.from(body) : (body ?? NOTHING)
  start(response, bytes.byteLength, startResponse, excInfo)
  const sent = bytes.byteLength === 0 || method === 'HEAD' || isBodyless(response.status)
  return andThen(onClose(undefined), () => (sent ? [] : [bytes]))
}

/** Announces what is read while it is sent. A file goes by the server's own wrapper, which may know a better way. */
function sendSource(
  response: Response,
  source: Source,
  method: string,
  startResponse: StartResponse,
  bodyOf: () => Body,
): Maybe<Body> {
  try {
    start(response, undefined, startResponse, undefined)
  } catch (error) {
    return source.abandon(error)
  }
  if (method !== 'HEAD' && !isBodyless(response.status)) return bodyOf()
  return andThen(source.close(), () => [])
}

function start(
  response: Response,
  length: number | undefined,
  startResponse: StartResponse,
  excInfo: unknown,
): void {
  if (isBodyless(response.status)) {
    response.headers.delete('Content-Length')
    response.headers.delete('Content-Type')
  } else if (length !== undefined) response.headers.set('Content-Length', String(length))
  startResponse(response.statusLine, response.headerList, excInfo)
}

function isChunks(body: Response['body']): body is Chunks {
  return typeof body === 'object' && body !== null && !(body instanceof Uint8Array)
}
