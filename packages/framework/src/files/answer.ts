/** A file as an answer: what its headers say, then what the request's conditions make of it. */
import contentDisposition from 'content-disposition'
import { type AppContext, RequestContext } from '../context/context.ts'
import type { Maybe } from '../helpers/promises.ts'
import type { ConditionalOptions } from '../response/conditional.ts'
import { withCharset } from '../response/response-fields.ts'
import { wellFormed } from '../helpers/markup.ts'
import type { ResponseBody } from '../response/chunks.ts'
import { Response } from '../response/response.ts'
import { FileBody } from '../response/file-body.ts'
import { type Loaded, WHOLE } from './file-store.ts'
import { typeOf } from './types.ts'

export { typeOf }

/** How a file is sent. */
export interface SendFileOptions {
  /** Its media type. Default: by the ending of its name. */
  mimetype?: string
  /** Whether a browser offers to save it instead of showing it. Default false. */
  asAttachment?: boolean
  /** The name that it is saved under. Default: its own. */
  downloadName?: string
  /** Whether a client that has it gets a 304, and one that asks for a part that part. Default true. */
  conditional?: boolean
  /** A tag of its version, or whether to make one: by its bytes, or of a file of more than 16 MiB by its time and size. Default true. */
  etag?: boolean | string
  /** When it was last changed. Default: what the file system says. */
  lastModified?: Date | undefined
  /** For how many seconds caches may keep it without asking. Default: `config.SEND_FILE_MAX_AGE_DEFAULT`, else they ask each time. */
  maxAge?: number
}

/** What else is known of a file that is sent. */
export interface Description extends SendFileOptions {
  /** The header `Content-Encoding`. */
  encoding?: string | undefined
  /** Whether a cache may keep it for good, because another version has another URL. */
  immutable?: boolean
  /** Whether the answer depends on `Accept-Encoding`. */
  varies?: boolean
}

/** The answer to a file, seen from a context. An open one is closed at the end of the request, if not before. */
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

/** The headers that a file has, whatever the request. */
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

/** For how long caches may keep a file: for good, for a time, or as long as they ask each time. */
function caching(
  { maxAge, immutable = false }: Description,
  context: AppContext | undefined,
): string {
  if (immutable) return 'public, max-age=31536000, immutable'
  const seconds = maxAge ?? context?.app.config.SEND_FILE_MAX_AGE_DEFAULT ?? 0
  return seconds > 0 ? `public, max-age=${Math.trunc(seconds)}` : 'no-cache'
}

/**
 * What to do with a file, and the name to save it under, in the two ways that clients read: a name that is
 * not ASCII in UTF-8, and for old clients an ASCII one. RFC 6266 §4.3, appendix D
 */
function disposition(asAttachment: boolean, downloadName: string | undefined): string {
  const name = downloadName === undefined ? undefined : wellFormed(downloadName)
  const fallback = name === undefined ? true : asciiOf(name)
  return contentDisposition(name, { type: asAttachment ? 'attachment' : 'inline', fallback })
}

/** The nearest ASCII name: letters without their accents, `?` for the rest. */
function asciiOf(name: string): string {
  return name
    .normalize('NFKD')
    .replaceAll(/\p{Mark}/gu, '')
    .replaceAll(/[^\x20-\x7e]/gu, '?')
}

/** Makes a 304 or a 206 of the answer, if the request asks for it and `conditional` allows it. */
export function meetConditions(
  response: Response,
  { conditional = true }: SendFileOptions,
  context: AppContext | undefined,
  options: ConditionalOptions = {},
): Response {
  if (!conditional || !(context instanceof RequestContext)) return response
  return response.makeConditional(context.request, { acceptRanges: true, ...options })
}

/** Reads what is left to send of a large file, if that is little and will be sent. */
async function readSmall(response: Response, context: AppContext | undefined): Promise<Response> {
  const { body } = response
  const isHead = context instanceof RequestContext && context.request.method === 'HEAD'
  if (!(body instanceof FileBody) || body.length > WHOLE || isHead) return response
  response.body = await body.read(body.length)
  await body.close()
  return response
}
