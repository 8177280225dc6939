/** Entity tags: `"abc"`, and weak ones: `W/"abc"`. RFC 9110 §8.8.3, §13.1 */
import { withCode } from '@phial/core'
import { parseDate } from './dates.ts'

const TAG = /^(?:W\/)?"[!#-~\u0080-\u00ff]*"$/
const TAGS = /(?:W\/)?"[!#-~\u0080-\u00ff]*"/g

/**
 * Writes a tag. One that has its quotes already is left as it is.
 *
 * Raises `TypeError` for what no tag may hold: quotes, spaces, line breaks.
 */
export function formatETag(tag: string, weak: boolean = false): string {
  const written = TAG.test(tag) ? tag : `${weak ? 'W/' : ''}"${tag}"`
  if (TAG.test(written)) return written
  throw withCode(
    'ERR_PHIAL_ETAG_INVALID',
    new TypeError(
      `${JSON.stringify(tag)} cannot be an ETag: no spaces, line breaks or quotes may stand in one. Use a hash in base64url or hex.`,
    ),
  )
}

/**
 * The tags of `If-Match` or `If-None-Match`.
 *
 * ```ts
 * if (request.ifNoneMatch?.matches('"v3"')) abort(new Response('', { status: 304 }))
 * ```
 */
export class ETags {
  /** Whether the header is `*`: any tag. */
  readonly any: boolean
  /** The tags as they came, with their quotes. */
  readonly tags: readonly string[]

  constructor(text: string) {
    this.any = text.trim() === '*'
    this.tags = text.match(TAGS) ?? []
  }

  /** Whether a tag is among them, weak or not: what `If-None-Match` asks. */
  matches(tag: string): boolean {
    return this.any || this.tags.some((one) => strongForm(one) === strongForm(tag))
  }

  /** Whether a tag is among them and both are strong: what `If-Match` and `If-Range` ask. */
  matchesStrongly(tag: string): boolean {
    return this.any || (!isWeak(tag) && this.tags.includes(tag))
  }
}

/** Whether only the meaning is the same, not each byte. */
export function isWeak(tag: string): boolean {
  return tag.startsWith('W/')
}

const strongForm = (tag: string): string => tag.replace(/^W\//, '')

/** What `If-Range` names: a tag or a date. */
export interface IfRange {
  readonly etag?: string
  readonly date?: Date
}

/** Reads `If-Range`; `undefined` if it is neither a tag nor a date. */
export function parseIfRange(text: string): IfRange | undefined {
  if (TAG.test(text)) return { etag: text }
  const date = parseDate(text)
  return date && { date }
}
