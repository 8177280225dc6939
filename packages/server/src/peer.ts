/** Where a connection comes from and goes to. */
import type { Socket } from 'node:net'
import { hostname } from 'node:os'

/** Both ends of a connection, as an environ names them. They may come from a proxy (PROXY protocol). */
export interface Peer {
  readonly remoteAddr: string
  readonly remotePort: string
  readonly serverName: string
  readonly serverPort: string
  readonly scheme: 'http' | 'https'
}

/**
 * Returns what is known of a connection that comes straight from a client, or `undefined` if its client has
 * reset it already, so that nobody can say any more where it came from: such a connection is dropped, never
 * taken for one of a unix socket, which has no address either. `host` is the address that the server listens
 * at (empty, `0.0.0.0` or `::` for all of the machine's); a unix socket has none.
 */
export function peerOf(socket: Socket, host: string | undefined): Peer | undefined {
  const isUnix = socket.localPort === undefined && !host
  if (!isUnix && socket.remoteAddress === undefined) return undefined
  const isAny = !host || host === '0.0.0.0' || host === '::'
  return {
    remoteAddr: plainAddress(socket.remoteAddress ?? ''),
    remotePort: String(socket.remotePort ?? ''),
    serverName: isUnix ? 'localhost' : isAny ? hostname() : host,
    serverPort: isUnix ? '80' : String(socket.localPort),
    scheme: 'encrypted' in socket && socket.encrypted === true ? 'https' : 'http',
  }
}

/** Shows an IPv4 client of an IPv6 socket as what it is: `::ffff:10.0.0.1` becomes `10.0.0.1`. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '')
}
