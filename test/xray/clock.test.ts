import { expect, test } from 'vitest'
import { Clock } from '../../packages/xray/src/clock.ts'

test('returns a later time at each call, even while stopped', () => {
  const clock = new Clock()
  const times = [clock.now(), clock.now(), clock.without(() => clock.now()), clock.now()]
  expect(times.toSorted((one, other) => one - other)).toEqual(times)
  expect(new Set(times).size).toBe(4)
})

test('does not count time spent in without()', () => {
  const real = performance.now()
  const clock = new Clock()
  clock.without(() => {
    const until = performance.now() + 20
    while (performance.now() < until);
  })
  expect(clock.now()).toBeLessThan(performance.now() - real - 19)
})
