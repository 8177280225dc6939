import { call, origin, proxyFix, requestUri, validator, type ProxyFixOptions } from '@phial/core'
import { describe, expect, test } from 'vitest'
import { bytes } from '../support/bytes.ts'
import { ok } from '../support/drive.ts'

const KEYS = ['REMOTE_ADDR', 'wsgi.url_scheme', 'HTTP_HOST', 'SERVER_NAME', 'SERVER_PORT', 'SCRIPT_NAME'] as const // prettier-ignore

type Seen = Partial<Record<(typeof KEYS)[number] | 'uri' | 'orig', unknown>>

/** What an application sees behind the middleware. */
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
  ['nothing is there', ALL, {}, {}],
  ['address and scheme are believed of one proxy, if nothing is said', undefined, { 'X-Forwarded-For': '1.2.3.4', 'X-Forwarded-Proto': 'https' }, { REMOTE_ADDR: '1.2.3.4', 'wsgi.url_scheme': 'https' }],
  ['host, port and prefix are not believed, if nothing is said', undefined, { 'X-Forwarded-Host': 'a', 'X-Forwarded-Port': '1', 'X-Forwarded-Prefix': '/p' }, {}],
  ['0 hops ignore a header', { for: 0, proto: 0 }, { 'X-Forwarded-For': '1.2.3.4', 'X-Forwarded-Proto': 'https' }, {}],
  ['only the rightmost value is believed of one proxy', { for: 1 }, { 'X-Forwarded-For': '6.6.6.6, 1.2.3.4' }, { REMOTE_ADDR: '1.2.3.4' }],
  ['the second from the right is believed of two proxies', { for: 2 }, { 'X-Forwarded-For': '6.6.6.6,1.2.3.4 ,10.0.0.1' }, { REMOTE_ADDR: '1.2.3.4' }],
  ['fewer values than proxies are ignored', { for: 3, proto: 2 }, { 'X-Forwarded-For': '1.2.3.4, 10.0.0.1', 'X-Forwarded-Proto': 'https' }, {}],
  ['an empty value is ignored', ALL, { 'X-Forwarded-For': '', 'X-Forwarded-Proto': '', 'X-Forwarded-Host': '', 'X-Forwarded-Port': '', 'X-Forwarded-Prefix': '' }, {}],
  ['an IPv6 address is believed', ALL, { 'X-Forwarded-For': '2001:db8::1' }, { REMOTE_ADDR: '2001:db8::1' }],
  ['a scheme that is none is ignored', ALL, { 'X-Forwarded-Proto': 'gopher' }, {}],
  ['the scheme may go down', ALL, { 'X-Forwarded-Proto': 'https, http' }, {}],
  ['a host without a port leaves the port of the server', ALL, { 'X-Forwarded-Host': 'example.org' }, { HTTP_HOST: 'example.org', SERVER_NAME: 'example.org' }],
  ['a host with a port brings it along', ALL, { 'X-Forwarded-Host': 'example.org:8443' }, { HTTP_HOST: 'example.org:8443', SERVER_NAME: 'example.org', SERVER_PORT: '8443' }],
  ['an IPv6 host keeps its brackets', ALL, { 'X-Forwarded-Host': '[2001:db8::1]' }, { HTTP_HOST: '[2001:db8::1]', SERVER_NAME: '[2001:db8::1]' }],
  ['an IPv6 host with a port is parted from it', ALL, { 'X-Forwarded-Host': '[2001:db8::1]:81' }, { HTTP_HOST: '[2001:db8::1]:81', SERVER_NAME: '[2001:db8::1]', SERVER_PORT: '81' }],
  ['the outermost host is believed', { host: 2 }, { 'X-Forwarded-Host': 'evil, example.org, proxy' }, { HTTP_HOST: 'example.org', SERVER_NAME: 'example.org' }],
  ['a port is that of the host too', ALL, { 'X-Forwarded-Port': '8443' }, { HTTP_HOST: 'inner:8443', SERVER_PORT: '8443' }],
  ['a port takes the place of the one in the host', ALL, { 'X-Forwarded-Host': 'example.org:1', 'X-Forwarded-Port': '2' }, { HTTP_HOST: 'example.org:2', SERVER_NAME: 'example.org', SERVER_PORT: '2' }],
  ['a port goes with an IPv6 host', ALL, { 'X-Forwarded-Host': '[::1]', 'X-Forwarded-Port': '2' }, { HTTP_HOST: '[::1]:2', SERVER_NAME: '[::1]', SERVER_PORT: '2' }],
  ['a prefix is the script name', ALL, { 'X-Forwarded-Prefix': '/app/v2' }, { SCRIPT_NAME: '/app/v2' }],
  ['a prefix loses the slash at its end', ALL, { 'X-Forwarded-Prefix': '/app/' }, { SCRIPT_NAME: '/app' }],
  ['a prefix of "/" is none', ALL, { 'X-Forwarded-Prefix': '/' }, {}],
  ['the outermost prefix is believed', { prefix: 2 }, { 'X-Forwarded-Prefix': '/evil, /outer, /inner' }, { SCRIPT_NAME: '/outer' }],
] // prettier-ignore

test.each(cases)('%s', async (_what, options, headers, changed) => {
  expect(await behind(options, headers)).toMatchObject({ ...INNER, ...changed })
})

describe('what cannot be is ignored', () => {
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
  ])('a host of %j', async (host) => {
    expect(await behind({ host: 1 }, { 'X-Forwarded-Host': host })).toMatchObject(INNER)
  })

  test.each(['http', '-1', '8 0', '123456', '80a'])('a port of %j', async (port) => {
    expect(await behind({ port: 1 }, { 'X-Forwarded-Port': port })).toMatchObject(INNER)
  })

  test.each(['app', '//evil.example', '/a//b', '/a\\b', 'http://a'])(
    'a prefix of %j',
    async (prefix) => {
      expect(await behind({ prefix: 1 }, { 'X-Forwarded-Prefix': prefix })).toMatchObject(INNER)
    },
  )
})

test('the URL is the one that the client asked for', async () => {
  const { uri } = await behind(ALL, {
    'X-Forwarded-Proto': 'https',
    'X-Forwarded-Host': 'example.org',
    'X-Forwarded-Prefix': '/app',
  })
  expect(uri).toBe('https://example.org/app/x')
})

test('a port is believed where there is no Host at all', async () => {
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

test('an IPv6 host stands in one pair of brackets in a URL, with a Host or without', async () => {
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

test('what was there before is kept', async () => {
  const { orig } = await behind(ALL, {
    'X-Forwarded-For': '1.2.3.4',
    'X-Forwarded-Proto': 'https',
    'X-Forwarded-Host': 'example.org:81',
    'X-Forwarded-Prefix': '/app',
  })
  expect(orig).toEqual(INNER)
})
