import { call, origin, proxyFix, requestUri, validator, type ProxyFixOptions } from '@phial/core'
import { describe, expect, test } from 'vitest'
import { bytes } from '../support/bytes.ts'
import { ok } from '../support/drive.ts'

const KEYS = ['REMOTE_ADDR', 'wsgi.url_scheme', 'HTTP_HOST', 'SERVER_NAME', 'SERVER_PORT', 'SCRIPT_NAME'] as const // prettier-ignore

type Seen = Partial<Record<(typeof KEYS)[number] | 'uri' | 'orig', unknown>>

/** Returns the environ keys that an application sees behind the middleware. */
async function behind(
  options: ProxyFixOptions | undefined,
  headers: Record<string, string>,
  environ: Record<string, unknown> = {},
): Promise<Seen> {
  let seen: Seen = {}
  await call(
    proxyFix(options)(
      validator((environ, startResponse) => {
        seen = Object.fromEntries(KEYS.map((key) => [key, environ[key]]))
        seen.uri = requestUri(environ)
        seen.orig = environ['phial.proxy_fix.orig']
        ok(startResponse)
        return [bytes('')]
      }),
    ),
    {
      path: '/x',
      headers: { Host: 'inner:8000', ...headers },
      environ: { SERVER_PORT: '8000', ...environ },
    },
  )
  return seen
}

const INNER: Seen = {
  REMOTE_ADDR: '127.0.0.1',
  'wsgi.url_scheme': 'http',
  HTTP_HOST: 'inner:8000',
  SERVER_NAME: 'localhost',
  SERVER_PORT: '8000',
  SCRIPT_NAME: '',
}

const ALL = { for: 1, proto: 1, host: 1, port: 1, prefix: 1 }

const cases: [what: string, options: ProxyFixOptions | undefined, headers: Record<string, string>, changed: Seen][] = [
  ['changes nothing without headers', ALL, {}, {}],
  ['trusts one proxy for address and scheme by default', undefined, { 'X-Forwarded-For': '1.2.3.4', 'X-Forwarded-Proto': 'https' }, { REMOTE_ADDR: '1.2.3.4', 'wsgi.url_scheme': 'https' }],
  ['does not trust host, port and prefix by default', undefined, { 'X-Forwarded-Host': 'a', 'X-Forwarded-Port': '1', 'X-Forwarded-Prefix': '/p' }, {}],
  ['ignores a header with 0 hops', { for: 0, proto: 0 }, { 'X-Forwarded-For': '1.2.3.4', 'X-Forwarded-Proto': 'https' }, {}],
  ['trusts only the rightmost value with one proxy', { for: 1 }, { 'X-Forwarded-For': '6.6.6.6, 1.2.3.4' }, { REMOTE_ADDR: '1.2.3.4' }],
  ['trusts the second value from the right with two proxies', { for: 2 }, { 'X-Forwarded-For': '6.6.6.6,1.2.3.4 ,10.0.0.1' }, { REMOTE_ADDR: '1.2.3.4' }],
  ['ignores a header with fewer values than proxies', { for: 3, proto: 2 }, { 'X-Forwarded-For': '1.2.3.4, 10.0.0.1', 'X-Forwarded-Proto': 'https' }, {}],
  ['ignores empty values', ALL, { 'X-Forwarded-For': '', 'X-Forwarded-Proto': '', 'X-Forwarded-Host': '', 'X-Forwarded-Port': '', 'X-Forwarded-Prefix': '' }, {}],
  ['accepts an IPv6 address', ALL, { 'X-Forwarded-For': '2001:db8::1' }, { REMOTE_ADDR: '2001:db8::1' }],
  ['ignores an unknown scheme', ALL, { 'X-Forwarded-Proto': 'gopher' }, {}],
  ['accepts http instead of https', ALL, { 'X-Forwarded-Proto': 'https, http' }, {}],
  ['keeps the port of the server for a host without a port', ALL, { 'X-Forwarded-Host': 'example.org' }, { HTTP_HOST: 'example.org', SERVER_NAME: 'example.org' }],
  ['uses the port of the host', ALL, { 'X-Forwarded-Host': 'example.org:8443' }, { HTTP_HOST: 'example.org:8443', SERVER_NAME: 'example.org', SERVER_PORT: '8443' }],
  ['keeps the brackets of an IPv6 host', ALL, { 'X-Forwarded-Host': '[2001:db8::1]' }, { HTTP_HOST: '[2001:db8::1]', SERVER_NAME: '[2001:db8::1]' }],
  ['splits an IPv6 host and its port', ALL, { 'X-Forwarded-Host': '[2001:db8::1]:81' }, { HTTP_HOST: '[2001:db8::1]:81', SERVER_NAME: '[2001:db8::1]', SERVER_PORT: '81' }],
  ['uses the host of the outermost proxy', { host: 2 }, { 'X-Forwarded-Host': 'evil, example.org, proxy' }, { HTTP_HOST: 'example.org', SERVER_NAME: 'example.org' }],
  ['also sets the port in the host', ALL, { 'X-Forwarded-Port': '8443' }, { HTTP_HOST: 'inner:8443', SERVER_PORT: '8443' }],
  ['replaces the port in the host', ALL, { 'X-Forwarded-Host': 'example.org:1', 'X-Forwarded-Port': '2' }, { HTTP_HOST: 'example.org:2', SERVER_NAME: 'example.org', SERVER_PORT: '2' }],
  ['adds the port to an IPv6 host', ALL, { 'X-Forwarded-Host': '[::1]', 'X-Forwarded-Port': '2' }, { HTTP_HOST: '[::1]:2', SERVER_NAME: '[::1]', SERVER_PORT: '2' }],
  ['uses the prefix as SCRIPT_NAME', ALL, { 'X-Forwarded-Prefix': '/app/v2' }, { SCRIPT_NAME: '/app/v2' }],
  ['removes the trailing slash of a prefix', ALL, { 'X-Forwarded-Prefix': '/app/' }, { SCRIPT_NAME: '/app' }],
  ['ignores the prefix "/"', ALL, { 'X-Forwarded-Prefix': '/' }, {}],
  ['uses the prefix of the outermost proxy', { prefix: 2 }, { 'X-Forwarded-Prefix': '/evil, /outer, /inner' }, { SCRIPT_NAME: '/outer' }],
] // prettier-ignore

test.each(cases)('%s', async (_what, options, headers, changed) => {
  expect(await behind(options, headers)).toMatchObject({ ...INNER, ...changed })
})

describe('an invalid value is ignored', () => {
  test.each([
    'a b',
    'a/b',
    'user@host',
    'host:port',
    'host:',
    ':80',
    '[::1',
    '::1',
    'a\\b',
    'a?b',
    'host:123456',
  ])('the host %j', async (host) => {
    expect(await behind({ host: 1 }, { 'X-Forwarded-Host': host })).toMatchObject(INNER)
  })

  test.each(['http', '-1', '8 0', '123456', '80a'])('the port %j', async (port) => {
    expect(await behind({ port: 1 }, { 'X-Forwarded-Port': port })).toMatchObject(INNER)
  })

  test.each(['app', '//evil.example', '/a//b', '/a\\b', 'http://a'])(
    'the prefix %j',
    async (prefix) => {
      expect(await behind({ prefix: 1 }, { 'X-Forwarded-Prefix': prefix })).toMatchObject(INNER)
    },
  )
})

test('requestUri returns the URL that the client requested', async () => {
  const { uri } = await behind(ALL, {
    'X-Forwarded-Proto': 'https',
    'X-Forwarded-Host': 'example.org',
    'X-Forwarded-Prefix': '/app',
  })
  expect(uri).toBe('https://example.org/app/x')
})

test('sets the port without a Host header', async () => {
  let seen: unknown
  const fixed = proxyFix(ALL)((environ, startResponse) => {
    seen = ['HTTP_HOST' in environ, environ.SERVER_PORT]
    ok(startResponse)
    return []
  })
  await call(
    (environ, startResponse) => {
      delete environ['HTTP_HOST']
      return fixed(environ, startResponse)
    },
    { headers: { 'X-Forwarded-Port': '81' } },
  )
  expect(seen).toEqual([false, '81'])
})

test('puts an IPv6 host in a single pair of brackets, with and without a Host header', async () => {
  let origins: string[] = []
  await call(
    proxyFix(ALL)((environ, startResponse) => {
      origins = [origin(environ)]
      delete environ['HTTP_HOST']
      origins.push(origin(environ))
      ok(startResponse)
      return []
    }),
    { headers: { 'X-Forwarded-Host': '[::1]:81' } },
  )
  expect(origins).toEqual(['http://[::1]:81', 'http://[::1]:81'])
})

test('keeps the original values in phial.proxy_fix.orig', async () => {
  const { orig } = await behind(ALL, {
    'X-Forwarded-For': '1.2.3.4',
    'X-Forwarded-Proto': 'https',
    'X-Forwarded-Host': 'example.org:81',
    'X-Forwarded-Prefix': '/app',
  })
  expect(orig).toEqual(INNER)
})
