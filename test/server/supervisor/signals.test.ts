import { expect, test } from 'vitest'
import { signals, SignalQueue } from '../../../packages/server/src/supervisor/signals.ts'

test('signals are queued in their order', async () => {
  const queue = new SignalQueue()
  const first = queue.next()
  queue.put('HUP')
  queue.put('TTIN')
  queue.put('TERM')
  expect(await first).toBe('HUP')
  expect(await queue.next()).toBe('TTIN')
  expect(await queue.next()).toBe('TERM')
})

test('nextStop ignores other signals', async () => {
  const queue = new SignalQueue()
  const stop = queue.nextStop()
  queue.put('USR1')
  queue.put('QUIT')
  expect(await stop).toBe('QUIT')
})

test('a repeated stop signal counts once, other signals each time', async () => {
  const queue = new SignalQueue()
  for (const signal of ['INT', 'INT', 'TERM', 'USR1'] as const) queue.put(signal)
  expect([await queue.next(), await queue.next(), await queue.next()]).toEqual([
    'INT',
    'TERM',
    'USR1',
  ])
})

test('real signals are queued between listen() and close()', async () => {
  const queue = new SignalQueue()
  queue.listen()
  process.kill(process.pid, 'SIGTTIN')
  expect(await queue.next()).toBe('TTIN')
  queue.close()
  expect(process.listenerCount('SIGTTIN')).toBe(0)
})

test('each signal has a description', () => {
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
