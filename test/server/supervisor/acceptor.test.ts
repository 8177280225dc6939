/** The listening sockets of a worker, with real sockets. */
import { connect, type Socket } from 'node:net'
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

// No other process has these sockets, so their connections cannot be left to one.
test.each(['leave', 'drain'] as const)(
  '%s accepts all waiting connections, then refuses new ones',
  async (queue) => {
    const port = await freePort()
    const accepted: Socket[] = []
    const acceptor = new Acceptor([at(port)], log, (socket) => void accepted.push(socket))
    await acceptor.listen(100)
    const clients = Array.from({ length: 50 }, () => open(port)) // the system completes them before this process accepts any
    await acceptor.stop(queue)
    const connected = await Promise.all(clients)
    await expect(open(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    expect(accepted).toHaveLength(50)
    for (const { socket } of connected) socket.destroy()
    for (const socket of accepted) socket.destroy()
  },
)

test.runIf(process.platform === 'linux')(
  'a client that connects while the queue is closed is accepted or refused, never reset',
  async () => {
    const port = await freePort()
    const accepted: Socket[] = []
    const acceptor = new Acceptor([at(port)], log, (socket) => void accepted.push(socket))
    await acceptor.listen(100)
    let [turns, isOver] = [0, false]
    const failed: unknown[] = []
    const clients: Promise<unknown>[] = []
    const knock = (): void => {
      // In each second turn, so that a client always connects after a turn that found the queue empty.
      turns += 1
      if (turns % 2 === 0) {
        const client = connect(port, '127.0.0.1').resume()
        client.on('error', (error) => failed.push(Reflect.get(error, 'code')))
        clients.push(new Promise((resolve) => client.on('close', resolve)))
      }
      if (!isOver) setImmediate(knock)
    }
    knock()
    await acceptor.stop('close')
    isOver = true
    for (const socket of accepted) socket.destroy()
    await Promise.all(clients)
    expect(accepted).toHaveLength(clients.length - failed.length)
    expect(new Set(failed)).toEqual(new Set(['ECONNREFUSED']))
  },
)

test('passes a connection on with its local address', async () => {
  const port = await freePort()
  const localEnds: unknown[] = []
  const acceptor = new Acceptor([at(port)], log, (socket, localEnd) => {
    localEnds.push(localEnd)
    socket.destroy()
  })
  await acceptor.listen(100)
  await (
    await open(port)
  ).closed
  acceptor.close()
  expect(localEnds).toEqual([{ isUnix: false, serverName: '127.0.0.1', serverPort: String(port) }])
})

test('rejects with a StartError that names an address in use', async () => {
  const port = await freePort()
  const first = new Acceptor([at(port)], log, (socket) => socket.destroy())
  await first.listen(100)
  const second = new Acceptor([at(port)], log, () => undefined)
  await expect(second.listen(100)).rejects.toMatchObject({
    exitCode: 1,
    message: expect.stringContaining(`cannot listen on 127.0.0.1:${port}: the address is taken`),
  })
  first.close()
})
