import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as zlib from 'node:zlib'
import { brotliCompressSync, deflateSync, gunzipSync, gzipSync } from 'node:zlib'
import {
  call,
  compose,
  decodePath,
  dispatcher,
  fromFetch,
  setupTestingDefaults,
  toFetch,
  validator,
  type Application,
  type CallAnswer,
  type Environ,
  type FetchHandler,
} from '@phial/core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { deferred } from '../../support/deferred.ts'
import { bytes, textOf } from '../support/bytes.ts'
import { driveToEnd, ok } from '../support/drive.ts'

const log = vi.spyOn(console, 'error')

beforeEach(() => {
  log.mockReset()
})
afterEach(() => {
  log.mockReset()
})

const answering =
  (text: string): Application =>
  (_environ, startResponse) => {
    ok(startResponse)
    return [bytes(text)]
  }

describe('fromFetch', () => {
  test('sends the head of a stream before its first bytes, and the head of a body with Content-Length together with them', async () => {
    const stream = (): ReadableStream => new Response('later').body ?? new ReadableStream()
    const names = async (response: Response): Promise<string[]> =>
      (await driveToEnd(fromFetch(() => response))).calls.map(([name]) => name)
    expect(await names(new Response(stream()))).toEqual([
      'writeHead',
      'flushHeaders',
      'write',
      'end',
    ])
    const counted = new Response(stream(), { headers: { 'Content-Length': '5' } })
    expect(await names(counted)).toEqual(['writeHead', 'write', 'end'])
    expect(await names(new Response(null))).toEqual(['writeHead', 'end'])
  })

  const url: FetchHandler = ({ url }) => new Response(url)

  test('returns the response of the handler', async () => {
    const answer = await call(
      validator(
        fromFetch(
          () =>
            new Response('grün', {
              status: 201,
              statusText: 'All made',
              headers: [['Set-Cookie', 'a=1, x'], ['X-A', 'b'], ['Set-Cookie', 'b=2']],
            }),
        ),
      ),
    ) // prettier-ignore
    expect(answer.status).toBe('201 All made')
    expect(answer.headers).toEqual([
      ['content-type', 'text/plain;charset=UTF-8'],
      ['set-cookie', 'a=1, x'],
      ['set-cookie', 'b=2'],
      ['x-a', 'b'],
    ])
    expect(answer.text()).toBe('grün')
  })

  test('returns no body if the response of the handler has none', async () => {
    const answer = await call(validator(fromFetch(async () => new Response(null, { status: 204 }))))
    expect(answer.statusCode).toBe(204)
    expect(answer.body.byteLength).toBe(0)
  })

  test('passes method, URL, headers and body to the handler', async () => {
    const answer = await call(
      validator(
        fromFetch(async (request) =>
          Response.json({
            method: request.method,
            url: request.url,
            type: request.headers.get('content-type'),
            accept: request.headers.get('accept'),
            cookie: request.headers.get('cookie'),
            body: await request.text(),
          }),
        ),
      ),
      {
        method: 'PUT',
        path: '/a/b',
        query: { c: 'd e' },
        headers: [['Content-Type', 'text/x'], ['Accept', 'a'], ['Accept', 'b'], ['Cookie', 'e=f'], ['Host', 'example.org:81']],
        body: 'grün',
      },
    ) // prettier-ignore
    expect(answer.json()).toEqual({
      method: 'PUT',
      url: 'http://example.org:81/a/b?c=d+e',
      type: 'text/x',
      accept: 'a, b',
      cookie: 'e=f',
      body: 'grün',
    })
  })

  test.each([
    ['/a%2Fb', '/a%2Fb'],
    ['/caf%C3%A9', '/caf%C3%A9'],
    ['/a%20b;c=d', '/a%20b;c=d'],
    ['/~a!b', '/~a!b'],
  ])('keeps the encoding of the path %s', async (path, expected) => {
    expect((await call(fromFetch(url), { path })).text()).toBe(`http://localhost${expected}`)
  })

  test('keeps %2F under a dispatcher', async () => {
    const app = dispatcher(answering('elsewhere'), { '/api': fromFetch(url) })
    expect((await call(app, { path: '/api/a%2Fb' })).text()).toBe('http://localhost/api/a%2Fb')
  })

  test('uses PATH_INFO if middleware has changed it', async () => {
    const rewriting = compose((app) => (environ, startResponse) => {
      environ.PATH_INFO = '/cafÃ© x'
      return (app as Application)(environ, startResponse)
    })
    expect((await call(rewriting(fromFetch(url)), { path: '/a%2Fb?c' })).text()).toBe(
      'http://localhost/caf%C3%A9%20x?c',
    )
  })

  test('uses PATH_INFO if there is no RAW_URI', async () => {
    const environ = { RAW_URI: undefined }
    expect((await call(fromFetch(url), { path: '/a%2Fb', environ })).text()).toBe(
      'http://localhost/a/b',
    )
  })

  test('omits hop-by-hop headers in both directions', async () => {
    const answer = await call(
      fromFetch(
        (request) =>
          new Response([...request.headers.keys()].join(), {
            headers: { Connection: 'close', 'Keep-Alive': '1', 'Transfer-Encoding': 'chunked', 'X-A': 'b' },
          }),
      ),
      { headers: { Connection: 'close', TE: 'trailers', Upgrade: 'x', 'X-B': 'c' } },
    ) // prettier-ignore
    expect(answer.text()).toBe('host,x-b')
    expect(answer.headers.map(([name]) => name)).toEqual(['content-type', 'x-a'])
  })

  test('passes no body if the request has none', async () => {
    for (const options of [
      {},
      { method: 'POST' },
      { method: 'POST', body: '' },
      { body: 'to GET' },
    ])
      // oxlint-disable-next-line no-await-in-loop -- sequentially
      expect(
        (
          await call(
            fromFetch(({ body }) => new Response(String(body === null))),
            options,
          )
        ).text(),
      ).toBe('true')
  })

  test('streams in both directions', async () => {
    const more = deferred()
    const chunks: string[] = []
    async function* sent(): AsyncGenerator<Uint8Array> {
      yield bytes('one')
      await more.promise
      yield bytes('two')
    }
    await call(
      fromFetch(({ body }) => new Response(body)),
      {
        method: 'POST',
        body: sent(),
        onChunk: (chunk) => {
          chunks.push(textOf(chunk))
          more.resolve()
        },
      },
    )
    expect(chunks).toEqual(['one', 'two'])
  })

  test('rejects with the error of the handler or of its stream', async () => {
    const failing = new Error('broken')
    await expect(call(fromFetch(() => Promise.reject(failing)))).rejects.toBe(failing)
    const stream = new ReadableStream({ pull: (controller) => controller.error(failing) })
    await expect(call(fromFetch(() => new Response(stream)))).rejects.toBe(failing)
  })

  test.each([
    ['to HEAD', { method: 'HEAD' }],
    ['a client that leaves', { leave: true }],
    ['a client that had left', { left: true }],
  ])('cancels the stream of the handler if it is not read to the end: %s', async (_why, how) => {
    const cancelled = deferred()
    const client = new AbortController()
    if ('left' in how) client.abort()
    const stream = new ReadableStream({
      pull: (controller) => controller.enqueue(bytes('again')),
      cancel: () => cancelled.resolve(),
    })
    const answer = call(
      fromFetch(() => new Response(stream)),
      {
        ...('method' in how && how),
        signal: client.signal,
        onChunk: () => {
          if ('leave' in how) client.abort()
        },
      },
    )
    const ends = 'left' in how ? 'rejected' : 'fulfilled'
    expect((await Promise.allSettled([answer]))[0].status).toBe(ends)
    await cancelled.promise
  })

  test('passes a signal to the handler that fires when the client disconnects', async () => {
    const client = new AbortController()
    let aborted: boolean | undefined
    const answer = call(
      fromFetch(({ signal }) => {
        aborted = signal.aborted
        client.abort()
        aborted = !aborted && signal.aborted
        return new Response('late')
      }),
      { signal: client.signal },
    )
    await expect(answer).rejects.toThrow('aborted')
    expect(aborted).toBe(true)
  })
})

describe('a request that a URL would change', () => {
  const paths = [
    '/public/../admin', '/public/..', '/a/./b', '/.', '/public/%2e%2e/admin', '/public/.%2E/admin',
    '/public\\..\\admin', '/a\\b', '/a\tb', '/a#b', '/a\nb',
  ] // prettier-ignore

  /** Returns the environ that a server creates from a raw target. `call` would encode some of these. */
  const requestWith = (target: string, variables: Record<string, string> = {}): Environ => ({
    ...setupTestingDefaults({}),
    PATH_INFO: decodePath(target),
    RAW_URI: target,
    ...variables,
  })

  async function statusOf(environ: Environ): Promise<[status: number, calls: number]> {
    const handler = vi.fn<FetchHandler>(() => new Response('seen'))
    const answer = await call(fromFetch(handler), { environ, method: environ.REQUEST_METHOD })
    return [answer.statusCode, handler.mock.calls.length]
  }

  test.each(paths)('gets 400 for %j, and the handler is not called', async (path) => {
    expect(await statusOf(requestWith(path))).toEqual([400, 0])
  })

  test.each(['/public/../admin', '/a/./b'])(
    'gets 400 for %j even if RAW_URI is unusable',
    async (path) => expect(await statusOf(requestWith(path, { RAW_URI: '/' }))).toEqual([400, 0]),
  )

  test('gets 400 if it would escape from a mount', async () => {
    const handler = vi.fn<FetchHandler>(() => new Response('seen'))
    const site = dispatcher(answering('the site'), { '/api': fromFetch(handler) })
    const answer = await call(site, { path: '/api/../admin' })
    expect([answer.statusCode, handler.mock.calls.length]).toEqual([400, 0])
  })

  test.each([
    '/',
    '/a//b',
    '//a',
    '/a/...',
    '/a/..b',
    '/%2F..%2F',
    '/%5C',
    '/%zz',
    '/a"b',
    '/caf%C3%A9',
    '',
  ])('is passed on for %j, whose path does not change', async (path) =>
    expect(await statusOf(requestWith(path))).toEqual([200, 1]),
  )

  test.each([
    'a/b',
    'a?',
    'a#',
    'user@a',
    'a b',
    'a:b',
    'ex%61mple.com',
    '0x7f.1',
    'a\\b',
    '[::g]',
  ])('gets 400 for the host %j', async (host) =>
    expect(await statusOf(requestWith('/', { HTTP_HOST: host }))).toEqual([400, 0]),
  )

  test.each(['Example.COM', 'a:8000', 'a:80', '[::1]:8000', '[0:0::1]', '127.0.0.1', 'a_b'])(
    'is passed on for the host %j',
    async (host) => expect(await statusOf(requestWith('/', { HTTP_HOST: host }))).toEqual([200, 1]),
  )

  test('gets 400 for a method that fetch would convert to upper case', async () => {
    expect(await statusOf(requestWith('/', { REQUEST_METHOD: 'post' }))).toEqual([400, 0])
    expect(await statusOf(requestWith('/', { REQUEST_METHOD: 'report' }))).toEqual([200, 1])
  })

  test.each(['TRACE', 'CONNECT', 'track'])('gets 501 for %s, which fetch rejects', async (method) =>
    expect(await statusOf(requestWith('/', { REQUEST_METHOD: method }))).toEqual([501, 0]),
  )
})

interface Zstd {
  zstdCompressSync(text: string): Buffer
  zstdDecompressSync(bytes: Uint8Array): Buffer
}

describe('a compressed response of fetch', () => {
  const text = 'hello'.repeat(50)
  /** Available in Node from 22.15. */
  const zstd = 'zstdCompressSync' in zlib ? (zlib as unknown as Zstd) : undefined
  const packed: Record<string, Buffer> = {
    gzip: gzipSync(text),
    'x-gzip': gzipSync(text),
    br: brotliCompressSync(text),
    deflate: deflateSync(text),
    'gzip, br': brotliCompressSync(gzipSync(text)),
    ...(zstd && { zstd: zstd.zstdCompressSync(text) }),
    'made-up': Buffer.from(text),
  }
  const upstream = createServer((request, response) => {
    const coding = decodeURIComponent((request.url ?? '').slice(1))
    const bytes = packed[coding] ?? Buffer.from(text)
    response.setHeader('Content-Length', bytes.byteLength)
    response.setHeader('Content-Type', 'text/plain')
    response.setHeader('ETag', '"of the bytes"')
    response.setHeader('Content-Digest', 'sha-256=:AAAA:')
    response.setHeader('Digest', 'sha-256=AAAA')
    if (coding !== '') response.setHeader('Content-Encoding', coding)
    response.end(bytes)
  })
  let origin = ''
  beforeAll(async () => {
    await once(upstream.listen(0, '127.0.0.1'), 'listening')
    origin = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`
  })
  afterAll(() => {
    upstream.closeAllConnections()
    upstream.close()
  })
  const through = (coding: string, method = 'GET') =>
    call(validator(fromFetch(() => fetch(`${origin}/${encodeURIComponent(coding)}`, { method }))), {
      method,
    })

  const unpacked = Object.keys(packed).filter((coding) => coding !== 'made-up' && coding !== 'zstd')
  test.each(unpacked)('with %s loses the headers of the compressed bytes', async (coding) => {
    const answer = await through(coding)
    const headers = Object.fromEntries(answer.headers)
    expect(answer.text()).toBe(text)
    expect(Object.keys(headers)).not.toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^(?:content-(?:encoding|length|digest)|digest)$/),
      ]),
    )
    expect(headers).toMatchObject({ 'content-type': 'text/plain', etag: 'W/"of the bytes"' })
  })

  test('has the same headers for HEAD', async () => {
    const got = await through('gzip')
    const head = await through('gzip', 'HEAD')
    const withoutDate = ({ headers }: CallAnswer) => headers.filter(([name]) => name !== 'date')
    expect(withoutDate(head)).toEqual(withoutDate(got))
  })

  test.each(['', 'made-up'])(
    'with %j, which fetch does not decode, keeps all headers',
    async (coding) => {
      const { headers } = await through(coding)
      expect(headers).toContainEqual(['content-length', String(text.length)])
      expect(headers).toContainEqual(['etag', '"of the bytes"'])
      expect(headers.filter(([name]) => name === 'content-encoding')).toHaveLength(
        coding === '' ? 0 : 1,
      )
    },
  )

  test.runIf('zstd' in packed)('with zstd has headers that match its bytes', async () => {
    const answer = await through('zstd')
    const isPacked = answer.headers.some(([name]) => name === 'content-encoding')
    expect(isPacked ? zstd?.zstdDecompressSync(answer.body).toString() : answer.text()).toBe(text)
  })

  test('keeps its headers if it was created by code', async () => {
    const bytes = gzipSync(text)
    const headers = {
      'Content-Encoding': 'gzip',
      'Content-Length': String(bytes.byteLength),
      ETag: '"a"',
    }
    const answer = await call(fromFetch(() => new Response(bytes, { headers })))
    expect(Object.fromEntries(answer.headers)).toEqual({
      'content-encoding': 'gzip',
      'content-length': String(bytes.byteLength),
      etag: '"a"',
    })
    expect(gunzipSync(answer.body).toString()).toBe(text)
  })
})

test('a round trip through fromFetch and toFetch preserves the request and the response', async () => {
  const app: Application = async (environ, startResponse) => {
    const body = await environ['wsgi.input'].read()
    startResponse('202 Well taken', [
      ['Content-Type', 'text/plain'],
      ['Set-Cookie', 'a=1'],
      ['Set-Cookie', 'b=2'],
    ])
    return [bytes(`${environ.REQUEST_METHOD} ${environ.PATH_INFO}?${environ.QUERY_STRING} `), body]
  }
  const options = { method: 'POST', path: '/a%2Fb é', query: 'c=d', body: 'grün' }
  const there = await call(validator(app), options)
  const back = await call(validator(fromFetch(toFetch(validator(app)))), options)
  expect(back.status).toBe(there.status)
  expect(back.text()).toBe(there.text())
  expect(back.headers.map(([name, value]) => `${name.toLowerCase()}: ${value}`).sort()).toEqual(
    there.headers.map(([name, value]) => `${name.toLowerCase()}: ${value}`).sort(),
  )
})
