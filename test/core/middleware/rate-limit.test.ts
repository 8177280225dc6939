import {
  type Application,
  call,
  type CallAnswer,
  errorStream,
  rateLimit,
  type RateLimitOptions,
  type RateLimitStore,
  toFetch,
  validator,
} from '@phial/core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { bytes } from '../support/bytes.ts'
import { ok } from '../support/drive.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }))
afterEach(() => void vi.useRealTimers())

/** Returns an application behind a limit, with a counter of its calls. */
function limited(options: RateLimitOptions): {
  ask: (address?: string, headers?: Record<string, string>) => Promise<CallAnswer>
  calls: () => number
  log: () => string
} {
  let calls = 0
  let log = ''
  const errors = errorStream((text) => (log += text))
  const inner: Application = (_environ, startResponse) => {
    calls += 1
    ok(startResponse)
    return [bytes('here')]
  }
  const app = validator(rateLimit(options)(validator(inner)))
  return {
    ask: (address = '203.0.113.7', headers = {}) =>
      call(app, { headers, environ: { REMOTE_ADDR: address, 'wsgi.errors': errors } }),
    calls: () => calls,
    log: () => log,
  }
}

const limitHeaders = ({ headers }: CallAnswer): string[] =>
  headers
    .filter(([name]) => /^ratelimit-|^retry-after$/i.test(name))
    .map(([name, value]) => `${name}: ${value}`)

test('allows a number of requests per window, and then responds with 429 until the window ends', async () => {
  const { ask, calls } = limited({ limit: 2, window: 10 })
  const first = await ask()
  expect([first.statusCode, limitHeaders(first)]).toEqual([200, ['RateLimit-Limit: 2', 'RateLimit-Remaining: 1', 'RateLimit-Reset: 10']]) // prettier-ignore
  vi.advanceTimersByTime(3500)
  expect(limitHeaders(await ask())).toEqual(['RateLimit-Limit: 2', 'RateLimit-Remaining: 0', 'RateLimit-Reset: 7']) // prettier-ignore
  const rejected = await ask()
  expect([rejected.status, rejected.text()]).toEqual(['429 Too Many Requests', 'Too many requests. Try again later.\n']) // prettier-ignore
  expect(limitHeaders(rejected)).toEqual(['Retry-After: 7', 'RateLimit-Limit: 2', 'RateLimit-Remaining: 0', 'RateLimit-Reset: 7']) // prettier-ignore
  expect(calls()).toBe(2)
  vi.advanceTimersByTime(6500)
  expect((await ask()).statusCode).toBe(200)
})

test('counts each client separately', async () => {
  const { ask } = limited({ limit: 1 })
  expect((await ask('203.0.113.7')).statusCode).toBe(200)
  expect((await ask('203.0.113.8')).statusCode).toBe(200)
  expect((await ask('203.0.113.7')).statusCode).toBe(429)
})

test('counts by a custom key, and does not count a request whose key is undefined', async () => {
  const { ask } = limited({
    limit: 1,
    key: ({ HTTP_X_API_KEY: key }) => (typeof key === 'string' ? key : undefined),
  })
  expect((await ask('203.0.113.7', { 'X-Api-Key': 'a' })).statusCode).toBe(200)
  expect((await ask('203.0.113.8', { 'X-Api-Key': 'a' })).statusCode).toBe(429)
  for (let at = 0; at < 3; at += 1) {
    // oxlint-disable-next-line no-await-in-loop
    const answer = await ask()
    expect([answer.statusCode, limitHeaders(answer)]).toEqual([200, []])
  }
})

describe('a store', () => {
  test('may be asynchronous', async () => {
    const store: RateLimitStore = { hit: async () => ({ count: 6, resetsIn: 0.2 }) }
    const rejected = await limited({ limit: 5, store }).ask()
    expect([rejected.statusCode, limitHeaders(rejected)[0]]).toEqual([429, 'Retry-After: 1'])
  })

  test('that fails makes the request fail by default', async () => {
    const store: RateLimitStore = { hit: () => Promise.reject(new Error('the store is gone')) }
    const { ask, calls } = limited({ limit: 5, store })
    await expect(ask()).rejects.toThrow('the store is gone')
    expect(calls()).toBe(0)
  })

  test.each<[how: string, hit: RateLimitStore['hit']]>([
    ['rejects', () => Promise.reject(new Error('the store is gone'))],
    [
      'throws',
      () => {
        throw new Error('the store is gone')
      },
    ],
    ['does not respond', () => new Promise(() => undefined)],
  ])(
    'that %s lets requests pass with ifStoreFails: allow, and is logged once',
    async (_how, hit) => {
      const store = { hit: vi.fn(hit) }
      const { ask, log } = limited({ limit: 5, store, ifStoreFails: 'allow', storeTimeout: 0.05 })
      const answers = [await ask(), await ask(), await ask()]
      expect(answers.map((answer) => [answer.statusCode, limitHeaders(answer)])).toEqual(
        Array.from({ length: 3 }, () => [200, []]),
      )
      expect(log()).toMatch(/^rateLimit: the store is down, so requests are not limited: [^]*store/)
      expect([log().match(/is down, so/g)?.length, store.hit.mock.calls.length]).toEqual([1, 1])
    },
  )

  test('that does not respond causes an error with its class name, and is then not used for a while', async () => {
    class Silent implements RateLimitStore {
      readonly hit = vi.fn(() => new Promise<never>(() => undefined))
    }
    const store = new Silent()
    const { ask, calls } = limited({ limit: 5, store, storeTimeout: 0.05 })
    const failing = {
      code: 'ERR_PHIAL_RATE_LIMIT_STORE',
      message: expect.stringContaining('Silent'),
    }
    await expect(ask()).rejects.toMatchObject(failing)
    await expect(ask()).rejects.toMatchObject(failing)
    expect([store.hit.mock.calls.length, calls()]).toEqual([1, 0])
  })

  test('that has recovered counts again', async () => {
    let isDown = true
    const store: RateLimitStore = {
      hit: () => (isDown ? Promise.reject(new Error('gone')) : { count: 6, resetsIn: 1 }),
    }
    const { ask } = limited({ limit: 5, store, ifStoreFails: 'allow', storeTimeout: 2 })
    expect((await ask()).statusCode).toBe(200)
    isDown = false
    expect((await ask()).statusCode).toBe(200)
    vi.advanceTimersByTime(2000)
    expect((await ask()).statusCode).toBe(429)
  })
})

describe('clients whose address is unknown', () => {
  test('are not counted, and a message is logged once', async () => {
    const { ask, log } = limited({ limit: 1 })
    const answers = [await ask(''), await ask(''), await ask('')]
    expect(answers.map((answer) => [answer.statusCode, limitHeaders(answer)])).toEqual(
      Array.from({ length: 3 }, () => [200, []]),
    )
    expect(log()).toMatch(
      /^rateLimit: requests are not counted, because the client address is unknown[^\n]*\n$/,
    )
  })

  test('are counted with toFetch if the platform provides the address', async () => {
    const inner: Application = (_environ, startResponse) => {
      ok(startResponse)
      return []
    }
    const handler = toFetch(rateLimit({ limit: 1 })(inner), {
      environ: (_request, address: string) => ({ REMOTE_ADDR: address }),
    })
    const ask = async (address: string): Promise<number> =>
      (await handler(new Request('http://localhost/'), address)).status
    expect([await ask('203.0.113.7'), await ask('203.0.113.8'), await ask('203.0.113.7')]).toEqual([
      200, 200, 429,
    ])
  })
})

test('counts requests of all applications that one middleware wraps together', async () => {
  const middleware = rateLimit({ limit: 1 })
  const apps = ['a', 'b'].map((text) =>
    middleware((_environ, startResponse) => {
      ok(startResponse)
      return [bytes(text)]
    }),
  )
  const statuses = []
  for (const app of apps) statuses.push((await call(app)).statusCode) // oxlint-disable-line no-await-in-loop
  expect(statuses).toEqual([200, 429])
})

test.each([
  { limit: 0 },
  { limit: Number.NaN },
  { limit: 5, window: 0 },
  { limit: 5, window: -1 },
  { limit: 5, storeTimeout: 0 },
])('throws RangeError for %j', (options) => {
  expect(() => rateLimit(options)).toThrow(RangeError)
})

/** Resolves to whether two addresses are counted as one client. */
async function areOne(one: string, other: string): Promise<boolean> {
  const app = rateLimit({ limit: 1 })((_environ, startResponse) => {
    ok(startResponse)
    return [bytes('')]
  })
  await call(app, { environ: { REMOTE_ADDR: one } })
  return (await call(app, { environ: { REMOTE_ADDR: other } })).statusCode === 429
}

describe('the same client', () => {
  test.each([
    ['203.0.113.7', '203.0.113.7'],
    ['203.0.113.7:5000', '203.0.113.7:5001'],
    ['203.0.113.7', '::ffff:203.0.113.7'],
    ['203.0.113.7', '::FFFF:203.0.113.7'],
    ['2001:db8::1', '2001:db8::2'],
    ['2001:db8::1', '2001:0db8:0000:0000:ffff:0:0:1'],
    ['2001:DB8:1:2:3:4:5:6', '2001:db8:1:2::'],
    ['2001:db8:1:2::9', '[2001:db8:1:2::]:443'],
    ['::1', '::2'],
    ['unknown', 'unknown'],
  ])('%s and %s', async (one, other) => {
    expect(await areOne(one, other)).toBe(true)
  })
})

describe('different clients', () => {
  test.each([
    ['203.0.113.7', '203.0.113.8'],
    ['::ffff:203.0.113.7', '::ffff:203.0.113.8'],
    ['2001:db8::1', '2001:db8:0:1::1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:3:3:4:5:6'],
    ['fe80::1', 'fe81::1'],
    ['1::', '::1'],
    ['unknown', 'other'],
  ])('%s and %s', async (one, other) => {
    expect(await areOne(one, other)).toBe(false)
  })
})
