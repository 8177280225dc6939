import { expect, test } from 'vitest'
import { bounds, Counters } from '../../../packages/server/src/metrics/counters.ts'
import { record } from '../support/record.ts'

test('counts responses by status and by duration', () => {
  const counters = new Counters()
  const answers = [
    ['200 OK', 10, 5],
    ['204 No Content', 0, 5.001],
    ['404 Not Found', 3, 10_000],
    ['', 0, 10_001],
  ] as const
  for (const [status, bytes, duration] of answers)
    counters.answered(record([], { status, bytes, duration }))
  const { statuses, durations, ...rest } = counters.counted(2)
  expect(statuses).toEqual([1, 0, 2, 0, 1, 0])
  expect(durations).toEqual([1, 1, ...bounds.slice(3).map(() => 0), 1, 1])
  expect(rest).toEqual({ bytes: 13, seconds: expect.closeTo(20.011001, 9), inFlight: 2 })
})

test('returned counters do not change', () => {
  const counters = new Counters()
  const before = counters.counted(0)
  counters.answered(record())
  expect(before.statuses).toEqual([0, 0, 0, 0, 0, 0])
})
