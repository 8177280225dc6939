import { Socket } from 'node:net'
import { hostname } from 'node:os'
import { expect, test } from 'vitest'
import {
  defaultLimits,
  localEndOf,
  localEndOfSocket,
  peerOf,
  plainAddress,
} from '../../packages/server/src/transport.ts'

test('a request line may be as long as RFC 9112 §3 recommends, and the head fits more than one such field', () => {
  expect(defaultLimits.requestLine).toBeGreaterThanOrEqual(8000)
  expect(defaultLimits.head).toBeGreaterThan(defaultLimits.requestLine + defaultLimits.fieldSize)
})

test('an idle connection is kept longer than the 60 seconds of load balancers', () => {
  expect(defaultLimits.keepAlive).toBeGreaterThan(60)
})

test('all times have a limit by default', () => {
  const { headTimeout, bodyTimeout, writeTimeout } = defaultLimits
  expect(Math.min(headTimeout, bodyTimeout, writeTimeout)).toBeGreaterThan(0)
})

const socket = (ends: Partial<Socket>): Socket =>
  Object.defineProperties(
    new Socket(),
    Object.fromEntries(Object.entries(ends).map(([key, value]) => [key, { value }])),
  )
const tcp = { remoteAddress: '::ffff:192.0.2.1', remotePort: 4711 }
const address = { address: '127.0.0.1', port: 8000, family: 'IPv4' }

test('peerOf returns both ends of a TCP connection', () => {
  expect(peerOf(socket(tcp), localEndOf(address, '127.0.0.1'))).toEqual({
    remoteAddr: '192.0.2.1',
    remotePort: '4711',
    serverName: '127.0.0.1',
    serverPort: '8000',
    scheme: 'http',
  })
})

test('localEndOfSocket returns the local end of a connection that another server accepted', () => {
  const accepted = socket({ ...tcp, localAddress: '::ffff:192.0.2.2', localPort: 80 })
  expect(localEndOfSocket(accepted)).toEqual({ isUnix: false, serverName: '192.0.2.2', serverPort: '80' }) // prettier-ignore
  expect(localEndOfSocket(socket({}))).toEqual(localEndOf('/run/a.sock', undefined))
})

test.each(['', '0.0.0.0', '::', undefined])(
  'the server name is that of the machine if the host is %j',
  (host) => {
    expect(localEndOf(address, host).serverName).toBe(hostname())
  },
)

test.each([null, '/run/site.sock'])('a unix socket has no addresses: %j', (at) => {
  expect(peerOf(socket({}), localEndOf(at, undefined))).toEqual({
    remoteAddr: '',
    remotePort: '',
    serverName: 'localhost',
    serverPort: '80',
    scheme: 'http',
  })
})

test.each(['127.0.0.1', undefined])(
  'a TCP connection to %j that has lost its address is not taken for one of a unix socket',
  (host) => {
    expect(peerOf(socket({}), localEndOf(address, host))).toBeUndefined()
  },
)

test('plainAddress removes the prefix of IPv4-mapped addresses', () => {
  expect(plainAddress('::ffff:10.0.0.1')).toBe('10.0.0.1')
  expect(plainAddress('::ffff:a:1')).toBe('::ffff:a:1')
  expect(plainAddress('2001:db8::1')).toBe('2001:db8::1')
})
