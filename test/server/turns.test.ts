import { expect, test } from 'vitest'
import { atEndOfTurn, Share, turns } from '../../packages/server/src/turns.ts'
import { turn } from '../support/turn.ts'

/** Blocks the event loop for longer than a share. */
function block(): void {
  const end = performance.now() + 20
  while (performance.now() < end);
}

const isOver = (): boolean => turns.isOver(performance.now())

test('a share is used up after a while, and the next turn has a new one', async () => {
  await turn()
  expect(isOver()).toBe(false)
  block()
  expect(isOver()).toBe(true)
  await turn()
  expect(isOver()).toBe(false)
})

test('waiting callbacks run in their order, several per turn as long as the share lasts', async () => {
  const order: string[] = []
  turns.later(() => void order.push('one'))
  turns.later(() => {
    order.push('two')
    block()
  })
  turns.later(() => void order.push('three'))
  expect(order).toEqual([])
  await turn()
  expect(order).toEqual(['one', 'two'])
  await turn()
  expect(order).toEqual(['one', 'two', 'three'])
})

test('a response waits if its request has taken long, with one promise at a time', async () => {
  const share = new Share(performance.now() - 1000)
  const wait = share.wait()
  expect(wait).toBeInstanceOf(Promise)
  expect(share.wait()).toBe(wait)
  await wait
  expect(share.wait()).toBeUndefined()
})

test('each of two waiting responses has its own turn', async () => {
  const order: string[] = []
  const [one, two] = [new Share(0), new Share(0)]
  const waits = [one.wait(), two.wait()].map(
    (wait, at) =>
      wait?.then(() => order.push(`${at}`)) ?? Promise.reject(new Error('did not wait')),
  )
  setImmediate(() => order.push('turn'))
  await Promise.all(waits)
  expect(order).toEqual(['0', 'turn', '1'])
})

test('the end of a turn comes after all settled promises, and before timers and sockets', async () => {
  const order: string[] = []
  const over = new Promise<void>((resolve) => {
    atEndOfTurn(() => void order.push('end of turn'))
    setImmediate(() => {
      order.push('next turn')
      resolve()
    })
  })
  process.nextTick(() => order.push('tick'))
  for (let times = 0; times < 10; times++) await Promise.resolve() // oxlint-disable-line no-await-in-loop
  order.push('promises')
  await over
  expect(order).toEqual(['promises', 'tick', 'end of turn', 'next turn'])
})
