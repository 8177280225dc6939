/** The content of a debug page in any format, with all secrets removed. */
import { type Facts, factsOf, type Known, requestLine, secretsOf } from './facts.ts'
import type { Secrets } from './secrets.ts'
import { type Frame, type Trace, traceOf } from './traceback.ts'

export interface Report {
  /** The request line, such as `GET http://localhost:8000/`; `undefined` without a request. */
  readonly request: string | undefined
  readonly trace: Trace
  readonly facts: readonly Facts[]
}

export async function reportOf(error: unknown, known: Known): Promise<Report> {
  const secrets = secretsOf(known)
  return {
    request: known.environ && requestLine(known.environ, secrets),
    trace: withoutSecrets(await traceOf(error), secrets),
    facts: factsOf(known, secrets),
  }
}

function withoutSecrets(trace: Trace, secrets: Secrets): Trace {
  const source = (frame: Frame): Frame['source'] =>
    frame.source.map(({ number, text }) => ({ number, text: secrets.mask(text) }))
  return {
    ...trace,
    message: secrets.mask(trace.message),
    frames: trace.frames.map((frame) => ({ ...frame, source: source(frame) })),
    causes: trace.causes.map((cause) => withoutSecrets(cause, secrets)),
  }
}
