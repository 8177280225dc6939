/** From a head to the environ that an application is called with. */
import { emptyInput, inputStream, makeEnviron } from '@phial/core'
import type { Environ } from '@phial/core'
import type { Peer, TransportOptions } from '../transport.ts'
import type { Body } from './body.ts'
import type { Head } from './head.ts'

/** The environ of a request; `body` where it has one. */
export function environOf(
  head: Head,
  peer: Peer,
  { errors, multiprocess }: TransportOptions,
  body: Body | undefined,
): Environ {
  return makeEnviron({
    method: head.method,
    target: head.target,
    protocol: head.protocol,
    headers: head.headers,
    scheme: peer.scheme,
    serverName: peer.serverName,
    serverPort: peer.serverPort,
    remoteAddr: peer.remoteAddr,
    remotePort: peer.remotePort,
    input: body === undefined ? emptyInput() : inputStream(body),
    errors,
    multiprocess,
  })
}

/** What the log is told of a request whose head could not be read: as much as its first line says. */
export function environOfLine(line: string, peer: Peer, options: TransportOptions): Environ {
  const [method = '-', target = '-', ...protocol] = line === '' ? [] : line.split(' ')
  const headers: [string, string][] = []
  const head = { method, target, protocol: protocol.join(' ') || '-', headers } as Head
  return environOf(head, peer, options, undefined)
}
