/** A door before the chosen transport, on a free port, for one test. */
import { createServer, type AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { errorStream, run, type Application } from '@phial/core'
import type { AccessRecord } from '@phial/server'
import {
  openIngress,
  type Ingress,
  type IngressOptions,
} from '../../../packages/server/src/ingress/ingress.ts'
import { defaultLimits, homeOf } from '../../../packages/server/src/transport.ts'
import { transports } from '../../../packages/server/src/transports.ts'
import { chosen } from './chosen.ts'

export const tlsFile = (name: string): string =>
  fileURLToPath(new URL(`tls/${name}`, import.meta.url))
/** Two pairs, for certificates that change. */
export const pairOne = { certfile: tlsFile('one.crt'), keyfile: tlsFile('one.key') }
export const pairTwo = { certfile: tlsFile('two.crt'), keyfile: tlsFile('two.key') }

export interface Doored {
  readonly port: number
  readonly door: Ingress
  readonly records: AccessRecord[]
  [Symbol.asyncDispose](): Promise<void>
}

/** Serves an application behind a door. */
export async function doored(app: Application, options: Partial<IngressOptions>): Promise<Doored> {
  const records: AccessRecord[] = []
  const shared = {
    onAnswer: (record: AccessRecord) => void records.push(record),
    errors: errorStream(() => undefined),
    multiprocess: false,
  }
  const transport = transports[chosen]({
    ...shared,
    handle: (environ, answer) => run(app, environ, answer),
    limits: defaultLimits,
  })
  const doorOptions = { ...shared, allow: ['127.0.0.1'], timeout: 30, ...options }
  const door = openIngress(doorOptions, (socket, peer) => transport.accept(socket, peer))
  const server = createServer({ allowHalfOpen: true }, (socket) =>
    door.enter(socket, homeOf(server.address(), '127.0.0.1')),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const dispose = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve))
    door.close()
    await transport.close(true)
    await closed
  }
  const { port } = server.address() as AddressInfo
  return { port, door, records, [Symbol.asyncDispose]: dispose }
}

/** Says who asked, by which way. */
export const whoAsks: Application = (environ, startResponse) => {
  const { REMOTE_ADDR, REMOTE_PORT, SERVER_NAME, SERVER_PORT } = environ
  startResponse('200 OK', [['Content-Type', 'text/plain']])
  const ends = [REMOTE_ADDR, REMOTE_PORT, SERVER_NAME, SERVER_PORT]
  return [Buffer.from(`${environ['wsgi.url_scheme']} ${ends.join(' ')}\n`)]
}
