/** Real Express and Koa as gateway applications, in process and over a socket. */
import { call, dispatcher, validator, type Application } from '@phial/core'
import type { ServerResponse } from 'node:http'
import { fromNodeHandler, type NodeListener } from '@phial/server'
import express from 'express'
import Koa from 'koa'
import { describe, expect, test } from 'vitest'
import { deferred } from '../../support/deferred.ts'
import { exchange, open, readAnswer, request } from '../support/raw.ts'
import { bytes, serving } from '../support/server.ts'

const home: Application = (_, startResponse) => {
  startResponse('200 OK', [['Content-Type', 'text/plain']])
  return [bytes('home')]
}

function shop(): express.Express {
  const site = express()
  site.use(express.json())
  site.get('/who', (asked, answer) => {
    const { baseUrl, originalUrl, url, ip, protocol, hostname, query } = asked
    answer.json({ baseUrl, originalUrl, url, ip, protocol, hostname, query })
  })
  site.get('/items/:id', (asked, answer) => void answer.send(asked.params.id))
  site.post('/echo', (asked, answer) => void answer.status(201).json(asked.body))
  site.get(
    '/cookies',
    (_asked, answer) => void answer.type('text').cookie('a', '1').cookie('b', '2').end(),
  )
  site.get('/chunks', (_asked, answer) => {
    answer.type('text').write('one ')
    answer.write('two')
    answer.end()
  })
  site.get('/go', (_asked, answer) => answer.redirect(303, '/shop/items/1'))
  site.get('/boom', () => {
    throw new Error('handled by Express')
  })
  return site
}

describe('Express', () => {
  const site = validator(dispatcher(home, { '/shop': fromNodeHandler(shop()) }))

  test('under a mount has the path, URL and client of the request', async () => {
    const answer = await call(site, {
      path: '/shop/who',
      query: 'q=1',
      headers: [['Host', 'a.example:8000']],
      environ: { REMOTE_ADDR: '192.0.2.1', 'wsgi.url_scheme': 'https' },
    })
    expect(answer.json()).toEqual({
      baseUrl: '/shop',
      originalUrl: '/shop/who?q=1',
      url: '/who?q=1',
      ip: '192.0.2.1',
      protocol: 'https',
      hostname: 'a.example',
      query: { q: '1' },
    })
    expect((await call(site, { path: '/' })).text()).toBe('home')
  })

  test("keeps the client's percent-encoded slash", async () => {
    await using running = await serving(site)
    const get = ['GET /shop/items/a%2Fb HTTP/1.1', 'Host: a', 'Connection: close']
    expect(readAnswer(await exchange(running.port, request(get))).body).toBe('a/b')
  })

  test('reads bodies with and without a declared length', async () => {
    await using running = await serving(site)
    const post = ['POST /shop/echo HTTP/1.1', 'Host: a', 'Content-Type: application/json', 'Connection: close'] // prettier-ignore
    const declared = await exchange(
      running.port,
      request([...post, 'Content-Length: 7'], '{"a":1}'),
    )
    expect(readAnswer(declared)).toMatchObject({ status: '201 Created', body: '{"a":1}' })
    const chunked = [...post, 'Transfer-Encoding: chunked']
    const sent = '3\r\n{"a\r\n4\r\n":1}\r\n0\r\n\r\n'
    expect(readAnswer(await exchange(running.port, request(chunked, sent))).body).toBe('{"a":1}')
    const none = await exchange(running.port, request(post))
    expect(readAnswer(none)).toMatchObject({ status: '201 Created' })
  })

  test('sends cookies, redirects, chunks and its own error pages', async () => {
    const cookies = await call(site, { path: '/shop/cookies' })
    expect(cookies.headers.filter(([name]) => /^set-cookie$/i.test(name))).toHaveLength(2)
    const go = await call(site, { path: '/shop/go' })
    expect([go.status, go.headers.find(([name]) => /^location$/i.test(name))?.[1]]).toEqual([
      '303 See Other',
      '/shop/items/1',
    ])
    expect((await call(site, { path: '/shop/chunks' })).text()).toBe('one two')
    expect((await call(site, { path: '/shop/boom' })).statusCode).toBe(500)
    expect((await call(site, { path: '/shop/none' })).statusCode).toBe(404)
    const head = await call(site, { method: 'HEAD', path: '/shop/items/12' })
    expect(head.headers.find(([name]) => /^content-length$/i.test(name))?.[1]).toBe('2')
  })

  test('sends neither hop-by-hop headers nor its own Date', async () => {
    const { headers } = await call(site, { path: '/shop/chunks' })
    const names = headers.map(([name]) => name.toLowerCase())
    expect(names).not.toContain('connection')
    expect(names).not.toContain('transfer-encoding')
    expect(names).not.toContain('date')
  })
})

test('Koa under a mount has its path and its body', async () => {
  const koa = new Koa()
  koa.use(async (context) => {
    const parts: Buffer[] = []
    for await (const part of context.req) parts.push(part as Buffer)
    context.body = { path: context.path, body: String(Buffer.concat(parts)) } // prettier-ignore
  })
  const site = validator(dispatcher(home, { '/koa': fromNodeHandler(koa.callback()) }))
  const answer = await call(site, { method: 'PUT', path: '/koa/x', body: [bytes('abc')] })
  expect(answer.json()).toEqual({ path: '/x', body: 'abc' })
})

describe('any listener', () => {
  test('streams: each chunk is sent before the next one is produced', async () => {
    const seen = deferred()
    const app = fromNodeHandler(async (_request, response) => {
      response.write('first')
      await seen.promise
      response.end('second')
    })
    await using running = await serving(app)
    const connection = await open(running.port)
    connection.send(request(['GET / HTTP/1.1', 'Host: a', 'Connection: close']))
    await connection.until('first')
    seen.resolve()
    await connection.closed
    expect(readAnswer(connection.received)).toMatchObject({ body: 'firstsecond', complete: true })
  })

  test('passes a large body in both directions, with back-pressure', async () => {
    const app = fromNodeHandler((asked, answer) => asked.pipe(answer))
    const body = Array.from({ length: 50 }, () => new Uint8Array(100_000).fill(7))
    const answer = await call(app, { method: 'POST', body })
    expect(answer.body.byteLength).toBe(5_000_000)
  })

  test('may respond without reading the body', async () => {
    const app = fromNodeHandler((_request, response) => response.end('no, thanks'))
    const body = Array.from({ length: 50 }, () => new Uint8Array(100_000))
    expect((await call(app, { method: 'POST', body })).text()).toBe('no, thanks')
  })

  test.each([
    ['throws', () => { throw new Error('boom') }], // prettier-ignore
    ['rejects', async () => Promise.reject(new Error('boom'))],
  ])('that %s makes the application reject', async (_, listener) => {
    await expect(call(fromNodeHandler(listener), {})).rejects.toThrow('boom')
  })

  test('that destroys its response truncates the response to the client', async () => {
    const app = fromNodeHandler((_request, response) => {
      response.writeHead(200, { 'Content-Length': '10' })
      response.write('begun')
      setImmediate(() => response.destroy())
    })
    await using running = await serving(app)
    const received = await exchange(running.port, request(['GET / HTTP/1.1', 'Host: a']))
    expect(readAnswer(received)).toMatchObject({ body: 'begun', complete: false })
  })

  test('is notified when the client disconnects', async () => {
    const [begun, closed] = [deferred(), deferred()]
    const app = fromNodeHandler((_request, response) => {
      response.once('close', closed.resolve)
      begun.resolve()
    })
    await using running = await serving(app)
    const connection = await open(running.port)
    connection.send(request(['GET / HTTP/1.1', 'Host: a']))
    await begun.promise
    connection.socket.destroy()
    await closed.promise
    await running.server.close()
    expect(running.errors).toEqual([])
  })
})

describe('a request over a socket', () => {
  const framing: NodeListener = async (asked, answer) => {
    const { 'content-length': length, 'transfer-encoding': coding } = asked.headers
    let size = 0
    for await (const chunk of asked) size += (chunk as Buffer).length
    answer.end(JSON.stringify([length ?? null, coding ?? null, size]))
  }

  test.each([
    ['GET', [], '', [null, null, 0]],
    ['POST', [], '', [null, null, 0]],
    ['DELETE', [], '', [null, null, 0]],
    ['POST', ['Content-Length: 0'], '', ['0', null, 0]],
    ['POST', ['Content-Length: 2'], 'ab', ['2', null, 2]],
    ['POST', ['Transfer-Encoding: chunked'], '2\r\nab\r\n0\r\n\r\n', [null, 'chunked', 2]],
  ])('%s with %j reaches the listener with its own framing', async (method, lines, sent, seen) => {
    await using running = await serving(fromNodeHandler(framing))
    const head = [`${method} / HTTP/1.1`, 'Host: a', 'Connection: close', ...lines]
    const answer = readAnswer(await exchange(running.port, request(head, sent)))
    expect(JSON.parse(answer.body)).toEqual(seen)
  })

  test.each([
    ['chunks of which none has arrived', 'Transfer-Encoding: chunked'],
    ['a body that waits for 100 (Continue)', 'Content-Length: 5\r\nExpect: 100-continue'],
  ])('with %s is rejected immediately by a listener that does not read it', async (_, line) => {
    const refusing: NodeListener = (_asked, answer) => void answer.writeHead(401).end('no')
    await using running = await serving(fromNodeHandler(refusing))
    const connection = await open(running.port)
    connection.send(request(['POST / HTTP/1.1', 'Host: a', line]))
    const received = await connection.until((text) => text.includes('no'))
    expect(received).toMatch(/^HTTP\/1\.1 401 /)
    connection.socket.destroy()
  })

  test('with a body that waits for 100 (Continue) gets it once the listener reads', async () => {
    await using running = await serving(fromNodeHandler(framing))
    const connection = await open(running.port)
    connection.send(
      request(['POST / HTTP/1.1', 'Host: a', 'Content-Length: 5', 'Expect: 100-continue']),
    )
    await connection.until('100 Continue')
    connection.send('hello')
    expect(await connection.until('["5"')).toContain('["5",null,5]')
    connection.socket.destroy()
  })

  test('whose response ends with its connection is answered completely', async () => {
    const closing: NodeListener = (_asked, answer) => {
      answer.removeHeader('transfer-encoding')
      answer.removeHeader('content-length')
      answer.useChunkedEncodingByDefault = false
      answer.write('until ')
      answer.end('the end')
    }
    await using running = await serving(fromNodeHandler(closing))
    const sent = request(['GET / HTTP/1.1', 'Host: a', 'Connection: close'])
    const answer = readAnswer(await exchange(running.port, sent))
    expect(answer).toMatchObject({ body: 'until the end', complete: true })
  })

  test('gets the head of a stream before its first event', async () => {
    const events = deferred<ServerResponse>()
    const streaming: NodeListener = (_asked, answer) => {
      answer.writeHead(200, { 'Content-Type': 'text/event-stream', Connection: 'keep-alive' })
      answer.flushHeaders()
      events.resolve(answer)
    }
    await using running = await serving(fromNodeHandler(streaming))
    const connection = await open(running.port)
    connection.send(request(['GET / HTTP/1.1', 'Host: a']))
    const head = await connection.until('\r\n\r\n')
    expect(head.match(/^connection: .*$/gim)).toEqual(['Connection: keep-alive'])
    const answer = await events.promise
    answer.end('data: 1\n\n')
    await connection.until('data: 1')
    connection.socket.destroy()
  })
})
