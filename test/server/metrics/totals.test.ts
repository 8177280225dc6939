import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Counters, type Counted } from '../../../packages/server/src/metrics/counters.ts'
import { Totals } from '../../../packages/server/src/metrics/totals.ts'
import { record } from '../support/record.ts'

const requests = ({ statuses }: Counted): number => statuses.reduce((a, b) => a + b)

test('sums all workers, including those that have exited and their last report', () => {
  const [a, b] = [new Counters(), new Counters()]
  const totals = new Totals()
  a.answered(record())
  totals.take(a, a.counted(3))
  a.answered(record())
  totals.take(a, a.counted(1))
  b.answered(record([], { status: '500 Internal Server Error', bytes: 1, duration: 1 }))
  totals.take(b, b.counted(1))
  expect(totals.sum).toMatchObject({ statuses: [0, 0, 2, 0, 0, 1], bytes: 25, inFlight: 2 })
  totals.left(a)
  expect(totals.sum).toMatchObject({ statuses: [0, 0, 2, 0, 0, 1], bytes: 25, inFlight: 1 })
  a.answered(record())
  totals.take(a, a.counted(0))
  expect(totals.sum).toMatchObject({ statuses: [0, 0, 3, 0, 0, 1], bytes: 37, inFlight: 1 })
  totals.left({ name: 'one that never said a word' })
  expect(totals.exits).toBe(2)
})

test('no counter ever decreases', () => {
  const step = fc.record({
    worker: fc.nat(3),
    kind: fc.constantFrom('answer', 'take', 'leave'),
    duration: fc.double({ min: 0, max: 1e4, noNaN: true }),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const totals = new Totals()
      const workers = Array.from({ length: 4 }, () => new Counters())
      let last = totals.sum
      for (const { worker, kind, duration } of steps) {
        const one = workers[worker] ?? new Counters()
        if (kind === 'answer') one.answered(record([], { duration }))
        if (kind === 'take') totals.take(one, one.counted(0))
        if (kind === 'leave') {
          totals.left(one)
          workers[worker] = new Counters()
        }
        expect(requests(totals.sum)).toBeGreaterThanOrEqual(requests(last))
        expect(totals.sum.seconds).toBeGreaterThanOrEqual(last.seconds)
        last = totals.sum
      }
    }),
  )
})
