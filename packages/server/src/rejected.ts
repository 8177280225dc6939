/** What never became a request, as the access log is told of it. */
import { emptyInput, makeEnviron, type ErrorStream } from '@phial/core'
import type { AccessRecord } from './logs/access.ts'
import type { Refusal } from './head-rules.ts'
import { refusalAnswer } from './refusal.ts'
import type { Peer } from './transport.ts'

/** What an environ says beside the request itself. */
export interface Surroundings {
  readonly peer: Peer
  readonly errors: ErrorStream
  readonly multiprocess: boolean
}

/** The record of a connection that was refused. Method, target and protocol are `-`; `duration` is in milliseconds. */
export function rejectedRecord(
  refused: Refusal,
  { peer, errors, multiprocess }: Surroundings,
  duration: number,
): AccessRecord {
  const unknown = { method: '-', target: '-', protocol: '-', headers: [] }
  const environ = makeEnviron({ ...peer, ...unknown, input: emptyInput(), errors, multiprocess })
  const { headers, body } = refusalAnswer(refused)
  const time = new Date(Date.now() - duration)
  return { environ, status: refused.status, headers, bytes: body.byteLength, time, duration }
}
