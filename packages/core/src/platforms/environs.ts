/** The environ keys that each platform provides, for `toFetch(app, { environ })`. */
import type { Platform } from '../types.ts'

/** The environ keys that a platform provides. */
export interface PlatformEnviron {
  readonly REMOTE_ADDR: string
  readonly REMOTE_PORT: string
  readonly 'phial.platform': Platform
  readonly [key: string]: unknown
}

/** The part of Bun’s server that is used. */
export interface BunServer {
  requestIP(request: Request): { readonly address: string; readonly port: number } | null
}

/**
 * Returns the client’s address, and Bun’s server as `environ['phial.platform'].server`.
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

/** The part of the second argument of a `Deno.serve` handler that is used. */
export interface DenoInfo {
  readonly remoteAddr: {
    readonly transport: string
    /** Present for TCP. */
    readonly hostname?: string
    readonly port?: number
  }
}

/**
 * Returns the client’s address, which is empty on a Unix socket, and Deno’s `info` as `environ['phial.platform'].info`.
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

/** The part of a Worker’s context that is used. */
export interface WorkerContext {
  waitUntil(work: Promise<unknown>): void
}

/**
 * Returns the client’s address, and a Worker’s bindings as `environ['phial.platform'].env`. `waitUntil` of the same object
 * keeps the Worker alive for work after the response. `toFetch` calls it with a promise of the whole response, so that
 * `close()` of a body runs even if the client disconnects.
 *
 * ```ts
 * export default { fetch: toFetch(app, { environ: workersEnviron }) }
 * ```
 *
 * On Cloudflare the address is that of `CF-Connecting-IP`, which Cloudflare sets. A self-hosted workerd passes that
 * header on from any client, so the address of the peer is used there. Elsewhere the address is empty.
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

/** Returns the client’s address and port. `request.cf` has `clientIp` on workerd, and `colo` on Cloudflare’s network. */
function workersPeer(
  request: Request & { readonly cf?: { readonly clientIp?: unknown; readonly colo?: unknown } },
): readonly [address: string, port: string] {
  const { clientIp, colo } = request.cf ?? {}
  if (colo !== undefined) return [request.headers.get('CF-Connecting-IP') ?? '', '']
  const [, address = '', port = ''] = /^\[?(.*?)\]?:(\d+)$/.exec(String(clientIp)) ?? []
  return [address, port]
}
