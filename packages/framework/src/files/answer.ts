/** A file as an answer: what its headers say, then what the request's conditions make of it. */
import contentDisposition from 'content-disposition'
import { currentContext, RequestContext } from '../context.ts'
import type { ConditionalOptions } from '../response/conditional.ts'
import { withCharset } from '../response/response-fields.ts'
import { Response, type ResponseBody } from '../response/response.ts'
import { FileBody, type Found } from '../response/file-body.ts'
import { typeOf } from './types.ts'

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
  /** A tag of its version, or whether to make one: by its time and size, or by the bytes that are in memory. Default true. */
  etag?: boolean | string
  /** When it was last changed. Default: what the file system says. */
  lastModified?: Date
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

/** Up to this size a file is read whole, which is quicker; beyond it, block by block. `bench/files.ts` measures it. */
export const WHOLE: number = 256 * 1024

/** The answer to an open file. It is closed at the end of the request, if not before. */
export async function answerFile(
  { path, body, facts }: Found,
  description: Description,
): Promise<Response> {
  const context = currentContext()
  if (context instanceof RequestContext) context.request.onClose(() => body.close())
  const { encoding, mimetype = typeOf(path), lastModified = facts.mtime } = description
  const version = [facts.mtimeMs.toString(36), facts.size.toString(36), encoding ?? []].flat()
  const response = describe(body, {
    etag: version.join('-'),
    ...description,
    mimetype,
    lastModified,
  })
  return readSmall(meetConditions(response, description))
}

/** The headers that a file has, whatever the request. */
export function describe(
  body: ResponseBody,
  description: Description & { mimetype: string },
): Response {
  const { mimetype, asAttachment = false, downloadName, encoding, varies, etag } = description
  const headers: [string, string][] = [
    ['Content-Type', withCharset(mimetype)],
    ['X-Content-Type-Options', 'nosniff'],
    ['Cache-Control', caching(description)],
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
function caching({ maxAge = defaultMaxAge(), immutable = false }: Description): string {
  if (immutable) return 'public, max-age=31536000, immutable'
  return maxAge !== undefined && maxAge > 0 ? `public, max-age=${Math.trunc(maxAge)}` : 'no-cache'
}

function defaultMaxAge(): number | undefined {
  return currentContext()?.app.config.SEND_FILE_MAX_AGE_DEFAULT
}

/** What to do with a file, and the name to save it under, in the two ways that clients read. RFC 6266 */
function disposition(asAttachment: boolean, downloadName: string | undefined): string {
  const name = downloadName?.replaceAll(/\p{Surrogate}/gu, '\uFFFD')
  return contentDisposition(name, { type: asAttachment ? 'attachment' : 'inline' })
}

/** Makes a 304 or a 206 of the answer, if the request asks for it and `conditional` allows it. */
export function meetConditions(
  response: Response,
  { conditional = true }: SendFileOptions,
  options: ConditionalOptions = {},
): Response {
  const context = currentContext()
  if (!conditional || !(context instanceof RequestContext)) return response
  return response.makeConditional(context.request, { acceptRanges: true, ...options })
}

/** Reads what is left to send of a file, if it is small and will be sent. */
async function readSmall(response: Response): Promise<Response> {
  const { body } = response
  const context = currentContext()
  const isHead = context instanceof RequestContext && context.request.method === 'HEAD'
  if (!(body instanceof FileBody) || body.length > WHOLE || isHead) return response
  response.body = await body.read(body.length)
  await body.close()
  return response
}
