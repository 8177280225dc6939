import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { proxyFix } from '@phial/core'
import { abort, Blueprint, g, int, makeResponse, type Phial, request, session, urlFor } from 'phial'
import { describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { deferred } from '../../support/deferred.ts'
import { logging, make } from '../support.ts'
import { serving } from './support.ts'

const SECRET_KEY = '0f8e7d6c5b4a39281706f5e4d3c2b1a0'

/** Returns an app that echoes messages at `/echo`. */
function echoing(config: Record<string, unknown> = {}): Phial {
  const app = make({ config: { SECRET_KEY, ...config } })
  app.websocket('/echo', async (socket) => {
    for await (const message of socket) await socket.send(message)
  })
  return app
}

/** Returns the response to a rejected handshake. */
async function rejected(
  url: string,
  options: { headers?: Record<string, string>; origin?: string } = {},
): Promise<{ status: number; headers: Record<string, unknown>; text: string }> {
  const socket = new WebSocket(url.replace('http', 'ws'), options)
  socket.on('error', () => undefined)
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage]
  const text = (await response.setEncoding('utf8').toArray()).join('')
  return { status: response.statusCode ?? 0, headers: response.headers, text }
}

test('a connection transfers text, bytes and long messages', async () => {
  await using live = await serving(echoing())
  const talk = await live.open('/echo')
  const long = 'ä'.repeat(400_000)
  for (const message of ['hello', '', long, Buffer.from('00ff', 'hex')]) talk.send(message)
  expect([await talk.receive(), await talk.receive()]).toEqual(['hello', ''])
  expect((await talk.receive()) === long).toBe(true)
  expect(await talk.receive()).toBe('bytes 00ff')
  talk.socket.close(1000, 'done')
  expect(await talk.closed).toEqual({ code: 1000, reason: 'done' })
})

test('works with the platform’s WebSocket client', async (context) => {
  if (globalThis.WebSocket === undefined) return context.skip() // Node 20 has no WebSocket client
  await using live = await serving(echoing())
  const socket = new globalThis.WebSocket(`${live.origin.replace('http', 'ws')}/echo`)
  await new Promise((resolve) => socket.addEventListener('open', resolve))
  socket.send('hello')
  const { data } = await new Promise<MessageEvent>((resolve) =>
    socket.addEventListener('message', resolve),
  )
  expect(data).toBe('hello')
  socket.close()
  await new Promise((resolve) => socket.addEventListener('close', resolve))
})

describe('a handshake', () => {
  test('has route values, hooks, the session, URLs and middleware', async () => {
    const app = make({ config: { SECRET_KEY } })
    app.get('/login', () => {
      session.user = 'Ann'
      return 'ok'
    })
    app.beforeRequest(() => {
      g.asked = request.path
    })
    app.afterRequest((response) => {
      response.headers.set('X-Seen', String(response.status))
    })
    app.websocket('/room/:id', { params: { id: int } }, async (socket, { id }, context) => {
      await socket.send(
        JSON.stringify([id + 1, g.asked, session.user, context.request.endpoint, request.scheme, urlFor('room', { id: 2 })]),
      ) // prettier-ignore
    })
    app.wsgiApp = proxyFix()(app.wsgiApp)
    await using live = await serving(app)
    const login = await fetch(`${live.origin}/login`)
    const headers = { cookie: login.headers.get('set-cookie') ?? '', 'X-Forwarded-Proto': 'https' }
    const talk = await live.open('/room/6', { headers })
    expect(JSON.parse(await talk.receive())).toEqual([
      7,
      '/room/6',
      'Ann',
      'room',
      'https',
      '/room/2',
    ])
    expect(await talk.closed).toEqual({ code: 1000, reason: '' })
  })

  test('sends headers of hooks and the session cookie with the 101', async () => {
    const app = make({ config: { SECRET_KEY } })
    app.beforeRequest(() => {
      session.visits = 1
    })
    app.afterRequest((response) => response.setCookie('seen', String(response.status)))
    app.websocket('/', async (socket) => void (await socket.receive()))
    await using live = await serving(app)
    const socket = new WebSocket(live.origin.replace('http', 'ws'))
    const [response] = (await once(socket, 'upgrade')) as [IncomingMessage]
    expect(response.statusCode).toBe(101)
    expect(response.headers['set-cookie']).toEqual([
      expect.stringContaining('seen=101'),
      expect.stringContaining('session='),
    ])
    expect(Object.keys(response.headers)).not.toContain('content-type')
    socket.close()
    await once(socket, 'close')
  })

  test('is rejected by a hook that returns a response, and by an HTTP error', async () => {
    const app = echoing()
    app.beforeRequest(() => (request.args.has('no') ? makeResponse('no entry', 401) : undefined))
    await using live = await serving(app)
    expect(await rejected(`${live.origin}/echo?no`)).toMatchObject({
      status: 401,
      text: 'no entry',
    })
    expect(await rejected(`${live.origin}/nowhere`)).toMatchObject({ status: 404 })
  })

  test('does not run the handler if afterRequest replaces the response', async () => {
    let ran = false
    const app = make()
    app.websocket('/', () => {
      ran = true
    })
    app.afterRequest(() => makeResponse('instead', 503))
    await using live = await serving(app)
    expect(await rejected(live.origin)).toMatchObject({ status: 503, text: 'instead' })
    expect(ran).toBe(false)
  })

  test('can be a route of a blueprint, with its prefix and hooks', async () => {
    const rooms = new Blueprint('rooms', import.meta.url, { urlPrefix: '/rooms' })
    rooms.beforeRequest(() => {
      g.hook = 'of rooms'
    })
    rooms.websocket('/:name', async function talk(socket, { name }) {
      await socket.send(`${name} ${String(g.hook)} ${urlFor('.talk', { name: 'b' })}`)
    })
    const app = make()
    app.registerBlueprint(rooms)
    await using live = await serving(app)
    expect(await (await live.open('/rooms/a')).receive()).toBe('a of rooms /rooms/b')
  })

  test('ends its request after the handler', async () => {
    const order: string[] = []
    const torn = deferred()
    const app = make()
    app.teardownRequest(() => {
      order.push('teardown')
      torn.resolve()
    })
    app.websocket('/', async (socket) => {
      for await (const message of socket) order.push(String(message))
      order.push('end')
    })
    await using live = await serving(app)
    const talk = await live.open('/')
    talk.send('hello')
    talk.socket.close()
    await torn.promise
    expect(order).toEqual(['hello', 'end', 'teardown'])
  })
})

describe('a handshake from another site', () => {
  const cases: [string, Record<string, string>, number | undefined][] = [
    ['is rejected by Origin', { origin: 'https://evil.example' }, 403],
    ['is rejected by Sec-Fetch-Site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['with an opaque origin is rejected', { origin: 'null' }, 403],
    [
      'is accepted if TRUSTED_ORIGINS lists the origin',
      { origin: 'https://friend.example' },
      undefined,
    ],
    ['is not assumed if Origin is missing', {}, undefined],
  ]
  test.each(cases)('%s', async (_, headers, status) => {
    await using live = await serving(echoing({ TRUSTED_ORIGINS: ['https://friend.example'] }))
    if (status !== undefined)
      return expect(await rejected(`${live.origin}/echo`, { headers })).toMatchObject({ status })
    const talk = await live.open('/echo', { headers })
    talk.send('hello')
    expect(await talk.receive()).toBe('hello')
  })

  test('is distinguished from the app’s own origin, and accepted if CROSS_SITE_CHECK is off', async () => {
    await using live = await serving(echoing())
    await live.open('/echo', { origin: live.origin })
    await using open = await serving(echoing({ CROSS_SITE_CHECK: false }))
    await open.open('/echo', { origin: 'https://evil.example' })
  })
})

describe('an invalid handshake', () => {
  test('gets a 400 with a hint if it is an ordinary request', async () => {
    const client = echoing().testClient()
    const response = await client.get('/echo')
    expect(response.status).toBe(400)
    expect(await response.text()).toContain('new WebSocket(url)')
    expect(response.headers.get('sec-websocket-version')).toBe('13')
  })

  test.each([
    [{ 'sec-websocket-version': '7' }, /Version/],
    [{ 'sec-websocket-key': 'short' }, /Key/],
    [{ 'sec-websocket-protocol': 'a,,b' }, /Protocol/],
  ])('gets a 400 with the reason for %j', async (changed, words) => {
    const headers = { 'sec-websocket-version': '13', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==', ...changed } // prettier-ignore
    const environ = { 'phial.upgrade': 'websocket' }
    const response = await echoing().testClient().get('/echo', { headers, environ })
    expect(response.status).toBe(400)
    expect(await response.text()).toMatch(words)
  })

  test('gets a 501 if the server does not support upgrades, which is logged once', async () => {
    const app = echoing()
    const { log, environ } = logging()
    const ask = () => app.testClient().get('/echo', { headers: { upgrade: 'websocket' }, environ })
    expect([(await ask()).status, (await ask()).status]).toEqual([501, 501])
    expect(log().match(/does not support phial\.upgrade/g)).toHaveLength(1)
  })
})

describe('subprotocols', () => {
  test.each([
    [['b', 'a'], 'a'],
    [['b'], 'b'],
    [[], ''],
  ])('of a client that offers %j', async (protocols, agreed) => {
    const app = make()
    app.websocket('/', { protocols: ['a', 'b'] }, (socket) => socket.send(`[${socket.protocol}]`))
    await using live = await serving(app)
    const talk = await live.open('/', { protocols })
    expect(await talk.receive()).toBe(`[${agreed}]`)
    expect(talk.socket.protocol).toBe(agreed)
  })
})

describe('closing', () => {
  test('with 1011 if the handler throws, and the error is logged', async () => {
    const app = make()
    const { log, environ } = logging()
    const inner = app.wsgiApp
    app.wsgiApp = (asked, startResponse) => inner(Object.assign(asked, environ), startResponse)
    app.websocket('/', () => {
      throw new Error('broken')
    })
    await using live = await serving(app)
    expect(await (await live.open('/')).closed).toMatchObject({ code: 1011 })
    expect(log()).toMatch(/Exception on "\/" \[GET\][^]*Error: broken/)
  })

  test('with 1008 and the description if the handler aborts', async () => {
    const app = make()
    app.websocket('/', () => abort(403, `Members only: ${'ä'.repeat(100)}`))
    await using live = await serving(app)
    const { code, reason } = await (await live.open('/')).closed
    expect(code).toBe(1008)
    expect(reason).toMatch(/^Members only: ä{54}$/)
  })

  test('with 1009 if a message is too long', async () => {
    await using live = await serving(echoing({ WEBSOCKET_MAX_MESSAGE_SIZE: 10 }))
    const talk = await live.open('/echo')
    talk.send('0123456789')
    expect(await talk.receive()).toBe('0123456789')
    talk.send('0123456789a')
    expect(await talk.closed).toMatchObject({ code: 1009 })
  })

  test('with 1001 if the server stops, which waits for the peer and the handler', async () => {
    const closure = deferred<string>()
    const app = make()
    app.websocket('/', async (socket) => {
      for await (const message of socket) await socket.send(message)
      closure.resolve(JSON.stringify(await socket.closed))
    })
    await using live = await serving(app)
    const talk = await live.open('/')
    talk.send('hello')
    await talk.receive()
    const closed = live.close()
    expect(await talk.closed).toEqual({ code: 1001, reason: 'The server is going away' })
    await closed
    expect(JSON.parse(await closure.promise)).toMatchObject({ code: 1001 })
  })

  test('with 1006 if the connection is lost, which ends the loop', async () => {
    const ended = deferred<number>()
    const app = make()
    app.websocket('/', async (socket) => {
      for await (const message of socket) await socket.send(message)
      ended.resolve((await socket.closed).code)
    })
    await using live = await serving(app)
    const talk = await live.open('/')
    talk.send('hello')
    await talk.receive()
    talk.socket.terminate()
    expect(await ended.promise).toBe(1006)
  })

  test('with 1006 if the client does not answer pings', async () => {
    const ended = deferred<number>()
    const app = make({ config: { WEBSOCKET_PING_INTERVAL: 0.02 } })
    app.websocket('/', async (socket) => {
      await socket.receive()
      ended.resolve((await socket.closed).code)
    })
    await using live = await serving(app)
    const silent = await live.open('/', { autoPong: false })
    const control = await live.open('/')
    const pinged = once(control.socket, 'ping')
    expect(await silent.closed).toMatchObject({ code: 1006 })
    expect(await ended.promise).toBe(1006)
    await pinged
    expect(control.socket.readyState).toBe(WebSocket.OPEN)
    control.socket.close()
    await control.closed
  })
})

test('applies back-pressure to a client that sends faster than the handler reads', async () => {
  const [asked, go] = [deferred(), deferred()]
  const app = make()
  app.websocket('/', async (socket) => {
    asked.resolve()
    await go.promise
    let size = 0
    while (size < 2 ** 26) size += (await socket.receive())?.length ?? Infinity
    await socket.send(String(size))
  })
  await using live = await serving(app)
  const talk = await live.open('/')
  await asked.promise
  for (let sent = 0; sent < 128; sent++) talk.send(Buffer.alloc(2 ** 19))
  let [before, now] = [Infinity, talk.socket.bufferedAmount]
  while (now < before || now === 0) {
    before = now
    for (let turns = 0; turns < 50; turns++) await new Promise((resolve) => setImmediate(resolve))
    now = talk.socket.bufferedAmount
  }
  expect(now).toBeGreaterThan(2 ** 25)
  go.resolve()
  expect(await talk.receive()).toBe(String(2 ** 26))
})

test('throws for a missing handler when the route is added', () => {
  expect(() => make().websocket('/', 'hello' as never)).toThrow(
    expect.objectContaining({ code: 'ERR_PHIAL_VIEW_MISSING' }),
  )
})
