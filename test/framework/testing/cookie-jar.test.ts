import { Phial, request, Response } from 'phial'
import { describe, expect, test } from 'vitest'

const app = new Phial(import.meta.url)
const show = (): Response | object => {
  const header = request.args.get('set')
  if (header === null) return { ...request.cookies }
  return new Response('', { headers: { 'Set-Cookie': header } })
}
app.get('/', show)
app.get('/*path', show)

interface Place {
  host?: string
  path?: string
  scheme?: string
}

/** Returns the cookies that a client sends to one place, after another place has set a cookie. */
async function sent(cookie: string, from: Place, to: Place): Promise<unknown> {
  const client = app.testClient()
  const ask = (
    { host = 'example.com', path = '/', scheme = 'http' }: Place,
    query = {},
  ): Promise<globalThis.Response> =>
    client.get(path, { query, headers: { Host: host }, environ: { 'wsgi.url_scheme': scheme } })
  await ask(from, { set: cookie })
  return (await ask(to)).json()
}

const yes = { a: 'b' }
const ip = { host: '127.0.0.1:8000' }
const local = { host: 'shop.localhost' }
const https = { scheme: 'https' }

describe('a cookie is sent', () => {
  test.each<[string, string, Place, Place, object]>([
    ['to its host', 'a=b', {}, {}, yes],
    ['to its host on another port', 'a=b', {}, { host: 'example.com:8000' }, yes],
    ['not to another host', 'a=b', {}, { host: 'example.org' }, {}],
    ['not to subdomains of its host', 'a=b', {}, { host: 'www.example.com' }, {}],
    [
      'to subdomains of its domain',
      'a=b; Domain=.Example.com',
      {},
      { host: 'www.EXAMPLE.com' },
      yes,
    ],
    [
      'not to a host that only ends with its domain',
      'a=b; Domain=example.com',
      {},
      { host: 'badexample.com' },
      {},
    ],
    [
      'not if its domain does not include the host',
      'a=b; Domain=example.org',
      {},
      { host: 'example.org' },
      {},
    ],
    ['to its path', 'a=b; Path=/x', {}, { path: '/x' }, yes],
    ['under its path', 'a=b; Path=/x', {}, { path: '/x/y?z' }, yes],
    ['not to a path that only starts with its path', 'a=b; Path=/x', {}, { path: '/xy' }, {}],
    ['not above its path', 'a=b; Path=/x', {}, {}, {}],
    [
      'without a path, in the folder of the request',
      'a=b',
      { path: '/x/y' },
      { path: '/x/z' },
      yes,
    ],
    ['not above that folder', 'a=b', { path: '/x/y' }, { path: '/' }, {}],
    ['over HTTPS if it is Secure', 'a=b; Secure', {}, { scheme: 'https' }, yes],
    ['not over HTTP if it is Secure', 'a=b; Secure', {}, {}, {}],
    ['before it expires', 'a=b; Expires=Fri, 31 Dec 9999 23:59:59 GMT', {}, {}, yes],
    ['not after it expires', 'a=b; Expires=Thu, 01 Jan 1970 00:00:00 GMT', {}, {}, {}],
    [
      'for Max-Age, which overrides Expires',
      'a=b; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT',
      {},
      {},
      yes,
    ],
    ['not after Max-Age', 'a=b; Max-Age=0', {}, {}, {}],
    ['not to an address for a part of it', 'a=b; Domain=0.0.1', ip, ip, {}],
    ['to its address', 'a=b; Domain=127.0.0.1', ip, ip, yes],
    ['not to localhost if another host set it', 'a=b; Secure', {}, local, {}],
    ['over HTTP on localhost if it is Secure', 'a=b; Secure', local, local, yes],
    ['over HTTP on a loopback address if it is Secure', 'a=b; Secure', ip, ip, yes],
    [
      'under its path, even if the request that set it had another one',
      'a=b; Path=/x',
      { path: '/y' },
      { path: '/x' },
      yes,
    ],
    [
      'in the default path if its own is relative',
      'a=b; Path=x',
      { path: '/y/z' },
      { path: '/y' },
      yes,
    ],
    ['not without a name', '=b', {}, {}, {}],
    ['not if it is too long', `a=${'b'.repeat(4096)}`, {}, {}, {}],
    ['not with SameSite=None alone', 'a=b; SameSite=None', {}, {}, {}],
    ['with SameSite=None and Secure', 'a=b; SameSite=None; Secure', https, https, yes],
    ['not with Partitioned alone', 'a=b; Partitioned', https, https, {}],
  ])('%s', async (_, cookie, from, to, expected) => {
    expect(await sent(cookie, from, to)).toEqual(expected)
  })

  test('unchanged, and the one with the longest path first', async () => {
    const client = app.testClient()
    await client.get('/', { query: { set: 'a=%C3%A9"; Path=/' } })
    await client.get('/', { query: { set: 'a=2; Path=/x' } })
    expect(client.getCookie('a')).toBe('%C3%A9"')
    expect(client.getCookie('a', '/x')).toBe('2')
  })
})

describe('a name with a prefix', () => {
  test.each<[string, Place, boolean]>([
    ['__Host-a=b; Secure; Path=/', https, true],
    ['__Host-a=b; Secure; Path=/', local, true],
    ['__Host-a=b; Secure; Path=/', {}, false],
    ['__Host-a=b; Path=/', https, false],
    ['__Host-a=b; Secure', https, false],
    ['__Host-a=b; Secure; Path=/x', https, false],
    ['__Host-a=b; Secure; Path=/; Domain=example.com', https, false],
    ['__host-a=b; Path=/', https, false],
    ['__Secure-a=b; Secure', https, true],
    ['__Secure-a=b; Secure; Domain=example.com; Path=/x', { ...https, path: '/x' }, true],
    ['__Secure-a=b; Secure', {}, false],
    ['__Secure-a=b', https, false],
  ])('%s from %j: %s', async (cookie, from, isStored) => {
    const [name = ''] = cookie.split('=')
    expect(await sent(cookie, from, from)).toEqual(isStored ? { [name]: 'b' } : {})
  })

  test('can only be set if a browser would accept it', () => {
    const client = app.testClient()
    client.setCookie('__Host-a', 'b')
    expect(client.getCookie('__Host-a')).toBe('b')
    expect(() => client.setCookie('__Host-a', 'b', { path: '/x' })).toThrow(
      'Browsers would ignore the cookie __Host-a: the prefix __Host- requires Path=/ and forbids Domain.',
    )
  })
})

test('cookies with the same path are sent in the order in which they were first set', async () => {
  const client = app.testClient()
  for (const set of ['a=1; Path=/', 'b=2; Path=/', 'a=3; Path=/']) {
    await client.get('/', { query: { set } })
  }
  const answer = await client.get('/')
  expect(answer.request?.headers.get('cookie')).toBe('a=3; b=2')
})
