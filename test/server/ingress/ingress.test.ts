/** What doors have in common; each step has a test of its own beside this one. */
import { Socket } from 'node:net'
import { errorStream } from '@phial/core'
import { expect, test } from 'vitest'
import { openIngress } from '../../../packages/server/src/ingress/ingress.ts'
import { StartError } from '../../../packages/server/src/errors.ts'
import { homeOf, type Peer } from '../../../packages/server/src/transport.ts'
import { pairOne } from '../support/ingress.ts'

const home = homeOf({ address: '127.0.0.1', port: 80, family: 'IPv4' }, 'localhost')
const options = {
  allow: ['127.0.0.1'],
  timeout: 30,
  errors: errorStream(() => undefined),
  multiprocess: false,
}

test('a connection with nothing before its HTTP passes at once, untouched', () => {
  const passed: [Socket, Peer][] = []
  const door = openIngress(options, (...visitor) => passed.push(visitor))
  const socket = Object.defineProperty(new Socket(), 'remoteAddress', { value: '192.0.2.1' })
  door.enter(socket, home)
  expect(passed).toEqual([[socket, expect.objectContaining({ scheme: 'http' })]])
  expect(socket.listenerCount('readable') + socket.listenerCount('error')).toBe(0)
  door.reload()
  door.close()
})

test('a connection that its client has reset, so that nobody knows where it came from, is dropped', () => {
  const passed: Socket[] = []
  const door = openIngress(options, (socket) => passed.push(socket))
  const socket = new Socket()
  door.enter(socket, home)
  expect([passed, socket.destroyed]).toEqual([[], true])
  door.close()
})

test.each([
  [{ allow: ['nobody'] }, /--forwarded-allow-ips/],
  [{ tls: { ...pairOne, certfile: '/none.crt' } }, /--certfile/],
])('what cannot be used is told at the start: %j', (wrong, message) => {
  const open = (): unknown => openIngress({ ...options, ...wrong }, () => undefined)
  expect(open).toThrow(StartError)
  expect(open).toThrow(message)
})
