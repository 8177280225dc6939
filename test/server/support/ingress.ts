/** An ingress in front of the chosen transport, on a free port, for a test. */
import { createServer, type AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { errorStream, run, type Application } from '@phial/core'
import type { AccessRecord } from '@phial/server'
import {
  openIngress,
  type Ingress,
  type IngressOptions,
} from '../../../packages/server/src/ingress/ingress.ts'
import { defaultLimits, localEndOf } from '../../../packages/server/src/transport.ts'
import { transports } from '../../../packages/server/src/transports.ts'
import { chosen } from './chosen.ts'

export const tlsFile = (name: string): string =>
  fileURLToPath(new URL(`tls/${name}`, import.meta.url))
/** Two pairs, for tests that replace the certificate. */
export const pairOne = { certfile: tlsFile('one.crt'), keyfile: tlsFile('one.key') }
export const pairTwo = { certfile: tlsFile('two.crt'), keyfile: tlsFile('two.key') }

export interface Served {
  readonly port: number
  readonly ingress: Ingress
  readonly records: AccessRecord[]
  [Symbol.asyncDispose](): Promise<void>
}

/** Serves an application behind an ingress. */
export async function servedBehind(
  app: Application,
  options: Partial<IngressOptions>,
): Promise<Served> {
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
  const all = { ...shared, allow: ['127.0.0.1'], timeout: 30, ...options }
  const ingress = openIngress(all, (socket, peer) => transport.accept(socket, peer))
  const server = createServer({ allowHalfOpen: true }, (socket) =>
    ingress.enter(socket, localEndOf(server.address(), '127.0.0.1')),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const dispose = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve))
    ingress.close()
    await transport.close(true)
    await closed
  }
  const { port } = server.address() as AddressInfo
  return { port, ingress, records, [Symbol.asyncDispose]: dispose }
}

/** Responds with the scheme and both ends of the connection. */
export const showPeer: Application = (environ, startResponse) => {
  const { REMOTE_ADDR, REMOTE_PORT, SERVER_NAME, SERVER_PORT } = environ
  startResponse('200 OK', [['Content-Type', 'text/plain']])
  const ends = [REMOTE_ADDR, REMOTE_PORT, SERVER_NAME, SERVER_PORT]
  return [Buffer.from(`${environ['wsgi.url_scheme']} ${ends.join(' ')}\n`)]
}
