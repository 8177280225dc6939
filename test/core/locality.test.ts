import { describe, expect, test } from 'vitest'
import { isLoopback, setupTestingDefaults, whyRemote } from '@phial/core'

const reasonFor = (environ: Record<string, unknown>): string | undefined =>
  whyRemote(
    setupTestingDefaults({
      SERVER_PROTOCOL: 'HTTP/1.1',
      HTTP_HOST: 'localhost',
      REMOTE_ADDR: '127.0.0.1',
      ...environ,
    }),
  )

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

describe('whyRemote', () => {
  test.each(['localhost', 'localhost:8000', 'app.localhost', '127.0.0.1:8000', '[::1]:8000'])(
    'returns undefined for a request for the local host %s',
    (host) => {
      expect(reasonFor({ HTTP_HOST: host })).toBeUndefined()
    },
  )

  test('rejects a client whose address is remote or unknown', () => {
    expect(reasonFor({ REMOTE_ADDR: '10.0.0.7' })).toBe('the client is 10.0.0.7')
    expect(reasonFor({ REMOTE_ADDR: '' })).toBe('the client is unknown')
    expect(reasonFor({ REMOTE_ADDR: undefined })).toBe('the client is unknown')
  })

  // Behind a proxy on this machine, every client has a local address.
  test.each([
    'Forwarded', 'Via', 'CDN-Loop', 'X-Forwarded-For', 'X-Forwarded-Host', 'X-Forwarded-Proto', 'X-Forwarded-Port',
    'X-Forwarded-Server', 'X-Forwarded-Prefix', 'X-Forwarded-Ssl', 'X-Forwarded', 'X-Real-IP', 'True-Client-IP', 'Client-IP',
    'X-Client-IP', 'X-Cluster-Client-IP', 'Fastly-Client-IP', 'Fly-Client-IP', 'CF-Connecting-IP', 'CF-Ray',
    'X-Original-Forwarded-For', 'X-Original-Host', 'X-Envoy-External-Address', 'X-Amzn-Trace-Id', 'X-Azure-ClientIP',
    'X-Appengine-User-IP', 'X-Remote-Addr', 'X-ProxyUser-IP',
  ])('rejects a request with %s, because a proxy sends it', (name) => {
    const key = `HTTP_${name.toUpperCase().replaceAll('-', '_')}`
    expect(reasonFor({ [key]: '127.0.0.1' })).toMatch(/a proxy forwarded the request/)
    expect(reasonFor({ [key]: '' })).toMatch(/a proxy forwarded the request/)
  }) // prettier-ignore

  test.each([
    'X-Requested-With',
    'User-Agent',
    'Accept-Language',
    'DNT',
    'X-Request-ID',
    'Cookie',
    'Referrer-Policy',
  ])('accepts a request with %s', (name) => {
    expect(reasonFor({ [`HTTP_${name.toUpperCase().replaceAll('-', '_')}`]: 'x' })).toBeUndefined()
  })

  test.each(['HTTP/1.0', 'HTTP/0.9'])('rejects %s, because proxies use it', (protocol) => {
    expect(reasonFor({ SERVER_PROTOCOL: protocol })).toMatch(/it uses HTTP/)
    expect(reasonFor({ SERVER_PROTOCOL: 'HTTP/2.0' })).toBeUndefined()
  })

  test.each(['HTTP_ORIGIN', 'HTTP_REFERER'])(
    'rejects a remote %s and accepts a local one',
    (key) => {
      for (const from of [
        'https://example.com',
        'http://localhost.example.com/a',
        'null',
        '',
        'http://10.0.0.1:8000',
      ])
        expect(reasonFor({ [key]: from })).toMatch(/says that the request comes from/)
      for (const from of [
        'http://localhost:8000',
        'http://127.0.0.1:5173/a',
        'http://[::1]:8000/',
        'http://app.localhost',
      ])
        expect(reasonFor({ [key]: from })).toBeUndefined()
    },
  )

  // DNS rebinding: if evil.example resolves to 127.0.0.1, its pages can read the response.
  test.each(['evil.example', 'localhost.evil.example:8000', '10.0.0.1', '127.0.0.1.evil.example'])(
    'rejects the host %s, because it is not local',
    (host) => {
      expect(reasonFor({ HTTP_HOST: host })).toMatch(/the request is for the host/)
    },
  )

  test('rejects requests from pages of other sites, except navigations', () => {
    const there = { HTTP_SEC_FETCH_SITE: 'cross-site' }
    expect(reasonFor({ ...there, HTTP_SEC_FETCH_MODE: 'cors' })).toMatch(/page of another site/)
    expect(reasonFor({ ...there, HTTP_SEC_FETCH_MODE: 'navigate' })).toBeUndefined()
    expect(
      reasonFor({ HTTP_SEC_FETCH_SITE: 'same-origin', HTTP_SEC_FETCH_MODE: 'cors' }),
    ).toBeUndefined()
  })

  test('uses SERVER_NAME if there is no Host header', () => {
    expect(reasonFor({ HTTP_HOST: undefined, SERVER_NAME: '127.0.0.1' })).toBeUndefined()
  })
})
