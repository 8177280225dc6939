import { hostname } from 'node:os'
import { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { peerOf, plainAddress } from '../../packages/server/src/peer.ts'

const socket = (ends: Partial<Socket>): Socket =>
  Object.defineProperties(
    new Socket(),
    Object.fromEntries(Object.entries(ends).map(([key, value]) => [key, { value }])),
  )
const tcp = socket({ remoteAddress: '::ffff:192.0.2.1', remotePort: 4711, localPort: 8000 })

test('names both ends of a TCP connection', () => {
  expect(peerOf(tcp, '127.0.0.1')).toEqual({
    remoteAddr: '192.0.2.1',
    remotePort: '4711',
    serverName: '127.0.0.1',
    serverPort: '8000',
    scheme: 'http',
  })
})

test.each(['', '0.0.0.0', '::', undefined])('names the machine where %j is listened at', (host) => {
  expect(peerOf(tcp, host)?.serverName).toBe(hostname())
})

test('a unix socket has no addresses', () => {
  expect(peerOf(socket({}), undefined)).toEqual({
    remoteAddr: '',
    remotePort: '',
    serverName: 'localhost',
    serverPort: '80',
    scheme: 'http',
  })
})

test.each([
  ['has no address any more', { localPort: 8000 }, '127.0.0.1'],
  ['has neither port nor address any more', {}, '127.0.0.1'],
  ['came to any address', { localPort: 8000 }, undefined],
])('a TCP connection that %s is nobody’s, not that of a unix socket', (_what, parts, host) => {
  expect(peerOf(socket(parts), host)).toBeUndefined()
})

test('an address is shown plainly', () => {
  expect(plainAddress('::ffff:10.0.0.1')).toBe('10.0.0.1')
  expect(plainAddress('::ffff:a:1')).toBe('::ffff:a:1')
  expect(plainAddress('2001:db8::1')).toBe('2001:db8::1')
})
