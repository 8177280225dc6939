/** What all connections have in common. Each step has its own test file. */
import { Socket } from 'node:net'
import { errorStream } from '@phial/core'
import { expect, test } from 'vitest'
import { openIngress } from '../../../packages/server/src/ingress/ingress.ts'
import { StartError } from '../../../packages/server/src/errors.ts'
import { localEndOf, type Peer } from '../../../packages/server/src/transport.ts'
import { pairOne } from '../support/ingress.ts'

const localEnd = localEndOf({ address: '127.0.0.1', port: 80, family: 'IPv4' }, 'localhost')
const options = {
  allow: ['127.0.0.1'],
  timeout: 30,
  errors: errorStream(() => undefined),
  multiprocess: false,
}

test('passes a connection on immediately and unchanged without PROXY protocol and TLS', () => {
  const passed: [Socket, Peer][] = []
  const ingress = openIngress(options, (...args) => passed.push(args))
  const socket = Object.defineProperty(new Socket(), 'remoteAddress', { value: '192.0.2.1' })
  ingress.enter(socket, localEnd)
  expect(passed).toEqual([[socket, expect.objectContaining({ scheme: 'http' })]])
  expect(socket.listenerCount('readable') + socket.listenerCount('error')).toBe(0)
  ingress.reload()
  ingress.close()
})

test('closes a connection whose client has reset it, because its address is unknown', () => {
  const passed: Socket[] = []
  const ingress = openIngress(options, (socket) => passed.push(socket))
  const socket = new Socket()
  ingress.enter(socket, localEnd)
  expect([passed, socket.destroyed]).toEqual([[], true])
  ingress.close()
})

test.each([
  [{ allow: ['proxy.example'] }, /--forwarded-allow-ips/],
  [{ tls: { ...pairOne, certfile: '/none.crt' } }, /--certfile/],
])('throws a StartError at the start for unusable options: %j', (wrong, message) => {
  const open = (): unknown => openIngress({ ...options, ...wrong }, () => undefined)
  expect(open).toThrow(StartError)
  expect(open).toThrow(message)
})
