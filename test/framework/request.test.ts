import fc from 'fast-check'
import { Phial, type Request, request, type TestRequestOptions } from 'phial'
import { describe, expect, test } from 'vitest'

const app = new Phial(import.meta.url)

/** Reads a part of a request. */
function reading<T>(path: string, read: (of: Request) => T, options: TestRequestOptions = {}): T {
  return read(app.testRequestContext(path, options).request)
}

/** An app that answers with what its request’s body says. */
function echo(read: () => Promise<unknown>, config = {}): Phial {
  const made = new Phial(import.meta.url, { config })
  made.post('/', async () => ({ said: await read() }))
  return made
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
    ['baseUrl', (of) => of.baseUrl, 'http://example.com:8000/m%C3%A9/caf%C3%A9'],
    ['scheme', (of) => of.scheme, 'http'],
    ['isSecure', (of) => of.isSecure, false],
    ['method', (of) => of.method, 'GET'],
    ['endpoint', (of) => of.endpoint, undefined],
    ['environ', (of) => of.environ.SCRIPT_NAME, '/m\u00c3\u00a9'],
  ])('%s', (_, read, expected) => {
    expect(reading('/café?a=1&a=2&b', read, { environ })).toEqual(expected)
  })

  test('fullPath ends in ? without a query', () => {
    expect(reading('/a', (of) => of.fullPath)).toBe('/a?')
  })

  test.each([
    ['http', 'example.com:80', 'example.com'],
    ['https', 'example.com:443', 'example.com'],
    ['https', 'example.com:80', 'example.com:80'],
    ['http', '[::1]:8000', '[::1]:8000'],
  ])('host: %s %s', (scheme, given, expected) => {
    const options = { environ: { 'wsgi.url_scheme': scheme, HTTP_HOST: given } }
    expect(reading('/', (of) => of.host, options)).toBe(expected)
  })

  test.each(['a/b', 'a@b', '"><script>', 'a b', '[::1', 'a:b'])('host: %s is a 400', (host) => {
    const read = (): string => reading('/', (of) => of.host, { environ: { HTTP_HOST: host } })
    expect(read).toThrow('The Host header of the request is malformed')
  })
})

test('headers and cookies', () => {
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

test('the client’s address is the gateway’s, whatever a header says', async () => {
  const echoing = new Phial(import.meta.url)
  echoing.get('/', () => String(request.remoteAddr))
  const response = await echoing
    .testClient()
    .get('/', { headers: { 'X-Forwarded-For': '6.6.6.6' } })
  expect(await response.text()).toBe('127.0.0.1')
})

describe('the body', () => {
  test('as text and as bytes, as often as asked', async () => {
    const client = echo(async () => {
      const [once, again, bytes] = [
        await request.text(),
        await request.text(),
        await request.bytes(),
      ]
      return [once, again, bytes.byteLength]
    }).testClient()
    const response = await client.post('/', { body: 'é' })
    expect(await response.json()).toEqual({ said: ['é', 'é', 2] })
  })

  test.each([
    ['application/json', '{"a":1}', 200],
    ['application/vnd.api+json; charset=utf-8', '{"a":1}', 200],
    ['application/json', '{"a":', 400],
    ['application/json', '', 400],
    ['text/plain', '{"a":1}', 415],
    ['', '{"a":1}', 415],
  ])('as JSON: %s %s', async (type, body, status) => {
    const client = echo(() => request.json()).testClient()
    const headers: Record<string, string> = type === '' ? {} : { 'Content-Type': type }
    const response = await client.post('/', { body, headers })
    expect(response.status).toBe(status)
  })

  test('as JSON: bytes that are no UTF-8 are a 400', async () => {
    const headers = { 'Content-Type': 'application/json' }
    const client = echo(() => request.json()).testClient()
    const response = await client.post('/', { body: Uint8Array.of(0x22, 0xff, 0x22), headers })
    expect(response.status).toBe(400)
  })

  const entries = async (): Promise<unknown> => {
    const form = await request.formData()
    const texts = [...form].map(async ([name, value]) => [
      name,
      typeof value === 'string' ? value : `${value.name}: ${await value.text()}`,
    ])
    return Promise.all(texts)
  }

  test('as an urlencoded form', async () => {
    const client = echo(entries).testClient()
    const response = await client.post('/', { form: { a: ['1', '2'], é: 'x y&' } })
    expect(await response.json()).toEqual({
      said: [
        ['a', '1'],
        ['a', '2'],
        ['é', 'x y&'],
      ],
    })
  })

  test('as a multipart form', async () => {
    const form = new FormData()
    form.append('a', '1')
    form.append('file', new Blob(['content']), 'ü.txt')
    const response = await echo(entries).testClient().post('/', { form })
    expect(await response.json()).toEqual({
      said: [
        ['a', '1'],
        ['file', 'ü.txt: content'],
      ],
    })
  })

  test('as a form: another type is a 415, a broken one a 400', async () => {
    const client = echo(entries).testClient()
    expect((await client.post('/', { json: {} })).status).toBe(415)
    const headers = { 'Content-Type': 'multipart/form-data; boundary=x' }
    expect((await client.post('/', { body: '--x\r\nbroken', headers })).status).toBe(400)
  })

  test('beyond the limit is a 413, with a length said or without', async () => {
    const client = echo(() => request.text(), { MAX_CONTENT_LENGTH: 4 }).testClient()
    expect((await client.post('/', { body: '1234' })).status).toBe(200)
    expect((await client.post('/', { body: '12345' })).status).toBe(413)
    const environ = { CONTENT_LENGTH: undefined, HTTP_TRANSFER_ENCODING: 'chunked' }
    const lengthless = echo(() => request.text(), { MAX_CONTENT_LENGTH: 4 })
    const response = await lengthless
      .testClient({ validate: false })
      .post('/', { body: '12345', environ })
    expect(response.status).toBe(413)
  })
})

test('any query, cookie and form find an answer below 500', async () => {
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
