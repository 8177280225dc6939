import {
  type Application,
  call,
  type CallAnswer,
  rateLimit,
  type RateLimitOptions,
  type RateLimitStore,
  validator,
} from '@phial/core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { bytes } from '../support/bytes.ts'
import { ok } from '../support/drive.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }))
afterEach(() => void vi.useRealTimers())

/** An application behind a limit, and how often it was called. */
function limited(options: RateLimitOptions): {
  ask: (address?: string, headers?: Record<string, string>) => Promise<CallAnswer>
  calls: () => number
} {
  let calls = 0
  const inner: Application = (_environ, startResponse) => {
    calls += 1
    ok(startResponse)
    return [bytes('here')]
  }
  const app = validator(rateLimit(options)(validator(inner)))
  return {
    ask: (address = '203.0.113.7', headers = {}) =>
      call(app, { headers, environ: { REMOTE_ADDR: address } }),
    calls: () => calls,
  }
}

const said = ({ headers }: CallAnswer): string[] =>
  headers
    .filter(([name]) => /^ratelimit-|^retry-after$/i.test(name))
    .map(([name, value]) => `${name}: ${value}`)

test('so many in a window, then 429 until it is over', async () => {
  const { ask, calls } = limited({ limit: 2, window: 10 })
  const first = await ask()
  expect([first.statusCode, said(first)]).toEqual([200, ['RateLimit-Limit: 2', 'RateLimit-Remaining: 1', 'RateLimit-Reset: 10']]) // prettier-ignore
  vi.advanceTimersByTime(3500)
  expect(said(await ask())).toEqual(['RateLimit-Limit: 2', 'RateLimit-Remaining: 0', 'RateLimit-Reset: 7']) // prettier-ignore
  const refused = await ask()
  expect([refused.status, refused.text()]).toEqual(['429 Too Many Requests', 'Too many requests. Come again later.\n']) // prettier-ignore
  expect(said(refused)).toEqual(['Retry-After: 7', 'RateLimit-Limit: 2', 'RateLimit-Remaining: 0', 'RateLimit-Reset: 7']) // prettier-ignore
  expect(calls()).toBe(2)
  vi.advanceTimersByTime(6500)
  expect((await ask()).statusCode).toBe(200)
})

test('each client by itself', async () => {
  const { ask } = limited({ limit: 1 })
  expect((await ask('203.0.113.7')).statusCode).toBe(200)
  expect((await ask('203.0.113.8')).statusCode).toBe(200)
  expect((await ask('203.0.113.7')).statusCode).toBe(429)
})

test('by a key of one’s own, and not at all without one', async () => {
  const { ask } = limited({
    limit: 1,
    key: ({ HTTP_X_API_KEY: key }) => (typeof key === 'string' ? key : undefined),
  })
  expect((await ask('203.0.113.7', { 'X-Api-Key': 'a' })).statusCode).toBe(200)
  expect((await ask('203.0.113.8', { 'X-Api-Key': 'a' })).statusCode).toBe(429)
  for (let at = 0; at < 3; at += 1) {
    // oxlint-disable-next-line no-await-in-loop
    const answer = await ask()
    expect([answer.statusCode, said(answer)]).toEqual([200, []])
  }
})

describe('a store', () => {
  test('may answer later', async () => {
    const store: RateLimitStore = { hit: async () => ({ count: 6, resetsIn: 0.2 }) }
    const refused = await limited({ limit: 5, store }).ask()
    expect([refused.statusCode, said(refused)[0]]).toEqual([429, 'Retry-After: 1'])
  })

  test('that fails is an error, not an open door', async () => {
    const store: RateLimitStore = { hit: () => Promise.reject(new Error('the store is gone')) }
    const { ask, calls } = limited({ limit: 5, store })
    await expect(ask()).rejects.toThrow('the store is gone')
    expect(calls()).toBe(0)
  })
})

test.each([{ limit: 0 }, { limit: Number.NaN }, { limit: 5, window: 0 }, { limit: 5, window: -1 }])(
  '%j is refused',
  (options) => {
    expect(() => rateLimit(options)).toThrow(RangeError)
  },
)
