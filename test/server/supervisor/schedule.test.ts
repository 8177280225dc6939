import { describe, expect, test } from 'vitest'
import {
  backOff,
  bootLimit,
  isTired,
  requestLimit,
} from '../../../packages/server/src/supervisor/schedule.ts'

describe('requestLimit', () => {
  const limits = (jitter: number): number[] =>
    Array.from({ length: 8 }, (_, n) => requestLimit(n, 1000, jitter))

  test('is the same for all without jitter', () => {
    expect(new Set(limits(0))).toEqual(new Set([1000]))
  })

  test('with jitter, no two of eight workers are near each other', () => {
    const sorted = limits(800).toSorted((a, b) => a - b)
    const gaps = sorted.slice(1).map((limit, at) => limit - (sorted[at] ?? 0))
    expect(sorted[0]).toBe(1000)
    expect(sorted.at(-1)).toBeLessThanOrEqual(1800)
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(40)
  })

  test('jitter alone replaces nobody', () => {
    expect(requestLimit(3, 0, 100)).toBe(0)
  })
})

test.each([
  [99, 0, 1, false],
  [49, 100, 1, false], // in the first half there is time
  [51, 100, 1, true], // 49 ms are left, a successor takes 300
  [51, 100, 0.001, false],
  [90, 100, 0.001, true], // the last tenth
  [150, 100, 0, true],
])('isTired after %j of %j requests, at %j a millisecond: %j', (done, limit, pace, verdict) => {
  expect(isTired(done, limit, pace, 300)).toBe(verdict)
})

test('backOff: at once the first time, then more and more slowly', () => {
  expect([0, 1, 2, 3, 4, 50].map(backOff)).toEqual([0, 0, 100, 200, 400, 10_000])
})

test('bootLimit: --timeout, but never too little', () => {
  expect([0, 1, 30, 90].map(bootLimit)).toEqual([0, 30, 30, 90])
})
