/**
 * The server for production, as a function: several addresses, an access log, a clean stop. The
 * command `phial-server` is this with a command line.
 */
import { errorStream, type ApplicationLike } from '@phial/core'
import { listen, readAddress, showAddress } from './bind.ts'
import { combined, type AccessRecord } from './logs/access.ts'
import { accessText } from './logs/json.ts'
import { WsgiServer } from './reference.ts'

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
}

/** A server that listens. */
export interface Service {
  /** Where it listens, with real ports: `http://127.0.0.1:8000`. */
  readonly addresses: readonly string[]
  /** Stops listening, finishes what is under way, and closes every connection. `force` cuts what is under way. */
  close(force?: boolean): Promise<void>
}

/** What the command needs beside that. */
interface OpenOptions extends ServeOptions {
  /** Told of each answer once it is over. */
  readonly onAnswer?: ((record: AccessRecord) => void) | undefined
}

/** A service that listens and has no application yet: what comes waits for it. */
export interface OpenService extends Service {
  start(app: ApplicationLike): void
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
  const service = await openService(options)
  service.start(app)
  return service
}

/** Binds first, so that a taken address is told before an application is loaded. */
export async function openService(options: OpenOptions): Promise<OpenService> {
  const binds = [options.bind ?? '127.0.0.1:8000'].flat()
  const addresses = binds.map(readAddress)
  const servers = addresses.map((address) => makeOne(address, options))
  const close = closer(servers, options.gracefulTimeout ?? 30)
  try {
    await Promise.all(
      servers.map((server, at) => listen(server, binds[at] ?? '', addresses[at] ?? {})),
    )
  } catch (error) {
    await close(true)
    throw error
  }
  return {
    addresses: servers.map((server) => showAddress(server.serverAddress)),
    start: starter(servers),
    close,
  }
}

function makeOne(address: ReturnType<typeof readAddress>, options: OpenOptions): WsgiServer {
  const write = options.errorLog ?? ((text: string): void => void process.stderr.write(text))
  const onAnswer = options.onAnswer ?? accessLogger(options)
  const server = new WsgiServer(address, {
    errors: errorStream(write),
    ...(onAnswer && { onAnswer }),
    ...(options.keepAlive !== undefined && { limits: { keepAlive: options.keepAlive } }),
  })
  return server
}

function accessLogger({
  accessLog,
  accessLogformat,
}: ServeOptions): ((record: AccessRecord) => void) | undefined {
  if (!accessLog) return undefined
  const line = accessText(accessLogformat ?? combined)
  return (record) => accessLog(`${line(record)}\n`)
}

function starter(servers: readonly WsgiServer[]): (app: ApplicationLike) => void {
  return (app) => {
    for (const server of servers) {
      server.setApp(app)
      void server.serveForever()
    }
  }
}

function closer(servers: readonly WsgiServer[], gracefulTimeout: number): Service['close'] {
  return async (force = false) => {
    const cut = setTimeout(() => void closeAll(servers, true), gracefulTimeout * 1000)
    await closeAll(servers, force)
    clearTimeout(cut)
  }
}

async function closeAll(servers: readonly WsgiServer[], force: boolean): Promise<void> {
  await Promise.all(servers.map((server) => server.close(force)))
}
