import { connect, createServer, type AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { lingeringClose } from '../../packages/server/src/lingering-close.ts'
import { deferred } from '../support/deferred.ts'
import { open } from './support/raw.ts'

test('sends the last data, and reads what the client still sends', async () => {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.once('data', () => lingeringClose(socket, 'bye'))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const client = await open((server.address() as AddressInfo).port)
  client.send('a')
  await client.until('bye')
  client.send('b'.repeat(100_000))
  client.socket.end()
  await client.closed
  expect([client.received, client.error]).toEqual(['bye', undefined])
  server.close()
})

test('closes a silent connection after a while', async () => {
  const closed = deferred()
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.once('close', () => closed.resolve())
    lingeringClose(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const client = connect({
    port: (server.address() as AddressInfo).port,
    host: '127.0.0.1',
    allowHalfOpen: true,
  })
  await closed.promise
  client.destroy()
  server.close()
})
