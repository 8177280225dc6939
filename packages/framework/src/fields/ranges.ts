/** Range requests: `Range: bytes=0-499, -200`. RFC 9110 §14 */
import { RequestedRangeNotSatisfiable } from '../errors/http-errors.ts'

/** The bytes from `start` up to, but not including, `end`, as in `bytes.subarray(start, end)`. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** A requested range. Without `first`, the last `last` bytes. Without `last`, up to the end. */
export interface AskedRange {
  readonly first?: number
  readonly last?: number
}

const SYNTAX = /^\s*([\w!#$%&'*+.^`|~-]+)=([\d\s,-]+)$/
const ONE = /^(\d{0,15})-(\d{0,15})$/

/**
 * A parsed `Range` header.
 *
 * ```ts
 * const { unit, ranges } = request.range ?? { unit: 'none', ranges: [] }
 * ```
 */
export class RequestRange {
  /** The range unit, almost always `bytes`. */
  readonly unit: string
  readonly ranges: readonly AskedRange[]

  constructor(unit: string, ranges: readonly AskedRange[]) {
    this.unit = unit
    this.ranges = ranges
  }

  /**
   * Returns the ranges that are satisfiable for content of a given length in bytes. Throws `RequestedRangeNotSatisfiable`
   * if there are none.
   *
   * ```ts
   * const [first] = request.range?.within(bytes.byteLength) ?? []
   * ```
   */
  within(length: number): Span[] {
    const spans = this.ranges.map((range) => spanOf(range, length))
    const inside = spans.filter(({ start, end }) => start < end)
    if (inside.length > 0) return inside
    throw new RequestedRangeNotSatisfiable(undefined, { length })
  }
}

function spanOf({ first, last = Infinity }: AskedRange, length: number): Span {
  if (first === undefined) return { start: Math.max(0, length - last), end: length }
  return { start: first, end: Math.min(length, last + 1) }
}

/** Parses `Range`; `undefined` if it is malformed, which counts as missing. */
export function parseRange(text: string): RequestRange | undefined {
  const [, unit, list] = SYNTAX.exec(text) ?? []
  if (unit === undefined || list === undefined) return undefined
  const ranges: AskedRange[] = []
  for (const part of list.split(',')) {
    const [, first = '', last = ''] = ONE.exec(part.trim()) ?? []
    if (first === '' && last === '') return undefined
    ranges.push({
      ...(first !== '' && { first: Number(first) }),
      ...(last !== '' && { last: Number(last) }),
    })
  }
  return new RequestRange(unit.toLowerCase(), ranges)
}
