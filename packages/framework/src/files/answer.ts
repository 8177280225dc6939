/** Creates the response for a file: first the headers, then the conditions of the request. */
import contentDisposition from 'content-disposition'
import { type AppContext, RequestContext } from '../context/context.ts'
import type { Maybe } from '../helpers/promises.ts'
import type { ConditionalOptions } from '../response/conditional.ts'
import { withCharset } from '../response/response-fields.ts'
import { wellFormed } from '../helpers/markup.ts'
import type { ResponseBody } from '../response/chunks.ts'
import { Response } from '../response/response.ts'
import { FileBody } from '../response/file-body.ts'
import { type Loaded, SMALL_FILE } from './file-store.ts'
import { typeOf } from './types.ts'

export { typeOf }

/** Options of `sendFile`. */
export interface SendFileOptions {
  /** The media type. Default: inferred from the extension. */
  mimetype?: string
  /** Whether a browser offers to save the file instead of showing it. Default false. */
  asAttachment?: boolean
  /** The name under which a browser saves the file. Default: its own name. */
  downloadName?: string
  /** Whether to evaluate conditional and range requests (304 and 206). Default true. */
  conditional?: boolean
  /** The `ETag`, or whether to compute one: from the bytes, or for a file over 16 MiB from its time and size. Default true. */
  etag?: boolean | string
  /** The time of the last change. Default: the modification time of the file. */
  lastModified?: Date | undefined
  /** How long caches may use the file without revalidation, in seconds. Default: `config.SEND_FILE_MAX_AGE_DEFAULT`, otherwise they revalidate each time. */
  maxAge?: number
}

/** Further properties of a file that is sent. */
export interface Description extends SendFileOptions {
  /** The value of `Content-Encoding`. */
  encoding?: string | undefined
  /** Whether a cache may keep the file forever, because another version has another URL. */
  immutable?: boolean
  /** Whether the response depends on `Accept-Encoding`. */
  varies?: boolean
}

/** Returns the response for a file. An open file is closed at the end of the request at the latest. */
export function answerFile(
  path: string,
  { facts, hash, body }: Loaded,
  description: Description,
  context: AppContext | undefined,
): Maybe<Response> {
  const { mimetype = typeOf(path), lastModified = facts.mtime } = description
  const etag = `${hash ?? facts.mtimeMs.toString(36)}-${facts.size.toString(36)}`
  const described = { etag, ...description, mimetype, lastModified }
  if (described.etag === true) described.etag = etag
  const response = describe(body, described, context)
  if (body instanceof Uint8Array) return meetConditions(response, description, context)
  if (context instanceof RequestContext) context.request.onClose(() => body.close())
  return readSmall(meetConditions(response, description, context), context)
}

/** Returns the headers of a file that do not depend on the request. */
export function describe(
  body: ResponseBody,
  description: Description & { mimetype: string },
  context: AppContext | undefined,
): Response {
  const { mimetype, asAttachment = false, downloadName, encoding, varies, etag } = description
  const headers: [string, string][] = [
    ['Content-Type', withCharset(mimetype)],
    ['X-Content-Type-Options', 'nosniff'],
    ['Cache-Control', caching(description, context)],
  ]
  if (encoding !== undefined) headers.push(['Content-Encoding', encoding])
  if (varies === true) headers.push(['Vary', 'Accept-Encoding'])
  if (asAttachment || downloadName !== undefined) {
    headers.push(['Content-Disposition', disposition(asAttachment, downloadName)])
  }
  const response = new Response(body, { headers })
  if (typeof etag === 'string') response.etag = etag
  response.lastModified = description.lastModified
  return response
}

/** Returns `Cache-Control`: forever, for a time, or with revalidation on each use. */
function caching(
  { maxAge, immutable = false }: Description,
  context: AppContext | undefined,
): string {
  if (immutable) return 'public, max-age=31536000, immutable'
  const seconds = maxAge ?? context?.app.config.SEND_FILE_MAX_AGE_DEFAULT ?? 0
  return seconds > 0 ? `public, max-age=${Math.trunc(seconds)}` : 'no-cache'
}

/**
 * Returns `Content-Disposition`. A name that is not ASCII is included in UTF-8, and as ASCII for old clients.
 * RFC 6266 §4.3, appendix D
 */
function disposition(asAttachment: boolean, downloadName: string | undefined): string {
  const name = downloadName === undefined ? undefined : wellFormed(downloadName)
  const fallback = name === undefined ? true : asciiOf(name)
  return contentDisposition(name, { type: asAttachment ? 'attachment' : 'inline', fallback })
}

/** Returns an ASCII approximation of a name: letters without accents, and `?` for other characters. */
function asciiOf(name: string): string {
  return name
    .normalize('NFKD')
    .replaceAll(/\p{Mark}/gu, '')
    .replaceAll(/[^\x20-\x7e]/gu, '?')
}

/** Turns the response into a 304 or a 206 if the request asks for it and `conditional` allows it. */
export function meetConditions(
  response: Response,
  { conditional = true }: SendFileOptions,
  context: AppContext | undefined,
  options: ConditionalOptions = {},
): Response {
  if (!conditional || !(context instanceof RequestContext)) return response
  return response.makeConditional(context.request, { acceptRanges: true, ...options })
}

/** Reads the remaining part of a large file into memory if it is small and will be sent. */
async function readSmall(response: Response, context: AppContext | undefined): Promise<Response> {
  const { body } = response
  const isHead = context instanceof RequestContext && context.request.method === 'HEAD'
  if (!(body instanceof FileBody) || body.length > SMALL_FILE || isHead) return response
  response.body = await body.read(body.length)
  await body.close()
  return response
}
