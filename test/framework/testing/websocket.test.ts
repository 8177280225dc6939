import { makeResponse, request, session } from 'phial'
import { expect, test } from 'vitest'
import { deferred } from '../../support/deferred.ts'
import { make } from '../support.ts'

test('client.websocket connects without a server, and sends the client’s cookies', async () => {
  const torn = deferred()
  const app = make({ config: { SECRET_KEY: '0f8e7d6c5b4a39281706f5e4d3c2b1a0' } })
  app.teardownRequest(() => {
    if (request.path === '/echo') torn.resolve()
  })
  app.post('/login', () => {
    session.user = 'Ann'
    return 'ok'
  })
  app.websocket('/echo', { protocols: ['chat'] }, async (socket) => {
    await socket.send(`${String(session.user)} ${request.args.get('room') ?? ''}`)
    for await (const message of socket) await socket.send(message)
  })
  const client = app.testClient()
  await client.post('/login')
  const socket = await client.websocket('/echo', { query: { room: 'a' }, protocols: ['chat'] })
  expect(socket.protocol).toBe('chat')
  expect(await socket.receive()).toBe('Ann a')
  await socket.send('hello')
  expect(await socket.receive()).toBe('hello')
  await socket.send(new Uint8Array([1, 2]))
  expect(await socket.receive()).toEqual(Buffer.from([1, 2]))
  socket.close(1000, 'bye')
  expect(await socket.closed).toEqual({ code: 1000, reason: 'bye' })
  await torn.promise
})

test('cookies of the handshake are stored, and messages can be read after the handler has ended', async () => {
  const app = make()
  app.afterRequest((response) => response.setCookie('seen', 'yes'))
  app.websocket('/', async (socket) => {
    for (const message of ['one', 'two']) await socket.send(message)
  })
  const client = app.testClient()
  const messages: unknown[] = []
  for await (const message of await client.websocket('/')) messages.push(message)
  expect(messages).toEqual(['one', 'two'])
  expect(client.getCookie('seen')).toBe('yes')
})

test('rejects with the response of a rejected handshake, or with the error that the app throws', async () => {
  const app = make({ config: { TESTING: true } })
  app.beforeRequest(() => {
    if (request.args.has('no')) return makeResponse('no entry', 403)
    if (request.args.has('throw')) throw new RangeError('broken')
    return undefined
  })
  app.websocket('/', () => undefined)
  const client = app.testClient()
  await expect(client.websocket('/?no')).rejects.toThrow(
    /Expected a 101 response.*403 Forbidden.*no entry/,
  )
  await expect(client.websocket('/?throw')).rejects.toThrow(RangeError)
  await expect(
    client.websocket('/', { headers: { Origin: 'https://evil.example' } }),
  ).rejects.toThrow(/403/)
})
