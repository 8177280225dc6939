import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Counters, type Counted } from '../../../packages/server/src/metrics/counters.ts'
import { Totals } from '../../../packages/server/src/metrics/totals.ts'
import { record } from '../support/record.ts'

const requests = ({ statuses }: Counted): number => statuses.reduce((a, b) => a + b)

test('workers are summed, also those that have left', () => {
  const [a, b] = [new Counters(), new Counters()]
  const totals = new Totals()
  a.answered(record())
  a.answered(record())
  b.answered(record([], { status: '500 Internal Server Error', bytes: 1, duration: 1 }))
  totals.take(1, a.counted(3))
  totals.take(1, a.counted(1))
  totals.take(2, b.counted(1))
  expect(totals.sum).toMatchObject({ statuses: [0, 0, 2, 0, 0, 1], bytes: 25, inFlight: 2 })
  totals.left(1)
  expect(totals.sum).toMatchObject({ statuses: [0, 0, 2, 0, 0, 1], bytes: 25, inFlight: 1 })
  totals.take(1, a.counted(9))
  expect(totals.sum).toMatchObject({ statuses: [0, 0, 2, 0, 0, 1], bytes: 25, inFlight: 1 })
  expect(totals.exits).toBe(1)
})

test('no counter goes backward, whoever comes and goes', () => {
  const step = fc.record({ worker: fc.nat(3), kind: fc.constantFrom('answer', 'take', 'leave') })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const totals = new Totals()
      const workers = Array.from({ length: 4 }, (_, at) => ({ id: at, counters: new Counters() }))
      let last = totals.sum
      for (const { worker, kind } of steps) {
        const one = workers[worker]
        if (!one) continue
        if (kind === 'answer') one.counters.answered(record())
        if (kind === 'take') totals.take(one.id, one.counters.counted(0))
        if (kind === 'leave') {
          totals.left(one.id)
          workers[worker] = { id: one.id + 4, counters: new Counters() }
        }
        expect(requests(totals.sum)).toBeGreaterThanOrEqual(requests(last))
        expect(totals.sum.seconds).toBeGreaterThanOrEqual(last.seconds)
        last = totals.sum
      }
    }),
  )
})
