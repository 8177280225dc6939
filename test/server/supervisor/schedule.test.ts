import { describe, expect, test } from 'vitest'
import {
  backOff,
  bootLimit,
  isReplacementDue,
  requestLimit,
} from '../../../packages/server/src/supervisor/schedule.ts'

describe('requestLimit', () => {
  const limits = (jitter: number): number[] =>
    Array.from({ length: 8 }, (_, n) => requestLimit(n, 1000, jitter))

  test('is the same for all workers without jitter', () => {
    expect(new Set(limits(0))).toEqual(new Set([1000]))
  })

  test('with jitter differs widely for eight workers', () => {
    const sorted = limits(800).toSorted((a, b) => a - b)
    const gaps = sorted.slice(1).map((limit, at) => limit - (sorted[at] ?? 0))
    expect(sorted[0]).toBe(1000)
    expect(sorted.at(-1)).toBeLessThanOrEqual(1800)
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(40)
  })

  test('is 0 without --max-requests, even with jitter', () => {
    expect(requestLimit(3, 0, 100)).toBe(0)
  })
})

test.each([
  [99, 0, 1, false],
  [49, 100, 1, false], // never in the first half
  [51, 100, 1, true], // 49 ms are left, a successor needs 300
  [51, 100, 0.001, false],
  [90, 100, 0.001, true], // the last tenth
  [150, 100, 0, true],
])(
  'isReplacementDue after %j of %j requests, at %j per millisecond: %j',
  (done, limit, pace, verdict) => {
    expect(isReplacementDue(done, limit, pace, 300)).toBe(verdict)
  },
)

test('backOff is 0 for the first death, and doubles up to 10 s', () => {
  expect([0, 1, 2, 3, 4, 50].map(backOff)).toEqual([0, 0, 100, 200, 400, 10_000])
})

test('bootLimit is --timeout, but at least 30 s', () => {
  expect([0, 1, 30, 90].map(bootLimit)).toEqual([0, 30, 30, 90])
})
