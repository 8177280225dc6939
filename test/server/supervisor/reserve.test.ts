/** Addresses that are bound but do not listen yet. */
import { existsSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { reserve, type Reserved } from '../../../packages/server/src/supervisor/reserve.ts'
import { folderWith } from '../support/folder.ts'
import { open } from '../support/raw.ts'
import { echo, serving } from '../support/server.ts'

const one = async (bind: string): Promise<Reserved> => {
  const [reserved] = await reserve([bind])
  if (!reserved) throw new Error('No address is reserved.')
  return reserved
}
const portOf = ({ url }: Reserved): number => Number(/\d+$/.exec(url)?.[0])

test('an address has its actual port, and refuses connections until a process listens', async () => {
  const reserved = await one('127.0.0.1:0')
  const port = portOf(reserved)
  await expect(open(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  const server = createServer((socket) => socket.end('hello'))
  await new Promise<void>((resolve) => server.listen({ fd: reserved.fd ?? -1 }, resolve))
  const client = await open(port)
  await client.until('hello')
  server.close()
})

test('resolves a host name', async () => {
  const reserved = await one('localhost:0')
  expect([reserved.host, reserved.url]).toEqual([
    'localhost',
    expect.stringMatching(/^http:\/\/(127\.0\.0\.1|\[::1\]):[1-9]/),
  ])
  reserved.release()
})

test('reserves 0.0.0.0 and [::] at one port, in either order', async () => {
  const free = await one('127.0.0.1:0')
  const port = portOf(free)
  free.release()
  for (const binds of [
    [`0.0.0.0:${port}`, `[::]:${port}`],
    [`[::]:${port}`, `0.0.0.0:${port}`],
  ]) {
    // oxlint-disable-next-line no-await-in-loop -- they want the same port
    const both = await reserve(binds)
    const servers = both.map(({ fd = -1 }) => createServer().listen({ fd }))
    // oxlint-disable-next-line no-await-in-loop -- as above
    await Promise.all(
      servers.map((server) => new Promise((resolve) => server.once('listening', resolve))),
    )
    // oxlint-disable-next-line no-await-in-loop -- as above
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  }
})

test('reserves no address if one of them fails, and removes the path of a unix socket', async () => {
  await using running = await serving(echo)
  await using folder = await folderWith({})
  const path = join(folder.path, 'a.sock')
  await expect(reserve([`unix:${path}`, `127.0.0.1:${running.port}`])).rejects.toMatchObject({
    exitCode: 1,
    message: expect.stringContaining('the address is taken'),
  })
  expect(existsSync(path)).toBe(false)
})

describe('without the internal function of node:net', () => {
  test('the port is determined, and workers bind the address themselves', async () => {
    const [reserved] = await reserve(['127.0.0.1:0'], null)
    expect(reserved).toMatchObject({
      fd: undefined,
      listen: { host: '127.0.0.1', reusePort: true },
    })
    const server = createServer().listen({ ...reserved?.listen, reusePort: false } as object)
    await new Promise((resolve) => server.once('listening', resolve))
    expect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`).toBe(reserved?.url)
    server.close()
  })

  test('rejects with a StartError if the port is in use', async () => {
    await using running = await serving(echo)
    await expect(reserve([`127.0.0.1:${running.port}`], null)).rejects.toMatchObject({
      message: expect.stringContaining('the address is taken'),
    })
  })
})
