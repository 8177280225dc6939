import { describe, expect, test } from 'vitest'
import { isLoopback, setupTestingDefaults, whyRemote } from '@phial/core'

const asked = (environ: Record<string, unknown>): string | undefined =>
  whyRemote(setupTestingDefaults({ HTTP_HOST: 'localhost', REMOTE_ADDR: '127.0.0.1', ...environ }))

test.each(['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1'])(
  '%s is this machine',
  (address) => {
    expect(isLoopback(address)).toBe(true)
  },
)

test.each([
  '',
  '10.0.0.1',
  '128.0.0.1',
  '127.0.0.1.evil.example',
  '::',
  '::ffff:10.0.0.1',
  '1127.0.0.1',
])('%j is not', (address) => {
  expect(isLoopback(address)).toBe(false)
})

describe('a debug page is for whoever', () => {
  test.each(['localhost', 'localhost:8000', 'app.localhost', '127.0.0.1:8000', '[::1]:8000'])(
    'asks this machine for %s',
    (host) => {
      expect(asked({ HTTP_HOST: host })).toBeUndefined()
    },
  )

  test('has an address of this machine', () => {
    expect(asked({ REMOTE_ADDR: '10.0.0.7' })).toBe('the client is 10.0.0.7')
    expect(asked({ REMOTE_ADDR: '' })).toBe('the client is unknown')
    expect(asked({ REMOTE_ADDR: undefined })).toBe('the client is unknown')
  })

  // Behind a proxy on this machine, everyone's address is this machine's.
  test.each(['HTTP_X_FORWARDED_FOR', 'HTTP_FORWARDED', 'HTTP_X_REAL_IP', 'HTTP_VIA'])(
    'did not come by a proxy, which sends %s',
    (key) => {
      expect(asked({ [key]: '127.0.0.1' })).toMatch(/a proxy passed the request on/)
    },
  )

  // A page of evil.example whose name leads to 127.0.0.1 may read what it gets from there.
  test.each(['evil.example', 'localhost.evil.example:8000', '10.0.0.1', '127.0.0.1.evil.example'])(
    'asks for a name of this machine, which %s is not',
    (host) => {
      expect(asked({ HTTP_HOST: host })).toMatch(/the request is for the host/)
    },
  )

  test('does not read it from the page of another site', () => {
    const there = { HTTP_SEC_FETCH_SITE: 'cross-site' }
    expect(asked({ ...there, HTTP_SEC_FETCH_MODE: 'cors' })).toMatch(/page of another site/)
    expect(asked({ ...there, HTTP_SEC_FETCH_MODE: 'navigate' })).toBeUndefined()
    expect(
      asked({ HTTP_SEC_FETCH_SITE: 'same-origin', HTTP_SEC_FETCH_MODE: 'cors' }),
    ).toBeUndefined()
  })

  test('asks in HTTP/1.0, without a host', () => {
    expect(asked({ HTTP_HOST: undefined, SERVER_NAME: '127.0.0.1' })).toBeUndefined()
  })
})
