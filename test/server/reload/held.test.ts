import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { hold, type Held } from '../../../packages/server/src/reload/held.ts'
import { deferred } from '../../support/deferred.ts'

/** A connection to a server that holds what comes. */
async function connected(arrived: (held: Held) => void): Promise<[client: Socket, Disposable]> {
  const server = createServer({ highWaterMark: 1, allowHalfOpen: true }, (socket) =>
    hold(socket, arrived),
  ).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
  await once(client, 'connect')
  const dispose = (): void => {
    client.destroy()
    server.close()
  }
  return [client, { [Symbol.dispose]: dispose }]
}

test('a connection is held from its first bytes on, and no more is read', async () => {
  const { promise, resolve } = deferred<Held>()
  const [client, end] = await connected(resolve)
  using _end = end
  client.write('GET / HTTP/1.1\r\n')
  const held = await promise
  expect(String(held.head)).toBe('GET / HTTP/1.1\r\n')
  client.write('and more')
  const arrived = Symbol('more')
  const more = once(held.socket, 'readable').then(() => arrived)
  // A turn of its own connection: what came would have been read by now.
  held.refuse('Later.')
  const [answer] = (await once(client, 'data')) as [Buffer]
  expect(String(answer)).toMatch(/^HTTP\/1\.1 503 Service Unavailable\r\n[^]*: Later\.\n$/)
  expect(await Promise.race([more, Promise.resolve('nothing')])).toBe('nothing')
})

test('one that closes and says nothing is closed', async () => {
  const [client, end] = await connected(() => expect.unreachable())
  using _end = end
  client.end()
  client.resume()
  await once(client, 'close')
})
