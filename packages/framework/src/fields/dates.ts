/** HTTP dates: `Sun, 06 Nov 1994 08:49:37 GMT`. RFC 9110 §5.6.7 */
import { withCode } from '@phial/core'

/** The preferred format and the two obsolete ones. The last one does not contain a time zone. */
const FIXED = /^[a-z]{3}, \d\d [a-z]{3} \d{4} \d\d:\d\d:\d\d GMT$/i
const RFC850 = /^[a-z]{6,9}, \d\d-[a-z]{3}-\d\d \d\d:\d\d:\d\d GMT$/i
const ASCTIME = /^[a-z]{3} [a-z]{3} [\d ]\d \d\d:\d\d:\d\d \d{4}$/i

/** Parses a date; `undefined` for any other text. */
export function parseDate(text: string): Date | undefined {
  const trimmed = text.trim()
  const isAsctime = ASCTIME.test(trimmed)
  if (!isAsctime && !FIXED.test(trimmed) && !RFC850.test(trimmed)) return undefined
  const date = new Date(isAsctime ? `${trimmed} GMT` : trimmed)
  return Number.isNaN(date.getTime()) ? undefined : date
}

/** Formats a date. Throws `TypeError` for an invalid one. */
export function formatDate(date: Date): string {
  if (Number.isNaN(date.getTime()))
    throw withCode(
      'ERR_PHIAL_DATE_INVALID',
      new TypeError('Expected a valid Date for a header, received an invalid one.'),
    )
  return date.toUTCString()
}
