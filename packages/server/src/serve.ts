/**
 * The production server as a function, with several addresses, an access log and a graceful shutdown. It runs in a single
 * process; the command `phial-server` adds a master and workers.
 */
import { setImmediate as turn } from 'node:timers/promises'
import { asApplication, errorStream, type ApplicationLike } from '@phial/core'
import { openListeners, type Listener } from './bind.ts'
import { closePages } from './load/xray.ts'
import { combined, type AccessRecord } from './logs/access.ts'
import { accessText } from './logs/json.ts'
import { pipeline } from './pipeline.ts'
import { defaultLimits, localEndOf, peerOf, type HttpTransport } from './transport.ts'
import { transports, type TransportName } from './transports.ts'

/** Options of {@link serve}. */
export interface ServeOptions {
  /** One or more addresses to listen on: `host:port`, `[::1]:port` or `unix:path`. Port 0 selects a free port. Default: `127.0.0.1:8000`. */
  readonly bind?: string | readonly string[] | undefined
  /** Called with a line for each response, including the line feed. Default: no access log. */
  readonly accessLog?: ((line: string) => void) | undefined
  /** The format of a line, with gunicorn's atoms, or `json`. Default: the combined log format. */
  readonly accessLogformat?: string | undefined
  /** Called with the text that applications write to `wsgi.errors`. Default: writes to standard error. */
  readonly errorLog?: ((text: string) => void) | undefined
  /** How long `close()` waits for in-flight requests, in seconds. Default: 30. */
  readonly gracefulTimeout?: number | undefined
  /** How long an idle connection is kept, in seconds. Default: 65, which is longer than in most load balancers. */
  readonly keepAlive?: number | undefined
  /** The HTTP implementation: `engine` (Phial's own) or `http` (Node's). Default: `engine`. */
  readonly transport?: TransportName | undefined
}

/** A listening server. */
export interface Service {
  /** The addresses with their actual ports, such as `http://127.0.0.1:8000`. */
  readonly addresses: readonly string[]
  /** Stops listening, waits for in-flight requests, and closes every connection. With `force`, cuts off in-flight requests. */
  close(force?: boolean): Promise<void>
}

/**
 * Serves an application. Resolves once the server listens on every address. Rejects with a {@link StartError} if it
 * cannot listen, and with a `TypeError` if `app` is not an application.
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
  asApplication(app) // throws a TypeError if it is not an application
  const transport = transports[name]({
    handle: pipeline({ app }).handle,
    onAnswer: accessLogger(options),
    errors: errorStream(options.errorLog ?? ((text) => void process.stderr.write(text))),
    multiprocess: false,
    limits: { ...defaultLimits, ...(keepAlive !== undefined && { keepAlive }) },
  })
  const listeners = await openListeners([bind].flat())
  for (const { server, host } of listeners) {
    const localEnd = localEndOf(server.address(), host)
    server.on('connection', (socket) => transport.accept(socket, peerOf(socket, localEnd)))
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
  await turn() // accepts connections that have already arrived
  await turn()
  for (const { server } of listeners) server.close()
  closePages()
  const cut = setTimeout(() => void transport.close(true), gracefulTimeout * 1000)
  await transport.close(force)
  clearTimeout(cut)
}
