/** The environ that a `node:http` request becomes. */
import type { IncomingMessage } from 'node:http'
import { makeEnviron } from '@phial/core'
import type { Environ, InputStream } from '@phial/core'
import { ReceivedHead } from '../request-head.ts'
import type { Surroundings } from '../rejected.ts'

/** What an environ has of the exchange: both are made when they are asked for. */
interface Exchange {
  readonly input: InputStream
  readonly signal: AbortSignal
}

/** Makes the environ of a request. */
export function environOf(
  request: IncomingMessage,
  exchange: Exchange,
  surroundings: Surroundings,
): Environ {
  const said = {
    method: request.method ?? '',
    target: request.url ?? '',
    protocol: request.httpVersion === '1.1' ? 'HTTP/1.1' : `HTTP/${request.httpVersion}`,
    headers: pairs(request.rawHeaders),
  }
  const { peer } = surroundings
  return makeEnviron(new ReceivedHead(said, peer, surroundings, exchange.input, exchange))
}

/** HTTP/2 has its request line among the headers, by names with a colon; of these `:authority` is what `Host` is elsewhere. */
function pairs(rawHeaders: readonly string[]): [name: string, value: string][] {
  const found: [name: string, value: string][] = []
  for (let at = 1; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at - 1] ?? ''
    if (!name.startsWith(':')) found.push([name, rawHeaders[at] ?? ''])
    else if (name === ':authority') found.push(['Host', rawHeaders[at] ?? ''])
  }
  return found
}
