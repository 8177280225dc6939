import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync, gzipSync } from 'node:zlib'
import { Headers as GatewayHeaders } from '@phial/core'
import { type Answer, jsonify, makeResponse, Response } from 'phial'
import { describe, expect, test } from 'vitest'
import { logging, make } from '../support.ts'

/** Requests a page of an app whose only view returns a value. */
async function answering(answer: Answer | undefined, method = 'GET'): Promise<globalThis.Response> {
  const app = make()
  app.get('/view', { endpoint: 'the view' }, () => answer as Answer)
  return app.testClient().request('/view', { method, environ: logging().environ })
}

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

describe('the return value of a view', () => {
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
    ['[body, status]', () => makeResponse('made', 201), 201, HTML, 'made'],
    ['[object, status]', () => makeResponse({ a: 1 }, 201), 201, 'application/json', '{"a":1}'],
    ['[array, status]', () => makeResponse([1], 201), 201, 'application/json', '[1]'],
    ['a status with a reason phrase', () => makeResponse('odd', '299 Odd'), 299, HTML, 'odd'],
    [
      '[body, status, headers]',
      () => makeResponse('x', 200, { 'Content-Type': 'text/plain' }),
      200,
      'text/plain',
      'x',
    ],
    [
      'a response with other headers',
      () => makeResponse(new Response('x'), 200, { 'Content-Type': 'a/b' }),
      200,
      'a/b',
      'x',
    ],
    [
      'data with the gateway’s Headers',
      () => makeResponse([1], 200, new GatewayHeaders([['Content-Type', 'application/x']])),
      200,
      'application/x',
      '[1]',
    ],
    ['no arguments', () => makeResponse(), 200, HTML, ''],
    ['null and a status', () => makeResponse(null, 404), 404, HTML, ''],
    [
      'two rows of data',
      () => [{ a: 'x' }, { a: 'y' }],
      200,
      'application/json',
      '[{"a":"x"},{"a":"y"}]',
    ],
    [
      'four rows of data',
      () => [{ a: 'x' }, 200, 7, { a: 'y' }],
      200,
      'application/json',
      '[{"a":"x"},200,7,{"a":"y"}]',
    ],
    ['a generator', () => now(), 200, HTML, 'ébytes'],
    ['an async generator', () => later(), 200, HTML, 'ab'],
    ['an iterator', () => ['a', 'b'].values(), 200, HTML, 'ab'],
    ['a stream', () => new Blob(['blob']).stream(), 200, HTML, 'blob'],
    ['a Response', () => new Response('own', { status: 202 }), 202, HTML, 'own'],
    ['[Response, status]', () => makeResponse(new Response('own'), 203), 203, HTML, 'own'],
    [
      'the platform’s',
      () => globalThis.Response.json({ a: 1 }, { status: 202 }),
      202,
      'application/json',
      '{"a":1}',
    ],
    ['the platform’s, empty', () => new globalThis.Response(null, { status: 204 }), 204, null, ''],
    ['204', () => makeResponse('ignored', 204), 204, null, ''],
  ])('may be %s', async (_, answer, status, type, text) => {
    const response = await answering(answer())
    expect([response.status, response.headers.get('content-type')]).toEqual([status, type])
    expect(await response.text()).toBe(text)
  })

  test('sends the reason phrase of a status', async () => {
    expect((await answering(makeResponse('', '299 Odd'))).statusText).toBe('Odd')
    expect((await answering('')).statusText).toBe('OK')
  })

  test('sends Content-Length for all but streams, also for HEAD', async () => {
    expect((await answering('é')).headers.get('content-length')).toBe('2')
    expect((await answering('é', 'HEAD')).headers.get('content-length')).toBe('2')
    expect((await answering(later())).headers.get('content-length')).toBeNull()
  })

  test.each<[string, unknown, string]>([
    ['undefined', undefined, 'returned undefined, which cannot be sent as a response'],
    ['undefined, with a hint', undefined, 'Is a return or an await missing?'],
    ['null', null, 'returned null'],
    ['a number', 7, 'returned a number'],
    ['a function', () => '', 'returned a function'],
    ['a map', new Map(), 'returned an instance of Map'],
    ['an instance', new (class Row {})(), 'returned an instance of Row'],
  ])('returns a 500 and logs the view for any other value: %s', async (_, answer, message) => {
    const app = make({ config: { PROPAGATE_EXCEPTIONS: true } })
    app.get('/view', { endpoint: 'the view' }, () => answer as Answer)
    await expect(app.testClient().get('/view')).rejects.toThrow('The view of "the view" (/view)')
    await expect(app.testClient().get('/view')).rejects.toThrow(message)
    expect((await answering(answer as Answer)).status).toBe(500)
  })
})

test('recognizes a Response whose class another library has replaced', async () => {
  const actual = globalThis.Response
  class Other {
    readonly #inner: globalThis.Response = new actual('other', {
      status: 201,
      headers: [
        ['Set-Cookie', 'a=1'],
        ['Set-Cookie', 'b=2'],
        ['Connection', 'close'],
      ],
    })
    status = 201
    statusText = ''
    bodyUsed = false
    headers = this.#inner.headers
    body = this.#inner.body
    arrayBuffer = () => this.#inner.arrayBuffer()
  }
  expect(new Other() instanceof actual).toBe(false)
  const response = await answering(new Other())
  expect([response.status, await response.text()]).toEqual([201, 'other'])
  expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  expect(response.headers.get('connection')).toBeNull()
})

describe('makeResponse', () => {
  test('accepts the return values of a view', async () => {
    const made = makeResponse('x', 201, { 'X-A': 'b' })
    expect([made.status, made.headers.get('X-A'), made.body]).toEqual([201, 'b', 'x'])
    expect(makeResponse(['x', 201]).body).toBe('["x",201]')
    expect(makeResponse({ a: 1 }).mimetype).toBe('application/json')
    const own = new Response('x')
    expect(makeResponse(own)).toBe(own)
    expect((await answering(makeResponse('x', 202))).status).toBe(202)
  })

  test('replaces headers with the same name, and adds cookies', () => {
    const own = new Response('x', { headers: { 'X-A': '1', 'Set-Cookie': 'a=1' } })
    const made = makeResponse(own, undefined, { 'x-a': '2', 'Set-Cookie': 'b=2' })
    expect(made.headers.getAll('X-A')).toEqual(['2'])
    expect(made.headers.getAll('Set-Cookie')).toEqual(['a=1', 'b=2'])
  })

  test.each<[unknown, string]>([
    [Promise.resolve('x'), 'Is an await missing?'],
    [undefined, 'makeResponse received undefined'],
    [7, 'makeResponse received a number'],
    [() => [], 'cannot wait for a gateway application'],
  ])('throws an error for %s', (answer, message) => {
    expect(() => makeResponse(answer as Answer)).toThrow(message)
  })
})

describe('the type of a value decides the response, never its content', () => {
  test.each<[string, unknown[]]>([
    ['a text and a status in words', ['<script>alert(1)</script>', '200 x']],
    ['a text and a status', ['x', 404]],
    ['a text, a status and headers', ['x', 200, { 'Set-Cookie': 'admin=1' }]],
    ['a text and headers', ['x', { 'Set-Cookie': 'admin=1' }]],
    ['nothing and a status', [null, 204]],
    ['a text and numbers like headers', ['Slow down', 429, { 'Retry-After': 30 }]],
    ['more than three', ['x', 200, { a: 'b' }, 1]],
  ])('sends an array as JSON: %s', async (_, list) => {
    const response = await answering(list)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(response.headers.getSetCookie()).toEqual([])
    expect(await response.json()).toEqual(list)
  })

  test('sends an object as JSON, even with keys such as status', async () => {
    expect(await (await answering({ wsgiApp: 1 })).json()).toEqual({ wsgiApp: 1 })
    expect(await (await answering({ status: 404, headers: {} })).json()).toEqual({
      status: 404,
      headers: {},
    })
  })

  test('logs advice once for each view that returns an array like [body, status], in debug mode', async () => {
    const app = make({ config: { DEBUG: true } })
    app.get('/a', { endpoint: 'a' }, () => ['made', 201])
    app.get('/b', { endpoint: 'b' }, () => ['b', 404, { 'X-A': '1' }])
    app.get('/c', { endpoint: 'c' }, () => ['one', 'two'])
    const said: string[] = []
    app.logger.handler = ({ message }) => void said.push(message)
    const client = app.testClient()
    for (const path of ['/a', '/a', '/b', '/c']) await client.get(path)
    expect(said.map((text) => /view of "(.)"/.exec(text)?.[1])).toEqual(['a', 'b'])
    expect(said[0]).toContain('makeResponse(body, status, headers)')
  })
})

test('throws an error with the stack of the route if a view returns nothing', async () => {
  const app = make({ config: { PROPAGATE_EXCEPTIONS: true } })
  app.get('/view', () => undefined as never)
  app.route('/route', () => undefined as never)
  const errors = ['/view', '/route'].map((path) => app.testClient().get(path).catch(stackOf))
  for (const stack of await Promise.all(errors)) {
    const [first = ''] = String(stack)
      .split('\n')
      .filter((line) => /^ +at /.test(line))
    expect(first).toContain('answers.test.ts')
  }
})

function stackOf(error: unknown): string {
  return (error as Error).stack ?? ''
}

test('logs advice for a platform Response with a string body in debug mode', async () => {
  const app = make({ config: { DEBUG: true } })
  app.get('/plain', () => new globalThis.Response('<p>'))
  app.get(
    '/html',
    () => new globalThis.Response('<p>', { headers: { 'Content-Type': 'text/html' } }),
  )
  app.get('/json', () => globalThis.Response.json({}))
  const said: string[] = []
  app.logger.handler = ({ message }) => void said.push(message)
  for (const path of ['/plain', '/plain', '/html', '/json']) await app.testClient().get(path)
  expect(said).toEqual([expect.stringContaining("import { Response } from 'phial'")])
})

test('jsonify returns any value as JSON, made by the app’s provider', async () => {
  expect(jsonify(null).body).toBe('null')
  const app = make()
  app.beforeRequest(() => jsonify(['x', 200]))
  expect(await (await app.testClient().get('/')).json()).toEqual(['x', 200])
})

describe('a response of fetch', () => {
  test('is sent without the headers of the encoding that fetch has decoded', async () => {
    const packed = gzipSync('hello'.repeat(50))
    const upstream = createServer((_, response) => {
      response.setHeader('Content-Encoding', 'gzip')
      response.setHeader('Content-Length', packed.length)
      response.setHeader('X-Own', 'stays')
      response.end(packed)
    })
    await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
    const { port } = upstream.address() as AddressInfo
    const app = make()
    app.get('/', () => fetch(`http://127.0.0.1:${port}/`))
    const response = await app.testClient().get('/')
    upstream.close()
    upstream.closeAllConnections()
    expect(await response.text()).toBe('hello'.repeat(50))
    expect(response.headers.get('content-encoding')).toBeNull()
    expect(response.headers.get('x-own')).toBe('stays')
  })

  test('keeps its Content-Encoding if it was made with new Response', async () => {
    const packed = gzipSync('hello')
    const app = make()
    app.get('/', () => new globalThis.Response(packed, { headers: { 'Content-Encoding': 'gzip' } }))
    const response = await app.testClient().get('/')
    expect(response.headers.get('content-encoding')).toBe('gzip')
    expect(gunzipSync(new Uint8Array(await response.arrayBuffer())).toString()).toBe('hello')
  })
})

test('sends data with the keys of a platform Response as data', async () => {
  const data = { status: 200, arrayBuffer: 1, headers: [], bodyUsed: false, body: '<script>' }
  const answer = await answering(data)
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json'])
  expect(await answer.json()).toEqual(data)
})

test('throws an error that names the key of a stream in JSON, in debug mode', async () => {
  const app = make({ config: { DEBUG: true, PROPAGATE_EXCEPTIONS: true } })
  app.get('/', () => ({ report: ReadStreamLike }))
  await expect(app.testClient().get('/')).rejects.toThrow('The value of "report" is a stream')
})
const ReadStreamLike = { on: () => undefined, pipe: () => undefined }
