/**
 * The server for production, as a function: several addresses, an access log, a clean stop. The
 * command `phial-server` is this with a command line.
 */
import { setImmediate as turn } from 'node:timers/promises'
import { asApplication, errorStream, type ApplicationLike } from '@phial/core'
import { openListeners, type Listener } from './bind.ts'
import { closePages } from './load/xray.ts'
import { combined, type AccessRecord } from './logs/access.ts'
import { accessText } from './logs/json.ts'
import { pipeline } from './pipeline.ts'
import { defaultLimits, homeOf, peerOf, type HttpTransport } from './transport.ts'
import { transports, type TransportName } from './transports.ts'

/** How an application is served. */
export interface ServeOptions {
  /** Where to listen: `host:port`, `[::1]:port` or `unix:path`, one or several. `127.0.0.1:8000`, if not given; port 0 is a free one. */
  readonly bind?: string | readonly string[] | undefined
  /** Gets a line for each answer, line feed included. None, if not given. */
  readonly accessLog?: ((line: string) => void) | undefined
  /** The line's form: gunicorn's atoms, or `json`. The combined log format, if not given. */
  readonly accessLogformat?: string | undefined
  /** Gets what applications write to `wsgi.errors`. Standard error, if not given. */
  readonly errorLog?: ((text: string) => void) | undefined
  /** How long, in seconds, `close()` waits for answers that are under way. 30, if not given. */
  readonly gracefulTimeout?: number | undefined
  /** How long, in seconds, a connection is kept for a next request. 65, if not given: longer than most load balancers. */
  readonly keepAlive?: number | undefined
  /** What speaks HTTP: `engine`, Phial's own, if not given; or `http`, Node's. */
  readonly transport?: TransportName | undefined
}

/** A server that listens. */
export interface Service {
  /** Where it listens, with real ports: `http://127.0.0.1:8000`. */
  readonly addresses: readonly string[]
  /** Stops listening, finishes what is under way, and closes every connection. `force` cuts what is under way. */
  close(force?: boolean): Promise<void>
}

/**
 * Serves an application. The promise is kept once the server listens at every address; a
 * {@link StartError} says in one line why it does not.
 *
 * ```ts
 * const service = await serve(app, { bind: ['127.0.0.1:0', 'unix:/run/site.sock'] })
 * console.log(service.addresses)
 * process.once('SIGTERM', () => void service.close())
 * ```
 */
export async function serve(app: ApplicationLike, options: ServeOptions = {}): Promise<Service> {
  const {
    bind = '127.0.0.1:8000',
    gracefulTimeout = 30,
    keepAlive,
    transport: name = 'engine',
  } = options
  asApplication(app) // a TypeError that says what came instead
  const transport = transports[name]({
    handle: pipeline({ app }).handle,
    onAnswer: accessLogger(options),
    errors: errorStream(options.errorLog ?? ((text) => void process.stderr.write(text))),
    multiprocess: false,
    limits: { ...defaultLimits, ...(keepAlive !== undefined && { keepAlive }) },
  })
  const listeners = await openListeners([bind].flat())
  for (const { server, host } of listeners) {
    const home = homeOf(server.address(), host)
    server.on('connection', (socket) => transport.accept(socket, peerOf(socket, home)))
  }
  return {
    addresses: listeners.map(({ url }) => url),
    close: (force = false) => closeAll(listeners, transport, gracefulTimeout, force),
  }
}

function accessLogger({
  accessLog,
  accessLogformat,
}: ServeOptions): ((record: AccessRecord) => void) | undefined {
  if (!accessLog) return undefined
  const line = accessText(accessLogformat ?? combined)
  return (record) => accessLog(`${line(record)}\n`)
}

async function closeAll(
  listeners: readonly Listener[],
  transport: HttpTransport,
  gracefulTimeout: number,
  force: boolean,
): Promise<void> {
  await turn() // what has arrived by now is still taken
  await turn()
  for (const { server } of listeners) server.close()
  closePages()
  const cut = setTimeout(() => void transport.close(true), gracefulTimeout * 1000)
  await transport.close(force)
  clearTimeout(cut)
}
