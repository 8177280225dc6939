import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Deadline, Deadlines, Members, type Timed } from '../../packages/server/src/deadlines.ts'

/** An object with a deadline, which counts how often it has expired. */
class Item implements Timed {
  place = -1
  late = 0
  readonly deadline = new Deadline()

  look(passed: number): void {
    if (this.deadline.isOver(passed)) this.late += 1
  }
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setImmediate', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

test('expires after its time, never before, and at most half of it late', () => {
  const deadlines = new Deadlines(10, 0)
  const item = new Item()
  const { deadline } = item
  deadlines.add(item)
  deadline.start(10)
  vi.advanceTimersByTime(10_000)
  expect(item.late).toBe(0)
  vi.advanceTimersByTime(1000)
  expect(item.late).toBe(1)
  vi.advanceTimersByTime(60_000)
  expect(item.late).toBe(1)
})

test('can be restarted and stopped, and never expires at 0', () => {
  const deadlines = new Deadlines(1)
  const item = new Item()
  const { deadline } = item
  deadlines.add(item)
  deadline.start(1)
  vi.advanceTimersByTime(900)
  deadline.start(1)
  vi.advanceTimersByTime(900)
  expect(item.late).toBe(0)
  deadline.stop()
  vi.advanceTimersByTime(10_000)
  deadline.start(0)
  vi.advanceTimersByTime(1_000_000)
  expect(item.late).toBe(0)
})

test('shorten counts the elapsed time, and never lengthens the limit', () => {
  const late = [
    [10, 2],
    [0, 2],
    [4, 30],
  ].map(([before = 0, seconds = 0]) => {
    const deadlines = new Deadlines(1)
    const item = new Item()
    deadlines.add(item)
    item.deadline.start(before)
    vi.advanceTimersByTime(1500)
    item.deadline.shorten(before, seconds)
    const at = [0, 1, 2, 3, 4].findIndex(() => {
      vi.advanceTimersByTime(1000)
      return item.late > 0
    })
    return at + 1
  })
  expect(late).toEqual([1, 3, 3]) // the first check only finds it
})

test('does not count time in which it is stopped', () => {
  const deadlines = new Deadlines(1)
  const item = new Item()
  const { deadline } = item
  deadlines.add(item)
  deadline.start(2)
  vi.advanceTimersByTime(1250) // the first check only finds it
  deadline.stop()
  vi.advanceTimersByTime(60_000)
  deadline.resume()
  vi.advanceTimersByTime(750)
  expect(item.late).toBe(0)
  vi.advanceTimersByTime(500)
  expect(item.late).toBe(1)
})

test('shares one timer, which stops at the first check without members', () => {
  const deadlines = new Deadlines(1)
  const [one, two] = [new Item(), new Item()]
  deadlines.add(one)
  deadlines.add(two)
  expect(vi.getTimerCount()).toBe(1)
  deadlines.delete(one)
  deadlines.delete(two)
  deadlines.add(one)
  expect(vi.getTimerCount()).toBe(1)
  deadlines.delete(one)
  vi.advanceTimersByTime(500)
  expect(vi.getTimerCount()).toBe(0)
  deadlines.add(two)
  expect(vi.getTimerCount()).toBe(1)
})

test('does not count a long turn of the event loop', () => {
  const deadlines = new Deadlines(1)
  const item = new Item()
  const { deadline } = item
  deadlines.add(item)
  deadline.start(1)
  vi.advanceTimersByTime(500)
  const { now } = performance
  const blocked = vi
    .spyOn(performance, 'now')
    .mockImplementation(() => now.call(performance) + 60_000)
  vi.advanceTimersByTime(250)
  expect(item.late).toBe(0)
  vi.advanceTimersByTime(5000)
  expect(item.late).toBe(1)
  blocked.mockRestore()
})

test('checks after the sockets have been read', () => {
  const deadlines = new Deadlines(1)
  const order: string[] = []
  deadlines.add({ place: -1, look: () => void order.push('look') })
  setInterval(() => setImmediate(() => order.push('sockets')), 249)
  vi.advanceTimersByTime(251)
  expect(order).toEqual(['sockets', 'look'])
})

test('checks more often for a short limit', () => {
  const deadlines = new Deadlines(30, 0.1)
  const item = new Item()
  const { deadline } = item
  deadlines.add(item)
  deadline.start(0.1)
  vi.advanceTimersByTime(150)
  expect(item.late).toBe(1)
})

const make = (): { place: number } => ({ place: -1 })

test('adds and removes members in any order, each once', () => {
  const members = new Members()
  const [one, two, three] = [make(), make(), make()]
  for (const item of [one, two, three, two]) members.add(item)
  expect(members.size).toBe(3)
  members.delete(one)
  members.delete(one)
  expect(new Set(members.all())).toEqual(new Set([two, three]))
  members.delete(three)
  members.delete(make())
  expect(members.all()).toEqual([two])
  members.delete(two)
  members.add(one)
  expect([members.size, members.all()[0]]).toEqual([1, one])
})

test('allows the removal of members while all are visited', () => {
  const members = new Members()
  const items = Array.from({ length: 5 }, make)
  for (const item of items) members.add(item)
  const visited: unknown[] = []
  for (const item of members.all()) {
    visited.push(item)
    members.delete(item)
  }
  expect([visited, members.size]).toEqual([items, 0])
})
