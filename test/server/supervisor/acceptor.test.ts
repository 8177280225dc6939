/** The listening sockets of a worker, on real ones. */
import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { errorLog } from '../../../packages/server/src/logs/error.ts'
import { Acceptor, type Listening } from '../../../packages/server/src/supervisor/acceptor.ts'
import { open } from '../support/raw.ts'
import { freePort } from '../support/nginx.ts'

const log = errorLog('info', (line) => {
  throw new Error(line)
})
const at = (port: number): Listening => ({
  bind: `127.0.0.1:${port}`,
  host: '127.0.0.1',
  listen: { host: '127.0.0.1', port },
})

test('drain accepts all connections that wait, then refuses', async () => {
  const port = await freePort()
  const accepted: Socket[] = []
  const acceptor = new Acceptor([at(port)], log, (socket) => void accepted.push(socket))
  await acceptor.listen(100)
  const clients = Array.from({ length: 50 }, () => open(port)) // the system has them before this process accepts any
  await acceptor.drain()
  const connected = await Promise.all(clients)
  await expect(open(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  expect(accepted).toHaveLength(50)
  for (const { socket } of connected) socket.destroy()
  for (const socket of accepted) socket.destroy()
})

test('a connection comes with the address that it came to', async () => {
  const port = await freePort()
  const homes: unknown[] = []
  const acceptor = new Acceptor([at(port)], log, (socket, home) => {
    homes.push(home)
    socket.destroy()
  })
  await acceptor.listen(100)
  await (
    await open(port)
  ).closed
  acceptor.close()
  expect(homes).toEqual([{ isUnix: false, serverName: '127.0.0.1', serverPort: String(port) }])
})

test('an address that is taken ends the start, and is named', async () => {
  const port = await freePort()
  const first = new Acceptor([at(port)], log, (socket) => socket.destroy())
  await first.listen(100)
  const second = new Acceptor([at(port)], log, () => undefined)
  await expect(second.listen(100)).rejects.toMatchObject({
    exitCode: 1,
    message: expect.stringContaining(`cannot listen at 127.0.0.1:${port}: the address is taken`),
  })
  first.close()
})
