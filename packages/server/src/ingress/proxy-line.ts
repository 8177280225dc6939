/**
 * Parses the PROXY protocol, versions 1 and 2: a header before the data of a connection, in which a proxy sends the
 * addresses of the original connection. https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt
 */
import { isIPv4, isIPv6 } from 'node:net'

/** The values of `--proxy-protocol`. */
const proxyProtocols = ['off', 'v1', 'v2', 'auto'] as const
export type ProxyProtocol = (typeof proxyProtocols)[number]

/** Both ends of the connection that the proxy accepted. */
export interface Ends {
  readonly remoteAddr: string
  readonly remotePort: string
  readonly serverName: string
  readonly serverPort: string
}

/** The result of parsing the first bytes of a connection. */
export type Found =
  /** More bytes are needed. */
  | 'more'
  /** The header is invalid, for this reason. */
  | { readonly fault: string }
  /** The length of the header in bytes, and its addresses. Without `ends`, the proxy connects for itself or does not know. */
  | { readonly length: number; readonly ends?: Ends }

/** §2.1: the longest line of version 1, line end included. */
const LONGEST_LINE = 107
const SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1')

/** Parses the first bytes of a connection. */
export function readProxyLine(bytes: Buffer, mode: Exclude<ProxyProtocol, 'off'>): Found {
  const mayBe2 = mode !== 'v1' && startsAlike(bytes, SIGNATURE)
  const mayBe1 = mode !== 'v2' && startsAlike(bytes, Buffer.from('PROXY '))
  if (mayBe2) return readVersion2(bytes)
  if (mayBe1) return readVersion1(bytes)
  const version = { v1: 'version 1', v2: 'version 2', auto: 'version 1 or 2' }[mode]
  return { fault: `the connection does not begin with a PROXY header of ${version}` }
}

/** Whether one of the buffers is a prefix of the other. */
function startsAlike(bytes: Buffer, start: Buffer): boolean {
  const length = Math.min(bytes.length, start.length)
  return bytes.compare(start, 0, length, 0, length) === 0
}

/** §2.1: `PROXY TCP4 192.0.2.1 192.0.2.2 4711 443\r\n` */
function readVersion1(bytes: Buffer): Found {
  const end = bytes.subarray(0, LONGEST_LINE).indexOf('\r\n')
  if (end < 0) {
    return bytes.length < LONGEST_LINE ? 'more' : { fault: 'the PROXY line is too long' }
  }
  const line = bytes.toString('latin1', 0, end)
  const length = end + 2
  if (/^PROXY UNKNOWN(?: |$)/.test(line)) return { length }
  const [, family, from = '', to = '', fromPort = '', toPort = ''] =
    /^PROXY TCP([46]) (\S+) (\S+) (0|[1-9]\d{0,4}) (0|[1-9]\d{0,4})$/.exec(line) ?? []
  const isAddress = family === '6' ? isIPv6 : isIPv4
  const isInOrder = isAddress(from) && isAddress(to) && [fromPort, toPort].every(isPort)
  if (!isInOrder) return { fault: 'the PROXY line of version 1 is malformed' }
  return { length, ends: endsOf(from, fromPort, to, toPort) }
}

const isPort = (text: string): boolean => Number(text) <= 65_535

/** §2.2: signature, version and command, family and transport, length, addresses. */
function readVersion2(bytes: Buffer): Found {
  if (bytes.length < 16) return 'more'
  const command = bytes.readUInt8(12)
  const family = bytes.readUInt8(13)
  const length = 16 + bytes.readUInt16BE(14)
  if (command >> 4 !== 2 || (command & 15) > 1) {
    return { fault: 'the PROXY header has an unknown version or command' }
  }
  if (bytes.length < length) return 'more'
  if ((command & 15) === 0) return { length } // LOCAL: the proxy's own health check
  return { length, ...readAddresses(bytes.subarray(16, length), family) }
}

/** Parses the addresses. Those of families other than IP over TCP are ignored, because an environ cannot hold them. */
function readAddresses(bytes: Buffer, family: number): { ends: Ends } | { fault: string } | object {
  const size = { 0x11: 4, 0x21: 16 }[family]
  if (size === undefined) return [0x00, 0x12, 0x22, 0x31, 0x32].includes(family) ? {} : FAMILY
  if (bytes.length < size * 2 + 4)
    return { fault: 'the PROXY header is too short for its addresses' }
  const address = (at: number): string => showAddress(bytes.subarray(at, at + size))
  const port = (at: number): string => String(bytes.readUInt16BE(at))
  return { ends: endsOf(address(0), port(size * 2), address(size), port(size * 2 + 2)) }
}

const FAMILY = { fault: 'the PROXY header has an unknown address family' }

function showAddress(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join('.')
  const groups = Array.from({ length: 8 }, (_, at) => bytes.readUInt16BE(at * 2).toString(16))
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1) // the shortest form
}

function endsOf(from: string, fromPort: string, to: string, toPort: string): Ends {
  return { remoteAddr: from, remotePort: fromPort, serverName: to, serverPort: toPort }
}
