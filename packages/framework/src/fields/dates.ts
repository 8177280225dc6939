/** Dates as HTTP writes them: `Sun, 06 Nov 1994 08:49:37 GMT`. RFC 9110 §5.6.7 */
import { withCode } from '@phial/core'

/** The usual form, and the two that are out of use; the last of them names no zone. */
const FIXED = /^[a-z]{3}, \d\d [a-z]{3} \d{4} \d\d:\d\d:\d\d GMT$/i
const RFC850 = /^[a-z]{6,9}, \d\d-[a-z]{3}-\d\d \d\d:\d\d:\d\d GMT$/i
const ASCTIME = /^[a-z]{3} [a-z]{3} [\d ]\d \d\d:\d\d:\d\d \d{4}$/i

/** Reads a date; `undefined` for anything else. */
export function parseDate(text: string): Date | undefined {
  const trimmed = text.trim()
  const isAsctime = ASCTIME.test(trimmed)
  if (!isAsctime && !FIXED.test(trimmed) && !RFC850.test(trimmed)) return undefined
  const date = new Date(isAsctime ? `${trimmed} GMT` : trimmed)
  return Number.isNaN(date.getTime()) ? undefined : date
}

/** Writes a date. Raises `TypeError` for one that is none. */
export function formatDate(date: Date): string {
  if (Number.isNaN(date.getTime()))
    throw withCode(
      'ERR_PHIAL_DATE_INVALID',
      new TypeError('An invalid Date cannot stand in a header.'),
    )
  return date.toUTCString()
}
