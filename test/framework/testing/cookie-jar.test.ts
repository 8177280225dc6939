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

/** What a client sends to one place after it was given a cookie by another. */
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

describe('a cookie is sent', () => {
  test.each<[string, string, Place, Place, object]>([
    ['to its host', 'a=b', {}, {}, yes],
    ['to its host on another port', 'a=b', {}, { host: 'example.com:8000' }, yes],
    ['not to another host', 'a=b', {}, { host: 'example.org' }, {}],
    ['not below its host', 'a=b', {}, { host: 'www.example.com' }, {}],
    ['below its domain', 'a=b; Domain=.Example.com', {}, { host: 'www.EXAMPLE.com' }, yes],
    ['not beside its domain', 'a=b; Domain=example.com', {}, { host: 'badexample.com' }, {}],
    ['not if its domain is another’s', 'a=b; Domain=example.org', {}, { host: 'example.org' }, {}],
    ['to its path', 'a=b; Path=/x', {}, { path: '/x' }, yes],
    ['below its path', 'a=b; Path=/x', {}, { path: '/x/y?z' }, yes],
    ['not beside its path', 'a=b; Path=/x', {}, { path: '/xy' }, {}],
    ['not above its path', 'a=b; Path=/x', {}, {}, {}],
    [
      'without a path, in the folder of what was asked',
      'a=b',
      { path: '/x/y' },
      { path: '/x/z' },
      yes,
    ],
    ['and not above that folder', 'a=b', { path: '/x/y' }, { path: '/' }, {}],
    ['where it is secure, over HTTPS', 'a=b; Secure', {}, { scheme: 'https' }, yes],
    ['but not over HTTP', 'a=b; Secure', {}, {}, {}],
    ['before its end', 'a=b; Expires=Fri, 31 Dec 9999 23:59:59 GMT', {}, {}, yes],
    ['not after its end', 'a=b; Expires=Thu, 01 Jan 1970 00:00:00 GMT', {}, {}, {}],
    [
      'for Max-Age, whatever Expires says',
      'a=b; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT',
      {},
      {},
      yes,
    ],
    ['not after Max-Age', 'a=b; Max-Age=0', {}, {}, {}],
  ])('%s', async (_, cookie, from, to, expected) => {
    expect(await sent(cookie, from, to)).toEqual(expected)
  })

  test('as it came, and that of the longest path first', async () => {
    const client = app.testClient()
    await client.get('/', { query: { set: 'a=%C3%A9"; Path=/' } })
    await client.get('/', { query: { set: 'a=2; Path=/x' } })
    expect(client.getCookie('a')).toBe('%C3%A9"')
    expect(client.getCookie('a', '/x')).toBe('2')
  })
})
