/** So many requests in a time from each client, and no more. */
import { withCode } from '../error-code.ts'
import { callApplication } from '../application.ts'
import { isPromise } from '../chunks.ts'
import type { Body, Environ, HeaderList, Middleware, StartResponse } from '../types.ts'
import { networkOf } from './client-network.ts'
import { onHeaders } from './on-headers.ts'
import { type Hits, MemoryRateLimitStore, type RateLimitStore } from './rate-limit-stores.ts'

/** How much is allowed, to whom. */
export interface RateLimitOptions {
  /** How many requests are answered in each window. */
  readonly limit: number
  /** How long a window is, in seconds. 60 if not given. */
  readonly window?: number
  /** Who is counted together. Who has the client's address, or an IPv6 address of the same /64, if not given; who gets `undefined` is not counted. */
  readonly key?: (environ: Environ) => string | undefined
  /** Where is counted. In this process's memory if not given. */
  readonly store?: RateLimitStore
}

const TEXT = new TextEncoder().encode('Too many requests. Come again later.\n')

/**
 * Middleware that answers 429 (Too Many Requests) to who asks too often, with `Retry-After`. Each
 * answer says in `RateLimit-Limit`, `-Remaining` and `-Reset` how many are left, and for how long.
 *
 * Windows are fixed: they begin with a client's first request, so around the end of one up to twice
 * the limit may come in a short time. Behind a proxy every client has the proxy's address: put
 * `proxyFix` outside. With several workers, count in Redis: each worker's memory is its own. If the
 * store fails, so does the request.
 *
 * ```ts
 * app.wsgiApp = compose(proxyFix(), rateLimit({ limit: 100, window: 60 }))(app.wsgiApp)
 * ```
 *
 * @throws RangeError for a limit or a window that is not positive
 */
export function rateLimit(options: RateLimitOptions): Middleware {
  const { limit, window = 60, key = clientNetwork, store = new MemoryRateLimitStore() } = options
  if (!(limit >= 1) || !(window > 0)) {
    throw withCode(
      'ERR_PHIAL_RATE_LIMIT',
      new RangeError(
        `rateLimit: limit (${limit}) has to be at least 1, and window (${window}) more than 0 seconds.`,
      ),
    )
  }
  return (app) => (environ, startResponse) => {
    const who = key(environ)
    if (who === undefined) return callApplication(app, environ, startResponse)
    const answer = (hits: Hits): Body | Promise<Body> => {
      const said = limits(limit, hits)
      if (hits.count > limit) return refuse(startResponse, said, hits)
      const add = onHeaders(startResponse, (headers) => {
        for (const [name, value] of said) headers.set(name, value)
      })
      return callApplication(app, environ, add)
    }
    const hits = store.hit(who, window)
    return isPromise(hits) ? hits.then(answer) : answer(hits)
  }
}

const clientNetwork = ({ REMOTE_ADDR = '' }: Environ): string => networkOf(REMOTE_ADDR)

function limits(limit: number, { count, resetsIn }: Hits): HeaderList {
  return [
    ['RateLimit-Limit', String(limit)],
    ['RateLimit-Remaining', String(Math.max(0, limit - count))],
    ['RateLimit-Reset', String(Math.ceil(resetsIn))],
  ]
}

function refuse(startResponse: StartResponse, said: HeaderList, { resetsIn }: Hits): Body {
  startResponse('429 Too Many Requests', [
    ['Content-Type', 'text/plain; charset=utf-8'],
    ['Retry-After', String(Math.ceil(resetsIn))],
    ...said,
  ])
  return [TEXT]
}
