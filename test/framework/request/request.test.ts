import fc from 'fast-check'
import { proxyFix } from '@phial/core'
import { Phial, type Request, request, type TestRequestOptions } from 'phial'
import { describe, expect, test } from 'vitest'
import { make } from '../support.ts'

const app = new Phial(import.meta.url)

/** Reads a part of a request. */
function reading<T>(path: string, read: (of: Request) => T, options: TestRequestOptions = {}): T {
  return read(app.testRequestContext(path, options).request)
}

describe('the URL', () => {
  const environ = { SCRIPT_NAME: '/m\u00c3\u00a9', HTTP_HOST: 'example.com:8000' }

  test.each<[string, (of: Request) => unknown, unknown]>([
    ['path', (of) => of.path, '/café'],
    ['rootPath', (of) => of.rootPath, '/mé'],
    ['fullPath', (of) => of.fullPath, '/café?a=1&a=2&b'],
    ['queryString', (of) => of.queryString, 'a=1&a=2&b'],
    ['args', (of) => of.args.getAll('a'), ['1', '2']],
    ['host', (of) => of.host, 'example.com:8000'],
    ['url', (of) => of.url, 'http://example.com:8000/m%C3%A9/caf%C3%A9?a=1&a=2&b'],
    ['rootUrl', (of) => of.rootUrl, 'http://example.com:8000/m%C3%A9/'],
    ['baseUrl', (of) => of.baseUrl, 'http://example.com:8000/m%C3%A9/caf%C3%A9'],
    ['scheme', (of) => of.scheme, 'http'],
    ['isSecure', (of) => of.isSecure, false],
    ['method', (of) => of.method, 'GET'],
    ['endpoint', (of) => of.endpoint, undefined],
    ['environ', (of) => of.environ.SCRIPT_NAME, '/m\u00c3\u00a9'],
  ])('%s', (_, read, expected) => {
    expect(reading('/café?a=1&a=2&b', read, { environ })).toEqual(expected)
  })

  test('fullPath ends with ? without a query', () => {
    expect(reading('/a', (of) => of.fullPath)).toBe('/a?')
  })

  test.each([
    ['http', 'example.com:80', 'example.com'],
    ['https', 'example.com:443', 'example.com'],
    ['https', 'example.com:80', 'example.com:80'],
    ['http', '[::1]:8000', '[::1]:8000'],
  ])('host for %s and Host: %s is %s', (scheme, given, expected) => {
    const options = { environ: { 'wsgi.url_scheme': scheme, HTTP_HOST: given } }
    expect(reading('/', (of) => of.host, options)).toBe(expected)
  })

  test.each(['a/b', 'a@b', '"><script>', 'a b', '[::1', 'a:b'])(
    'host throws a 400 for %s',
    (host) => {
      const read = (): string => reading('/', (of) => of.host, { environ: { HTTP_HOST: host } })
      expect(read).toThrow('The Host header of the request is malformed')
    },
  )
})

test.each([
  ['a="x y"', 'x y'],
  ['a=""', ''],
  ['a="', '"'],
  ['a=x"y', 'x"y'],
  ['a="x', '"x'],
  [String.raw`a="say \"hi\" \\"`, 'say "hi" \\'],
  [String.raw`a="a\073b \303\251"`, 'a;b é'],
  ['a="%C3%A9"', 'é'],
  ['a=%22x%22', '"x"'],
])('parses the cookie %s as %s', (Cookie, value) => {
  expect(app.testRequestContext('/', { headers: { Cookie } }).request.cookies).toEqual({ a: value })
})

test('provides headers and cookies', () => {
  const headers = {
    'X-Test': 'yes',
    'Content-Type': 'Text/HTML; charset=utf-8',
    Cookie: 'a=1; b="x y"; c=%C3%A9; a=2; d=%zz; __proto__=x',
  }
  const asked = app.testRequestContext('/', { headers }).request
  expect(asked.headers.get('x-test')).toBe('yes')
  expect(asked.headers.get('content-type')).toBe('Text/HTML; charset=utf-8')
  expect(asked.mimetype).toBe('text/html')
  expect(asked.cookies['a']).toBe('1')
  expect(asked.cookies['c']).toBe('é')
  expect(asked.cookies['d']).toBe('%zz')
  expect(asked.cookies['none']).toBeUndefined()
  expect(() => Object.assign(asked.cookies, { a: '3' })).toThrow(TypeError)
})

test('uses the client’s address of the gateway, not that of a header', async () => {
  const echoing = new Phial(import.meta.url)
  echoing.get('/', () => String(request.remoteAddr))
  const response = await echoing
    .testClient()
    .get('/', { headers: { 'X-Forwarded-For': '6.6.6.6' } })
  expect(await response.text()).toBe('127.0.0.1')
})

test('responds below 500 to any query, cookie and form', async () => {
  const lenient = new Phial(import.meta.url)
  lenient.post('/', async () => {
    const { cookies, args, fullPath, url } = request
    const form = await request.formData()
    return { cookies, args: [...args], form: [...form], fullPath, url }
  })
  const client = lenient.testClient({ cookies: false })
  const header = fc.string({ unit: 'binary-ascii' }).map((text) => text.replaceAll(/[^ -~]/g, '%'))
  await fc.assert(
    fc.asyncProperty(header, header, fc.uint8Array(), async (cookie, query, body) => {
      const type = { 'Content-Type': 'application/x-www-form-urlencoded' }
      const headers = { ...type, Cookie: cookie.trim() }
      const response = await client.post('/', { query: `q=${query}`, headers, body })
      expect(response.status).toBeLessThan(500)
    }),
  )
})

describe('accessRoute', () => {
  const route = async (app: Phial): Promise<unknown> => {
    app.get('/', () => ({ route: request.accessRoute }))
    const headers = { 'X-Forwarded-For': '6.6.6.6, 10.0.0.1,' }
    return (await app.testClient().get('/', { headers })).json()
  }

  test('has only remoteAddr without proxyFix', async () => {
    expect(await route(make())).toEqual({ route: ['127.0.0.1'] })
  })

  test('has the forwarded addresses with proxyFix', async () => {
    const app = make()
    app.wsgiApp = proxyFix()(app.wsgiApp)
    expect(await route(app)).toEqual({ route: ['6.6.6.6', '10.0.0.1'] })
  })

  test('is empty on a Unix socket', () => {
    const environ = { REMOTE_ADDR: undefined }
    expect(make().testRequestContext('/', { environ }).request.accessRoute).toEqual([])
  })
})
