import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { hold, type Held } from '../../../packages/server/src/reload/connections.ts'
import { deferred } from '../../support/deferred.ts'

/** Connects to a server that holds its connections. */
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

test('holds a connection from its first bytes on, and reads no more', async () => {
  const { promise, resolve } = deferred<Held>()
  const [client, end] = await connected(resolve)
  using _end = end
  client.write('GET / HTTP/1.1\r\n')
  const held = await promise
  expect(String(held.head)).toBe('GET / HTTP/1.1\r\n')
  client.write('and more')
  const arrived = Symbol('more')
  const more = once(held.socket, 'readable').then(() => arrived)
  // After a round trip on the connection, further bytes would have been read.
  held.refuse('Later.')
  const [answer] = (await once(client, 'data')) as [Buffer]
  expect(String(answer)).toMatch(/^HTTP\/1\.1 503 Service Unavailable\r\n[^]*: Later\.\n$/)
  expect(await Promise.race([more, Promise.resolve('nothing')])).toBe('nothing')
})

test('closes a connection that ends without data', async () => {
  const [client, end] = await connected(() => expect.unreachable())
  using _end = end
  client.end()
  client.resume()
  await once(client, 'close')
})
