import { call, MemoryRateLimitStore, rateLimit, RedisRateLimitStore } from '@phial/core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { countdown, withRedis } from '../../support/redis.ts'
import { bytes } from '../support/bytes.ts'
import { ok } from '../support/drive.ts'

describe('MemoryRateLimitStore', () => {
  afterEach(() => void vi.useRealTimers())

  test('counts in windows, and removes expired ones', () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const store = new MemoryRateLimitStore()
    expect(store.hit('a', 10)).toEqual({ count: 1, resetsIn: 10 })
    vi.advanceTimersByTime(4000)
    expect(store.hit('a', 10)).toEqual({ count: 2, resetsIn: 6 })
    expect(store.hit('b', 10)).toEqual({ count: 1, resetsIn: 10 })
    expect(store.size).toBe(2)
    vi.advanceTimersByTime(6000)
    expect(store.hit('c', 10)).toEqual({ count: 1, resetsIn: 10 })
    expect(store.size).toBe(2)
    expect(store.hit('a', 10)).toEqual({ count: 1, resetsIn: 10 })
  })

  test('resets a short window although a longer one is still open', () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const store = new MemoryRateLimitStore()
    store.hit('long', 100)
    store.hit('short', 1)
    vi.advanceTimersByTime(2000)
    expect(store.hit('short', 1)).toEqual({ count: 1, resetsIn: 1 })
  })
})

test('MemoryRateLimitStore limits the number of clients, and replaces the oldest', () => {
  const store = new MemoryRateLimitStore({ maxClients: 3 })
  for (const key of ['a', 'b', 'c', 'a', 'd']) store.hit(key, 10)
  expect(store.size).toBe(3)
  expect([store.hit('b', 10).count, store.hit('d', 10).count]).toEqual([2, 2])
  expect(store.hit('a', 10).count).toBe(1)
  const usual = new MemoryRateLimitStore()
  for (let at = 0; at < 100_001; at += 1) usual.hit(String(at), 10)
  expect(usual.size).toBe(100_000)
})

withRedis('RedisRateLimitStore', (redis) => {
  test('shares its counts with other stores on the same Redis', async () => {
    const client = redis()
    const apps = [1, 2].map(() =>
      rateLimit({ limit: 3, window: 100, store: new RedisRateLimitStore(client) })(
        (_environ, startResponse) => {
          ok(startResponse)
          return [bytes('')]
        },
      ),
    )
    const statuses = []
    const least = countdown(100)
    for (let at = 0; at < 4; at += 1) {
      for (const app of apps) {
        // oxlint-disable-next-line no-await-in-loop
        statuses.push((await call(app)).statusCode)
      }
    }
    expect(statuses).toEqual([200, 200, 200, 429, 429, 429, 429, 429])
    const left = await client.ttl('rate-limit:127.0.0.1')
    expect(left).toBeGreaterThanOrEqual(least())
    expect(left).toBeLessThanOrEqual(100)
  })

  test('counts concurrent hits exactly, in a window that begins with the first', async () => {
    const store = new RedisRateLimitStore(redis(), { prefix: 'own:' })
    const least = countdown(100)
    const hits = await Promise.all(Array.from({ length: 50 }, () => store.hit('x', 100)))
    expect(hits.map(({ count }) => count).sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, at) => at + 1)) // prettier-ignore
    for (const { resetsIn } of hits) {
      expect(resetsIn).toBeGreaterThanOrEqual(least())
      expect(resetsIn).toBeLessThanOrEqual(100)
    }
    expect(await redis().get('own:x')).toBe('50')
    await redis().pExpireAt('own:x', 1)
    expect((await store.hit('x', 100)).count).toBe(1)
  })
})
