/** The reference server in this process, for a test. */
import { errorStream, type Application } from '@phial/core'
import { WsgiServer, type AccessRecord, type WsgiServerOptions } from '@phial/server'
import { carrying, transports } from './transport.ts'

export interface Running {
  readonly server: { close(force?: boolean): Promise<void> }
  readonly port: number
  /** The texts written to `wsgi.errors`. */
  readonly errors: string[]
  readonly records: AccessRecord[]
  /** Resolves when `serveForever` has ended. */
  readonly served?: Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

let below: (typeof transports)[number] = transports[0]

/** Returns the name of the transport that `serving` uses. */
export const transport = (): string => below[0]

/** Selects the transport for `serving`, so that the same tests can run on each. */
export function serveBy(name: string): void {
  below = transports.find(([known]) => known === name) ?? below
}

/** Serves an application on a free port of 127.0.0.1 until the end of the block. */
export async function serving(
  app: Application,
  options: Omit<WsgiServerOptions, 'errors' | 'onAnswer'> = {},
): Promise<Running> {
  if (below !== transports[0]) {
    const carried = await carrying(below[1], app, options.limits)
    return { ...carried, server: carried, [Symbol.asyncDispose]: () => carried.close(true) }
  }
  const errors: string[] = []
  const records: AccessRecord[] = []
  const server = new WsgiServer(
    { host: '127.0.0.1', port: 0 },
    {
      ...options,
      errors: errorStream((text) => void errors.push(text)),
      onAnswer: (record) => records.push(record),
    },
  )
  server.setApp(app)
  server.listen()
  const served = server.serveForever()
  await server.ready()
  const dispose = (): Promise<void> => server.close(true)
  return {
    server,
    port: server.serverPort,
    errors,
    records,
    served,
    [Symbol.asyncDispose]: dispose,
  }
}

export const bytes = (text: string): Uint8Array => Buffer.from(text)

/** Responds with the method, the path and the length of the body. */
export const echo: Application = async (environ, startResponse) => {
  const body = await environ['wsgi.input'].read()
  startResponse('200 OK', [['Content-Type', 'text/plain']])
  return [bytes(`${environ.REQUEST_METHOD} ${environ.PATH_INFO} ${body.byteLength}\n`)]
}
