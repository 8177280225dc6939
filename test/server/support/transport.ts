/** A transport in this process, for a test. It has no server except for the few lines here. */
import { once } from 'node:events'
import { createServer } from 'node:net'
import { errorStream, run, type Application } from '@phial/core'
import type { AccessRecord } from '@phial/server'
import { engine } from '../../../packages/server/src/engine/engine.ts'
import { nodeHttpTransport } from '../../../packages/server/src/node-http.ts'
import {
  defaultLimits,
  localEndOf,
  peerOf,
  type HttpTransport,
  type Limits,
  type TransportOptions,
} from '../../../packages/server/src/transport.ts'

type Named = readonly [name: 'http' | 'engine', make: (options: TransportOptions) => HttpTransport]

/** The transports, by the names of `--transport`. */
export const transports: readonly [Named, ...Named[]] = [
  ['http', nodeHttpTransport],
  ['engine', engine],
]

export interface Carried {
  readonly transport: HttpTransport
  readonly port: number
  /** The texts written to `wsgi.errors`. */
  readonly errors: string[]
  readonly records: AccessRecord[]
  /** Stops listening, and closes all connections. */
  close(force?: boolean): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** Serves an application on a free port of 127.0.0.1, or on a unix socket, until the end of the block. */
export async function carrying(
  make: (options: TransportOptions) => HttpTransport,
  app: Application,
  limits: Partial<Limits> = {},
  path?: string,
): Promise<Carried> {
  const errors: string[] = []
  const records: AccessRecord[] = []
  const transport = make({
    handle: (environ, answer) => run(app, environ, answer),
    onAnswer: (record) => records.push(record),
    errors: errorStream((text) => void errors.push(text)),
    multiprocess: false,
    limits: { ...defaultLimits, ...limits },
  })
  const server = createServer({ allowHalfOpen: true }, (socket) =>
    transport.accept(socket, peerOf(socket, localEndOf(server.address(), '127.0.0.1'))),
  )
  server.listen(path === undefined ? { port: 0, host: '127.0.0.1' } : { path })
  await once(server, 'listening')
  const close = async (force = false): Promise<void> => {
    server.close()
    await transport.close(force)
  }
  const address = server.address()
  const port = typeof address === 'string' ? 0 : (address?.port ?? 0)
  return { transport, port, errors, records, close, [Symbol.asyncDispose]: () => close(true) }
}
