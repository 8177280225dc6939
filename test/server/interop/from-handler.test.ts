/** Express and Koa as gateway applications: the real ones, in process and over a socket. */
import { call, dispatcher, validator, type Application } from '@phial/core'
import { fromNodeHandler } from '@phial/server'
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
    throw new Error('Express answers for itself')
  })
  return site
}

describe('Express', () => {
  const site = validator(dispatcher(home, { '/shop': fromNodeHandler(shop()) }))

  test('lives under a mount, and knows it', async () => {
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

  test('keeps an escaped slash of the client’s', async () => {
    await using running = await serving(site)
    const get = ['GET /shop/items/a%2Fb HTTP/1.1', 'Host: a', 'Connection: close']
    expect(readAnswer(await exchange(running.port, request(get))).body).toBe('a/b')
  })

  test('reads bodies, of a told length and of none', async () => {
    await using running = await serving(site)
    const post = ['POST /shop/echo HTTP/1.1', 'Host: a', 'Content-Type: application/json', 'Connection: close'] // prettier-ignore
    const told = await exchange(running.port, request([...post, 'Content-Length: 7'], '{"a":1}'))
    expect(readAnswer(told)).toMatchObject({ status: '201 Created', body: '{"a":1}' })
    const chunked = [...post, 'Transfer-Encoding: chunked']
    const sent = '3\r\n{"a\r\n4\r\n":1}\r\n0\r\n\r\n'
    expect(readAnswer(await exchange(running.port, request(chunked, sent))).body).toBe('{"a":1}')
    const none = await exchange(running.port, request(post))
    expect(readAnswer(none)).toMatchObject({ status: '201 Created' })
  })

  test('answers with what it has: cookies, redirects, chunks, errors of its own', async () => {
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

  test('sends no hop-by-hop header, and no Date of its own', async () => {
    const { headers } = await call(site, { path: '/shop/chunks' })
    const names = headers.map(([name]) => name.toLowerCase())
    expect(names).not.toContain('connection')
    expect(names).not.toContain('transfer-encoding')
    expect(names).not.toContain('date')
  })
})

test('Koa lives under a mount', async () => {
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
  test('streams: each chunk leaves before the next is made', async () => {
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

  test('a large body goes through, both ways, held back by whoever is slow', async () => {
    const app = fromNodeHandler((asked, answer) => asked.pipe(answer))
    const body = Array.from({ length: 50 }, () => new Uint8Array(100_000).fill(7))
    const answer = await call(app, { method: 'POST', body })
    expect(answer.body.byteLength).toBe(5_000_000)
  })

  test('that answers without reading the body is fine', async () => {
    const app = fromNodeHandler((_request, response) => response.end('no, thanks'))
    const body = Array.from({ length: 50 }, () => new Uint8Array(100_000))
    expect((await call(app, { method: 'POST', body })).text()).toBe('no, thanks')
  })

  test.each([
    ['throws', () => { throw new Error('boom') }], // prettier-ignore
    ['rejects', async () => Promise.reject(new Error('boom'))],
  ])('that %s is an application that does', async (_, listener) => {
    await expect(call(fromNodeHandler(listener), {})).rejects.toThrow('boom')
  })

  test('that breaks off its answer breaks off ours', async () => {
    const app = fromNodeHandler((_request, response) => {
      response.writeHead(200, { 'Content-Length': '10' })
      response.write('begun')
      setImmediate(() => response.destroy())
    })
    await using running = await serving(app)
    const received = await exchange(running.port, request(['GET / HTTP/1.1', 'Host: a']))
    expect(readAnswer(received)).toMatchObject({ body: 'begun', complete: false })
  })

  test('is told when the client leaves', async () => {
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
