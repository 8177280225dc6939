import { Phial, redirect, Response, type Answer, urlFor } from 'phial'
import { describe, expect, test } from 'vitest'

/** Asks an app whose one view returns this. */
async function answering(answer: Answer | undefined, method = 'GET'): Promise<globalThis.Response> {
  const app = new Phial(import.meta.url)
  app.get('/view', { endpoint: 'the view' }, () => answer as Answer)
  return app.testClient().request('/view', { method, environ: { 'wsgi.errors': silent } })
}

const silent = { write: () => undefined, writelines: () => undefined, flush: () => undefined }
const bytes = new TextEncoder().encode('bytes')
const HTML = 'text/html; charset=utf-8'

async function* later(): AsyncGenerator<string> {
  yield 'a'
  await Promise.resolve()
  yield 'b'
}

function* now(): Generator<string | Uint8Array> {
  yield 'é'
  yield bytes
}

describe('what a view may return', () => {
  test.each<[string, () => Answer, number, string | null, string]>([
    ['a string', () => '<p>é', 200, HTML, '<p>é'],
    ['an empty string', () => '', 200, HTML, ''],
    ['bytes', () => bytes, 200, HTML, 'bytes'],
    [
      'an object',
      () => ({ a: [1, null], é: 'ü' }),
      200,
      'application/json',
      '{"a":[1,null],"é":"ü"}',
    ],
    ['an array', () => [1, 2], 200, 'application/json', '[1,2]'],
    ['an array of numbers like statuses', () => [200, 404], 200, 'application/json', '[200,404]'],
    ['an empty array', () => [], 200, 'application/json', '[]'],
    ['a date', () => new Date(0), 200, 'application/json', '"1970-01-01T00:00:00.000Z"'],
    ['[body, status]', () => ['made', 201], 201, HTML, 'made'],
    ['[object, status]', () => [{ a: 1 }, 201], 201, 'application/json', '{"a":1}'],
    ['[array, status]', () => [[1], 201], 201, 'application/json', '[1]'],
    ['a status with words', () => ['odd', '299 Odd'], 299, HTML, 'odd'],
    [
      '[body, status, headers]',
      () => ['x', 200, { 'Content-Type': 'text/plain' }],
      200,
      'text/plain',
      'x',
    ],
    ['a generator', () => now(), 200, HTML, 'ébytes'],
    ['an async generator', () => later(), 200, HTML, 'ab'],
    ['an iterator', () => ['a', 'b'].values(), 200, HTML, 'ab'],
    ['a stream', () => new Blob(['blob']).stream(), 200, HTML, 'blob'],
    ['a Response', () => new Response('own', { status: 202 }), 202, HTML, 'own'],
    ['[Response, status]', () => [new Response('own'), 203], 203, HTML, 'own'],
    [
      'the platform’s',
      () => globalThis.Response.json({ a: 1 }, { status: 202 }),
      202,
      'application/json',
      '{"a":1}',
    ],
    ['the platform’s, empty', () => new globalThis.Response(null, { status: 204 }), 204, null, ''],
    ['204', () => ['ignored', 204], 204, null, ''],
  ])('%s', async (_, answer, status, type, text) => {
    const response = await answering(answer())
    expect([response.status, response.headers.get('content-type')]).toEqual([status, type])
    expect(await response.text()).toBe(text)
  })

  test('words of a status arrive', async () => {
    expect((await answering(['', '299 Odd'])).statusText).toBe('Odd')
    expect((await answering('')).statusText).toBe('OK')
  })

  test('a length is said for all but streams, HEAD included', async () => {
    expect((await answering('é')).headers.get('content-length')).toBe('2')
    expect((await answering('é', 'HEAD')).headers.get('content-length')).toBe('2')
    expect((await answering(later())).headers.get('content-length')).toBeNull()
  })

  test.each<[string, unknown, string]>([
    ['undefined', undefined, 'returned undefined, which is no answer'],
    ['undefined, with a hint', undefined, 'is a return or an await missing?'],
    ['null', null, 'returned null'],
    ['a number', 7, 'returned a number'],
    ['a function', () => '', 'returned a function'],
    ['a map', new Map(), 'returned an instance of Map'],
    ['an instance', new (class Row {})(), 'returned an instance of Row'],
  ])('anything else is a 500 that names the view: %s', async (_, answer, message) => {
    const app = new Phial(import.meta.url, { config: { PROPAGATE_EXCEPTIONS: true } })
    app.get('/view', { endpoint: 'the view' }, () => answer as Answer)
    await expect(app.testClient().get('/view')).rejects.toThrow('The view of "the view" (/view)')
    await expect(app.testClient().get('/view')).rejects.toThrow(message)
    expect((await answering(answer as Answer)).status).toBe(500)
  })
})

describe('streams', () => {
  test('are closed once when the client leaves, HEAD included', async () => {
    const closed: string[] = []
    const app = new Phial(import.meta.url)
    app.get('/:name', async function* stream({ name }) {
      try {
        yield 'a'
        yield 'b'
      } finally {
        closed.push(name)
      }
    })
    const { environ } = app.testRequestContext('/left').request
    const body = await app.wsgiApp(environ, () => () => undefined)
    const iterator = Symbol.asyncIterator in body ? body[Symbol.asyncIterator]() : undefined
    await iterator?.next()
    await body.close?.()
    await body.close?.()
    expect(closed).toEqual(['left'])
    expect(await (await app.testClient().head('/head')).text()).toBe('')
  })

  test('ask for each chunk only when it is wanted', async () => {
    let made = 0
    const app = new Phial(import.meta.url)
    app.get('/', function* stream() {
      for (;;) yield String((made += 1))
    })
    const { environ } = app.testRequestContext('/').request
    const body = await app.wsgiApp(environ, () => () => undefined)
    const iterator = Symbol.asyncIterator in body ? body[Symbol.asyncIterator]() : undefined
    expect(made).toBe(0)
    await iterator?.next()
    expect(made).toBe(1)
    await body.close?.()
  })

  test('refuse chunks that are neither text nor bytes', async () => {
    await expect(answering([1, 2].values() as never)).rejects.toThrow('Yield strings or bytes')
  })
})

describe('redirect', () => {
  test('is a 303 to the address as given, with a page', async () => {
    const response = await answering(redirect('/a?x=1&y=<b>'))
    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toBe('/a?x=1&y=%3Cb%3E')
    expect(await response.text()).toContain('<a href="/a?x=1&amp;y=%3Cb%3E">')
  })

  test.each([
    ['https://example.com/', 'https://example.com/'],
    ['/é ü', '/%C3%A9%20%C3%BC'],
    ['/a%20b', '/a%20b'],
    ['/a\r\nSet-Cookie: a=b', '/a%0D%0ASet-Cookie:%20a=b'],
    ['\\\\evil.com', '%5C%5Cevil.com'],
    ['/\\evil.com', '/%5Cevil.com'],
    ['/\t/evil.com', '/%09/evil.com'],
  ])('%j', async (location, expected) => {
    expect(redirect(location).headers.get('Location')).toBe(expected)
  })

  test.each(['//evil.com', ' //evil.com', '\n//evil.com'])('%j is refused', (location) => {
    expect(() => redirect(location)).toThrow('would lead to another host')
  })

  test('takes another status', () => {
    expect(redirect('/', 308).status).toBe(308)
  })

  test('with urlFor', async () => {
    const app = new Phial(import.meta.url)
    app.get('/', () => '')
    app.post('/login', () => redirect(urlFor('index')))
    const response = await app.testClient().post('/login', { environ: { SCRIPT_NAME: '/m' } })
    expect(response.headers.get('location')).toBe('/m/')
  })
})

describe('Response', () => {
  test('cookies have safe attributes unless told otherwise', () => {
    const response = new Response()
    response.setCookie('a', 'x y;')
    response.setCookie('b', '1', { httpOnly: false, sameSite: 'strict', maxAge: 60, path: '/x' })
    response.deleteCookie('c')
    expect(response.headers.getAll('Set-Cookie')).toEqual([
      'a=x%20y%3B; Path=/; HttpOnly; SameSite=Lax',
      'b=1; Max-Age=60; Path=/x; SameSite=Strict',
      'c=; Max-Age=0; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax',
    ])
  })

  test.each([100, 199, 600, 99.5, 'x', '20', '200OK'])('%j is no status', (status) => {
    expect(() => new Response('', { status })).toThrow('is no status of an answer')
  })

  test('what JSON cannot hold is refused', () => {
    expect(() => Response.json(undefined)).toThrow('JSON has no way to write undefined')
  })
})
