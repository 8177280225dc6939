import { MemoryStore } from 'phial'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

beforeEach(() => {
  vi.useFakeTimers({ now: 0, toFake: ['Date'] })
})

afterEach(() => {
  vi.useRealTimers()
})

test('MemoryStore returns a text until it expires', () => {
  const store = new MemoryStore()
  store.set('a', 'one', 10)
  vi.setSystemTime(9_999)
  expect(store.get('a')).toBe('one')
  store.set('a', 'two', 10)
  vi.setSystemTime(19_998)
  expect(store.get('a')).toBe('two')
  vi.setSystemTime(19_999)
  expect(store.get('a')).toBeUndefined()
  store.set('b', 'three', 10)
  store.delete('b')
  expect(store.get('b')).toBeUndefined()
})

test('MemoryStore removes only expired sessions on a write', () => {
  const store = new MemoryStore()
  for (const id of ['a', 'b', 'c']) store.set(id, id, 10)
  vi.setSystemTime(5_000)
  store.set('a', 'again', 10)
  expect(store.size).toBe(3)
  vi.setSystemTime(10_000)
  store.set('d', 'd', 10)
  expect([store.size, store.get('a'), store.get('d')]).toEqual([2, 'again', 'd'])
})
