/** Both ends of a connection, as an environ names them. */
import type { Socket } from 'node:net'
import { hostname } from 'node:os'
import type { Peer } from './transport.ts'

/**
 * What is known of a connection that comes straight from a client. `host` is the address that is
 * listened at, empty or `0.0.0.0` or `::` for all of the machine's; a unix socket has none.
 */
export function peerOf(socket: Socket, host: string | undefined): Peer {
  const isUnix = socket.localPort === undefined
  const isAny = !host || host === '0.0.0.0' || host === '::'
  return {
    remoteAddr: plainAddress(socket.remoteAddress ?? ''),
    remotePort: String(socket.remotePort ?? ''),
    serverName: isUnix ? 'localhost' : isAny ? hostname() : host,
    serverPort: isUnix ? '80' : String(socket.localPort),
    scheme: 'encrypted' in socket && socket.encrypted === true ? 'https' : 'http',
  }
}

/** An IPv4 client of an IPv6 socket is shown as what it is: `::ffff:10.0.0.1` is `10.0.0.1`. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '')
}
