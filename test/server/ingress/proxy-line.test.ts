/** The bytes of the PROXY protocol, with the examples of its specification. `proxy-protocol.test.ts` tests it over a socket. */
import { describe, expect, test } from 'vitest'
import { readProxyLine } from '../../../packages/server/src/ingress/proxy-line.ts'
import { addresses as ipv4, version2 } from '../support/proxy-header.ts'

const ends4 = {
  remoteAddr: '192.0.2.1',
  remotePort: '4711',
  serverName: '198.51.100.2',
  serverPort: '443',
}
const line = (text: string): Buffer => Buffer.from(`${text}\r\n`)

describe('version 1 (§2.1)', () => {
  test('TCP4 and TCP6 contain both ends', () => {
    const bytes = line('PROXY TCP4 192.0.2.1 198.51.100.2 4711 443')
    expect(readProxyLine(bytes, 'v1')).toEqual({ length: bytes.length, ends: ends4 })
    expect(readProxyLine(line('PROXY TCP6 2001:db8::1 ::1 1 2'), 'auto')).toMatchObject({
      ends: { remoteAddr: '2001:db8::1', serverName: '::1' },
    })
  })
  test.each(['PROXY UNKNOWN', 'PROXY UNKNOWN ff:: ff:: 1 2'])(
    '%s contains no addresses',
    (text) => {
      expect(readProxyLine(line(text), 'v1')).toEqual({ length: text.length + 2 })
    },
  )
  test('needs more bytes until the line is complete', () => {
    const bytes = line('PROXY TCP4 192.0.2.1 198.51.100.2 4711 443')
    for (let length = 0; length < bytes.length; length++) {
      expect(readProxyLine(bytes.subarray(0, length), 'auto')).toBe('more')
    }
  })
  test.each([
    'PROXY TCP4 192.0.2.1 198.51.100.2 4711',
    'PROXY TCP4 192.0.2.1 198.51.100.2 4711 443 1',
    'PROXY TCP4 192.0.2.256 198.51.100.2 4711 443',
    'PROXY TCP4 2001:db8::1 ::1 1 2',
    'PROXY TCP6 192.0.2.1 198.51.100.2 1 2',
    'PROXY TCP4 192.0.2.1 198.51.100.2 65536 443',
    'PROXY TCP4 192.0.2.1 198.51.100.2 01 443',
    'PROXY TCP4 192.0.2.1 198.51.100.2 -1 443',
    'PROXY TCP4  192.0.2.1 198.51.100.2 1 443',
    'PROXY UDP4 192.0.2.1 198.51.100.2 1 443',
    'PROXY UNKNOWNS',
    'PROXY ',
  ])('%s is malformed', (text) => {
    expect(readProxyLine(line(text), 'auto')).toHaveProperty('fault')
  })
  test('a line without an end is malformed', () => {
    expect(readProxyLine(Buffer.from(`PROXY ${'x'.repeat(101)}`), 'v1')).toHaveProperty('fault')
  })
})

describe('version 2 (§2.2)', () => {
  test('contains both ends, and ignores additional fields', () => {
    const tlv = Buffer.concat([ipv4, Buffer.from([4, 0, 1, 0])])
    expect(readProxyLine(version2(0x21, 0x11, tlv), 'v2')).toEqual({ length: 32, ends: ends4 })
    const ipv6 = Buffer.from('20010db8000000000000000000000001fe80000000000000000000000000000212670050', 'hex') // prettier-ignore
    expect(readProxyLine(version2(0x21, 0x21, ipv6), 'auto')).toMatchObject({
      ends: { remoteAddr: '2001:db8::1', serverName: 'fe80::2', serverPort: '80' },
    })
  })
  test('LOCAL and transports other than TCP have no addresses', () => {
    expect(readProxyLine(version2(0x20, 0x00, Buffer.alloc(0)), 'v2')).toEqual({ length: 16 })
    expect(readProxyLine(version2(0x20, 0x11, ipv4), 'v2')).toEqual({ length: 28 })
    expect(readProxyLine(version2(0x21, 0x31, Buffer.alloc(216)), 'v2')).toEqual({ length: 232 })
  })
  test('needs more bytes until the header is complete', () => {
    const bytes = version2(0x21, 0x11, ipv4)
    for (let length = 0; length < bytes.length; length++) {
      expect(readProxyLine(bytes.subarray(0, length), 'auto')).toBe('more')
    }
  })
  test.each([
    ['an unknown version', 0x11, 0x11, ipv4],
    ['an unknown command', 0x22, 0x11, ipv4],
    ['an unknown family', 0x21, 0x51, ipv4],
    ['a header that is too short for its addresses', 0x21, 0x21, ipv4],
  ])('%s is malformed', (_, command, family, body) => {
    expect(readProxyLine(version2(command, family, body), 'v2')).toHaveProperty('fault')
  })
})

test.each([
  ['v1', version2(0x21, 0x11, ipv4)],
  ['v2', line('PROXY TCP4 192.0.2.1 198.51.100.2 4711 443')],
  ['v1', Buffer.from('GET / HTTP/1.1\r\n')],
  ['auto', Buffer.from('G')],
] as const)('%s: rejects a connection that begins otherwise', (mode, bytes) => {
  expect(readProxyLine(bytes, mode)).toMatchObject({ fault: expect.stringContaining('begin') })
})
