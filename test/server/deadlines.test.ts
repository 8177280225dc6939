import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Deadline, Deadlines } from '../../packages/server/src/deadlines.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setImmediate', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

test('is late after its time, never before, and within a half of it', () => {
  const deadlines = new Deadlines(10, 0)
  let late = 0
  const deadline = new Deadline(() => late++)
  deadlines.add(deadline)
  deadline.start(10)
  vi.advanceTimersByTime(10_000)
  expect(late).toBe(0)
  vi.advanceTimersByTime(1000)
  expect(late).toBe(1)
  vi.advanceTimersByTime(60_000)
  expect(late).toBe(1)
})

test('starts anew, stops, and waits for ever', () => {
  const deadlines = new Deadlines(1)
  let late = 0
  const deadline = new Deadline(() => late++)
  deadlines.add(deadline)
  deadline.start(1)
  vi.advanceTimersByTime(900)
  deadline.start(1)
  vi.advanceTimersByTime(900)
  expect(late).toBe(0)
  deadline.stop()
  vi.advanceTimersByTime(10_000)
  deadline.start(0)
  vi.advanceTimersByTime(1_000_000)
  expect(late).toBe(0)
})

test('what passes while it is stopped does not count', () => {
  const deadlines = new Deadlines(1)
  let late = 0
  const deadline = new Deadline(() => late++)
  deadlines.add(deadline)
  deadline.start(2)
  vi.advanceTimersByTime(1250) // the first look only finds it
  deadline.stop()
  vi.advanceTimersByTime(60_000)
  deadline.resume()
  vi.advanceTimersByTime(750)
  expect(late).toBe(0)
  vi.advanceTimersByTime(500)
  expect(late).toBe(1)
})

test('there is one timer for all, and none for nobody', () => {
  const deadlines = new Deadlines(1)
  const [one, two] = [new Deadline(() => undefined), new Deadline(() => undefined)]
  deadlines.add(one)
  deadlines.add(two)
  expect(vi.getTimerCount()).toBe(1)
  deadlines.delete(one)
  expect(vi.getTimerCount()).toBe(1)
  deadlines.delete(two)
  expect(vi.getTimerCount()).toBe(0)
})

test('a long turn of the event loop does not count against a client', () => {
  const deadlines = new Deadlines(1)
  let late = 0
  const deadline = new Deadline(() => late++)
  deadlines.add(deadline)
  deadline.start(1)
  vi.advanceTimersByTime(500)
  const { now } = performance
  const blocked = vi
    .spyOn(performance, 'now')
    .mockImplementation(() => now.call(performance) + 60_000)
  vi.advanceTimersByTime(250)
  expect(late).toBe(0)
  vi.advanceTimersByTime(5000)
  expect(late).toBe(1)
  blocked.mockRestore()
})

test('a look comes after the sockets have been read', () => {
  const deadlines = new Deadlines(1)
  const order: string[] = []
  deadlines.add({ look: () => void order.push('look') })
  setInterval(() => setImmediate(() => order.push('sockets')), 249)
  vi.advanceTimersByTime(251)
  expect(order).toEqual(['sockets', 'look'])
})

test('a short limit is looked at more often', () => {
  const deadlines = new Deadlines(30, 0.1)
  let late = 0
  const deadline = new Deadline(() => late++)
  deadlines.add(deadline)
  deadline.start(0.1)
  vi.advanceTimersByTime(150)
  expect(late).toBe(1)
})
