import { expect, test } from 'vitest'
import { signals, SignalQueue } from '../../../packages/server/src/supervisor/signals.ts'

test('signals are taken down, and given in their order', async () => {
  const queue = new SignalQueue()
  const first = queue.next()
  queue.put('HUP')
  queue.put('TTIN')
  queue.put('TERM')
  expect(await first).toBe('HUP')
  expect(await queue.next()).toBe('TTIN')
  expect(await queue.next()).toBe('TERM')
})

test('whoever waits for a stop is not woken by others', async () => {
  const queue = new SignalQueue()
  const stop = queue.nextStop()
  queue.put('USR1')
  queue.put('QUIT')
  expect(await stop).toBe('QUIT')
})

test('a stop that comes twice at once is one; others are not', async () => {
  const queue = new SignalQueue()
  for (const signal of ['INT', 'INT', 'TERM', 'USR1'] as const) queue.put(signal)
  expect([await queue.next(), await queue.next(), await queue.next()]).toEqual([
    'INT',
    'TERM',
    'USR1',
  ])
})

test('real ones are heard between listen() and close()', async () => {
  const queue = new SignalQueue()
  queue.listen()
  process.kill(process.pid, 'SIGTTIN')
  expect(await queue.next()).toBe('TTIN')
  queue.close()
  expect(process.listenerCount('SIGTTIN')).toBe(0)
})

test('there is a sentence for each', () => {
  expect(Object.keys(signals).toSorted()).toEqual([
    'HUP',
    'INT',
    'QUIT',
    'TERM',
    'TTIN',
    'TTOU',
    'USR1',
    'USR2',
    'WINCH',
  ])
})
