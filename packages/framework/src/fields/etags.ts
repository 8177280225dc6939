/** Entity tags: strong ones (`"abc"`) and weak ones (`W/"abc"`). RFC 9110 §8.8.3, §13.1 */
import { withCode } from '@phial/core'
import { parseDate } from './dates.ts'

const TAG = /^(?:W\/)?"[!#-~\u0080-\u00ff]*"$/
const TAGS = /(?:W\/)?"[!#-~\u0080-\u00ff]*"/g

/**
 * Serializes a tag. A tag that is already quoted is returned unchanged.
 *
 * Throws `TypeError` for a tag with quotes, spaces or line breaks.
 */
export function formatETag(tag: string, weak: boolean = false): string {
  const written = TAG.test(tag) ? tag : `${weak ? 'W/' : ''}"${tag}"`
  if (TAG.test(written)) return written
  throw withCode(
    'ERR_PHIAL_ETAG_INVALID',
    new TypeError(
      `${JSON.stringify(tag)} cannot be an ETag: it contains a space, a line break or a quote. Use a hash in base64url or hex.`,
    ),
  )
}

/**
 * The entity tags in `If-Match` or `If-None-Match`.
 *
 * ```ts
 * if (request.ifNoneMatch?.matches('"v3"')) abort(new Response('', { status: 304 }))
 * ```
 */
export class ETags {
  /** Whether the header is `*`, which matches any tag. */
  readonly any: boolean
  /** The tags as received, with their quotes. */
  readonly tags: readonly string[]

  constructor(text: string) {
    this.any = text.trim() === '*'
    this.tags = text.match(TAGS) ?? []
  }

  /** Reports whether a tag is listed, by weak comparison, as `If-None-Match` requires. */
  matches(tag: string): boolean {
    return this.any || this.tags.some((one) => strongForm(one) === strongForm(tag))
  }

  /** Reports whether a tag is listed, by strong comparison, as `If-Match` and `If-Range` require. */
  matchesStrongly(tag: string): boolean {
    return this.any || (!isWeak(tag) && this.tags.includes(tag))
  }
}

/** Reports whether a tag is weak, which means that the content is equivalent, but not necessarily identical. */
export function isWeak(tag: string): boolean {
  return tag.startsWith('W/')
}

const strongForm = (tag: string): string => tag.replace(/^W\//, '')

/** A parsed `If-Range`: a tag or a date. */
export interface IfRange {
  readonly etag?: string
  readonly date?: Date
}

/** Parses `If-Range`; `undefined` if it is neither a tag nor a date. */
export function parseIfRange(text: string): IfRange | undefined {
  if (TAG.test(text)) return { etag: text }
  const date = parseDate(text)
  return date && { date }
}
