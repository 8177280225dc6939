/** The environ that a `node:http` request becomes. */
import type { IncomingMessage } from 'node:http'
import { makeEnviron } from '@phial/core'
import type { Environ, ErrorStream, InputStream } from '@phial/core'
import type { Peer } from '../transport.ts'

/** What an environ says beside the request itself. */
export interface Surroundings {
  readonly peer: Peer
  readonly errors: ErrorStream
  readonly multiprocess: boolean
}

/** What an environ has of the exchange: both are made when they are asked for. */
interface Exchange {
  readonly input: InputStream
  readonly signal: AbortSignal
}

/** Makes the environ of a request. */
export function environOf(
  request: IncomingMessage,
  exchange: Exchange,
  { peer, errors, multiprocess }: Surroundings,
): Environ {
  return makeEnviron({
    method: request.method ?? '',
    target: request.url ?? '',
    protocol: `HTTP/${request.httpVersion}`,
    headers: pairs(request.rawHeaders),
    scheme: peer.scheme,
    serverName: peer.serverName,
    serverPort: peer.serverPort,
    remoteAddr: peer.remoteAddr,
    remotePort: peer.remotePort,
    input: exchange.input,
    errors,
    multiprocess,
    signal: exchange.signal,
  })
}

/** The environ of what could not be read as a request: all that the access log has of it. */
export function unreadableEnviron(
  input: InputStream,
  { peer, errors, multiprocess }: Surroundings,
): Environ {
  const unknown = { method: '-', target: '-', protocol: '-', headers: [] }
  return makeEnviron({ ...peer, ...unknown, input, errors, multiprocess })
}

function* pairs(rawHeaders: readonly string[]): Iterable<[name: string, value: string]> {
  for (let at = 0; at < rawHeaders.length; at += 2) {
    yield [rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '']
  }
}
