/** Forwarding headers: on an environ, and over a real socket. */
import type { Application, Environ } from '@phial/core'
import { describe, expect, test } from 'vitest'
import { forwarded, forwardedParts } from '../../../packages/server/src/ingress/forwarded.ts'
import { exchange, readAnswer, request } from '../support/raw.ts'
import { bytes, serving } from '../support/server.ts'

const allow = ['127.0.0.1', '10.0.0.0/8']
const all = forwarded(allow, forwardedParts)

function seen(
  headers: Record<string, string>,
  peer = '127.0.0.1',
  forwarding = all,
): Partial<Environ> {
  const environ = {
    REMOTE_ADDR: peer,
    REMOTE_PORT: '5',
    SCRIPT_NAME: '',
    SERVER_NAME: 'inner',
    SERVER_PORT: '8000',
    HTTP_HOST: 'inner:8000',
    'wsgi.url_scheme': 'http',
  } as unknown as Environ
  for (const [name, value] of Object.entries(headers)) {
    environ[`HTTP_${name.toUpperCase().replaceAll('-', '_')}`] = value
  }
  const refused = forwarding(environ, peer)
  return refused ? { refused: refused.status, reason: refused.reason } : environ
}

describe('the client', () => {
  test.each([
    ['the only hop', '203.0.113.7', '203.0.113.7'],
    ['the rightmost untrusted hop', '203.0.113.7, 10.0.0.2', '203.0.113.7'],
    ['not a hop that the client may have forged', '1.1.1.1, 203.0.113.7, 10.0.0.2', '203.0.113.7'],
    ['the leftmost hop if all are trusted', '10.0.0.9, 10.0.0.2', '10.0.0.9'],
    ['the last known hop if the address is hidden', 'unknown, 10.0.0.2', '10.0.0.2'],
    ['the peer if no hop is known', 'unknown', '127.0.0.1'],
    ['unchanged without a header', '', '127.0.0.1'],
  ])('is %s', (_, value, client) => {
    expect(seen({ 'X-Forwarded-For': value })['REMOTE_ADDR']).toBe(client)
  })

  test('has the port of its hop, or none', () => {
    expect(seen({ 'X-Forwarded-For': '203.0.113.7:99' })['REMOTE_PORT']).toBe('99')
    expect(seen({ 'X-Forwarded-For': '203.0.113.7' })['REMOTE_PORT']).toBe('')
    expect(seen({ 'X-Forwarded-Proto': 'https' })['REMOTE_PORT']).toBe('5')
  })

  test('is also read from Forwarded', () => {
    const value = 'for=1.1.1.1;proto=http, for="203.0.113.7:99";proto=https;host=site.example, for=10.0.0.2;proto=http' // prettier-ignore
    expect(seen({ Forwarded: value })).toMatchObject({
      REMOTE_ADDR: '203.0.113.7',
      REMOTE_PORT: '99',
      SERVER_NAME: 'site.example',
      'wsgi.url_scheme': 'https',
    })
  })
})

describe('by default', () => {
  const claims = {
    'X-Forwarded-For': '203.0.113.7',
    'X-Forwarded-Proto': 'https',
    'X-Forwarded-Host': 'evil.example',
    'X-Forwarded-Port': '1',
    'X-Forwarded-Prefix': '/evil',
  }

  test('address and scheme are applied, but not host, port and prefix', () => {
    const plain = forwarded(allow)
    expect(seen(claims, '127.0.0.1', plain)).toMatchObject({
      REMOTE_ADDR: '203.0.113.7',
      'wsgi.url_scheme': 'https',
      HTTP_HOST: 'inner:8000',
      SERVER_NAME: 'inner',
      SCRIPT_NAME: '',
    })
    const standard = { Forwarded: 'for=203.0.113.7;proto=https;host=evil.example' }
    expect(seen(standard, '127.0.0.1', plain)).toMatchObject({
      REMOTE_ADDR: '203.0.113.7',
      'wsgi.url_scheme': 'https',
      HTTP_HOST: 'inner:8000',
    })
  })

  test('each part is applied only if it is listed', () => {
    const prefix = forwarded(allow, ['prefix'])
    expect(seen({ ...claims, 'X-Forwarded-Ssl': 'off' }, '127.0.0.1', prefix)).toMatchObject({
      REMOTE_ADDR: '127.0.0.1',
      REMOTE_PORT: '5',
      'wsgi.url_scheme': 'http',
      SCRIPT_NAME: '/evil',
    })
  })
})

describe('the URL', () => {
  test('is determined by each header', () => {
    const headers = {
      'X-Forwarded-Proto': 'https',
      'X-Forwarded-Host': 'site.example',
      'X-Forwarded-Port': '8443',
      'X-Forwarded-Prefix': '/shop',
    }
    expect(seen(headers)).toMatchObject({
      'wsgi.url_scheme': 'https',
      HTTP_HOST: 'site.example:8443',
      SERVER_NAME: 'site.example',
      SERVER_PORT: '8443',
      SCRIPT_NAME: '/shop',
    })
  })

  test.each([
    [{ 'X-Forwarded-Protocol': 'ssl' }, 'https'],
    [{ 'X-Forwarded-Ssl': 'on' }, 'https'],
    [{ 'X-Forwarded-Proto': 'HTTPS' }, 'https'],
    [{ 'X-Forwarded-Proto': 'gopher' }, 'http'],
    [{ 'X-Forwarded-Proto': 'https, http' }, 'http'],
    [
      { 'X-Forwarded-For': '203.0.113.7, 10.0.0.2', 'X-Forwarded-Proto': 'http, https, http' },
      'https',
    ],
    [{ 'X-Forwarded-For': '203.0.113.7, 10.0.0.2', 'X-Forwarded-Proto': 'https' }, 'https'],
  ])('%j sets the scheme %s', (headers, scheme) => {
    expect(seen(headers as Record<string, string>)['wsgi.url_scheme']).toBe(scheme)
  })
})

describe('headers are trusted', () => {
  const headers = {
    'X-Forwarded-For': '203.0.113.7',
    'X-Forwarded-Proto': 'https',
    'X-Forwarded-Host': 'site.example',
    'X-Forwarded-Prefix': '/shop',
    Forwarded: 'for=203.0.113.7',
  }
  test('only from a peer in the list', () => {
    const before = seen({}, '192.0.2.1')
    expect(seen(headers, '192.0.2.1')).toMatchObject(before)
    expect(seen(headers, '10.1.2.3')['SCRIPT_NAME']).toBe('/shop')
  })
  test('from a peer on a unix socket, unless the list is empty', () => {
    expect(seen(headers, '')['REMOTE_ADDR']).toBe('203.0.113.7')
    const environ = { HTTP_X_FORWARDED_FOR: '203.0.113.7', REMOTE_ADDR: '' } as unknown as Environ
    forwarded([])(environ, '')
    expect(environ.REMOTE_ADDR).toBe('')
  })
})

describe('contradictory or malformed headers are rejected', () => {
  test.each([
    [{ 'X-Forwarded-Proto': 'https', 'X-Forwarded-Ssl': 'off' }, /schemes/],
    [{ 'X-Forwarded-Proto': 'http', 'X-Forwarded-Protocol': 'ssl' }, /schemes/],
    [{ 'X-Forwarded-Proto': 'http', Forwarded: 'proto=https' }, /schemes/],
    [{ 'X-Forwarded-For': '203.0.113.7', Forwarded: 'for=1.1.1.1' }, /different clients/],
    [{ Forwarded: 'for="' }, /RFC 7239/],
  ])('%j', (headers, reason) => {
    expect(seen(headers as Record<string, string>)).toEqual({
      refused: '400 Bad Request',
      reason: expect.stringMatching(reason),
    })
  })
})

test('a header name with _ never counts as one with -', async () => {
  const app: Application = (environ, startResponse) => {
    all(environ, environ.REMOTE_ADDR ?? '')
    startResponse('200 OK', [])
    return [bytes(String([environ.REMOTE_ADDR, environ.SCRIPT_NAME]))]
  }
  await using running = await serving(app)
  const sent = ['X_Forwarded_For: 203.0.113.7', 'SCRIPT_NAME: /a', 'Connection: close']
  const received = await exchange(running.port, request(['GET / HTTP/1.1', 'Host: a', ...sent]))
  expect(readAnswer(received).body).toBe('127.0.0.1,')
})
