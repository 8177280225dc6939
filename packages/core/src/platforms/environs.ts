/** What each platform knows of a request, for `toFetch(app, { environ })`. */
import type { Platform } from '../types.ts'

/** As much of what a platform knows as an environ has room for. */
export interface PlatformEnviron {
  readonly REMOTE_ADDR: string
  readonly REMOTE_PORT: string
  readonly 'phial.platform': Platform
  readonly [key: string]: unknown
}

/** As much of Bun’s server as is asked for. */
export interface BunServer {
  requestIP(request: Request): { readonly address: string; readonly port: number } | null
}

/**
 * The client’s address, and Bun’s server as `environ['phial.platform'].server`.
 *
 * ```ts
 * Bun.serve({ fetch: toFetch(app, { environ: bunEnviron }) })
 * ```
 */
export function bunEnviron(request: Request, server: BunServer): PlatformEnviron {
  const { address = '', port = '' } = server.requestIP(request) ?? {}
  return {
    REMOTE_ADDR: address,
    REMOTE_PORT: String(port),
    'phial.platform': { name: 'bun', server },
  }
}

/** As much of what `Deno.serve` tells of a request as is asked for. */
export interface DenoInfo {
  readonly remoteAddr: {
    readonly transport: string
    /** Where it is TCP. */
    readonly hostname?: string
    readonly port?: number
  }
}

/**
 * The client’s address, empty on a unix socket, and what Deno tells as `environ['phial.platform'].info`.
 *
 * ```ts
 * Deno.serve(toFetch(app, { environ: denoEnviron }))
 * ```
 */
export function denoEnviron(_request: Request, info: DenoInfo): PlatformEnviron {
  const { hostname = '', port = '' } = info.remoteAddr
  return {
    REMOTE_ADDR: hostname,
    REMOTE_PORT: String(port),
    'phial.platform': { name: 'deno', info },
  }
}

/** As much of a Worker’s context as is asked for. */
export interface WorkerContext {
  waitUntil(work: Promise<unknown>): void
}

/**
 * The client’s address, and a Worker’s bindings as `environ['phial.platform'].env`. `waitUntil` of
 * the same object keeps the Worker alive for work that goes on after the answer; `toFetch` gives it
 * the whole answer, so that `close()` of a body runs also when the client has left.
 *
 * ```ts
 * export default { fetch: toFetch(app, { environ: workersEnviron }) }
 * ```
 *
 * On Cloudflare the address is that of `CF-Connecting-IP`, which Cloudflare sets itself. A workerd of
 * your own tells the address of its peer, and passes that header on from any client, so there it does
 * not count. Elsewhere the address is empty.
 */
export function workersEnviron(
  request: Request,
  env: unknown,
  context: WorkerContext,
): PlatformEnviron {
  const [REMOTE_ADDR, REMOTE_PORT] = workersPeer(request)
  return {
    REMOTE_ADDR,
    REMOTE_PORT,
    'phial.platform': {
      name: 'workers',
      env,
      context,
      waitUntil: (work) => context.waitUntil(work),
    },
  }
}

/** The client’s address and port, by `request.cf`: `clientIp` of workerd, `colo` of Cloudflare’s network. */
function workersPeer(
  request: Request & { readonly cf?: { readonly clientIp?: unknown; readonly colo?: unknown } },
): readonly [address: string, port: string] {
  const { clientIp, colo } = request.cf ?? {}
  if (colo !== undefined) return [request.headers.get('CF-Connecting-IP') ?? '', '']
  const [, address = '', port = ''] = /^\[?(.*?)\]?:(\d+)$/.exec(String(clientIp)) ?? []
  return [address, port]
}
