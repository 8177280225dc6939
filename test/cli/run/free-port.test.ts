import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, test } from 'vitest'
import { freePort } from '../../../packages/cli/src/run/free-port.ts'

test('returns the first free port from the default on, or the requested one', async () => {
  expect(await freePort('127.0.0.1', undefined)).toBeGreaterThanOrEqual(8000)
  expect(await freePort('127.0.0.1', '0')).toBe(0)
})

test('throws if the requested port is in use', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  await expect(freePort('127.0.0.1', String(port))).rejects.toThrow(
    `Cannot listen on 127.0.0.1, port ${port}: the port is in use. Stop the program that uses it, or choose another port with --port.`,
  )
  other.close()
})

test.for(['x', '-1', '65536', '80.5', ''])('rejects %j, which is not a port', async (text) => {
  await expect(freePort('127.0.0.1', text)).rejects.toMatchObject({
    name: 'UsageError',
    exitCode: 2,
  })
})

test('throws for an address that this machine does not have', async () => {
  await expect(freePort('192.0.2.1', undefined)).rejects.toThrow('this machine has no such address')
})
