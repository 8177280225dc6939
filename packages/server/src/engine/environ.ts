/** From a head to the environ that an application is called with. */
import { emptyInput, inputStream, makeEnviron } from '@phial/core'
import type { Environ } from '@phial/core'
import { ReceivedHead } from '../request-head.ts'
import type { Peer, TransportOptions } from '../transport.ts'
import type { Body } from './body.ts'
import { Head } from './head.ts'

/** What an environ says beside the request itself. */
export interface Surroundings {
  readonly peer: Peer
  readonly options: TransportOptions
}

/** The environ of a request; `body` where it has one, `source` knows whether its client has gone. */
export function environOf(
  head: Head,
  around: Surroundings,
  body: Body | undefined,
  source: { readonly signal: AbortSignal },
): Environ {
  const input = body === undefined ? emptyInput() : inputStream(body)
  return makeEnviron(new ReceivedHead(head, around.peer, around.options, input, source))
}

/** What stands for a head that could not be read: as much as its first line says, for the log. */
export function unreadHead(line: string): Head {
  const [method = '-', target = '-', ...protocol] = line === '' ? [] : line.split(' ')
  return new Head(method, target, protocol.join(' ') || '-')
}
