/** Rejects cross-site requests (CSRF). */
import type { Settings } from '../config/config.ts'
import { Forbidden } from '../errors/http-errors.ts'
import type { Environ } from '@phial/core'

/** The parts of a request that the check uses. */
interface CheckedRequest {
  readonly method: string
  readonly environ: Environ
  readonly scheme: string
  readonly host: string
}

/**
 * Rejects a request with an unsafe method that a page of another site made the browser send. The browser would include
 * this site's cookies, so the request would look like the user's own.
 *
 * Browsers send the source of a request in `Sec-Fetch-Site`. Old browsers, and browsers on a site without HTTPS, send
 * `Origin`. A request with neither header does not come from a browser, carries no user's cookies, and is accepted. A page
 * on another host of the same site counts as cross-site, because it may belong to someone else.
 *
 * Throws `Forbidden`. `CROSS_SITE_CHECK` disables the check. `TRUSTED_ORIGINS` lists exceptions.
 */
export function checkCrossSite(request: CheckedRequest, settings: Settings): void {
  const { method } = request
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return
  checkOrigin(request, settings)
}

/**
 * Does the same for any method. A WebSocket handshake needs this, because it is a `GET` that sends cookies, and a page of
 * any site can send it.
 */
export function checkOrigin(request: CheckedRequest, settings: Settings): void {
  const { environ } = request
  const site = environ['HTTP_SEC_FETCH_SITE']
  if (site === 'same-origin' || site === 'none' || !settings.CROSS_SITE_CHECK) return
  const origin = environ['HTTP_ORIGIN']
  if (site === undefined && (origin === undefined || isOwn(origin, request))) return
  if (typeof origin === 'string' && settings.TRUSTED_ORIGINS.includes(origin)) return
  throw new Forbidden(
    `Cross-site request rejected: it came from a page on another site.${hint(origin, request)}`,
  )
}

/** Returns a hint if the site rejects its own pages because it does not know about its proxy. */
function hint(origin: unknown, { scheme, host }: CheckedRequest): string {
  const isProxied = scheme === 'http' && origin === `https://${host.toLowerCase()}`
  return isProxied
    ? ' If a proxy received it over HTTPS and forwarded it over HTTP, wrap the app in proxyFix.'
    : ''
}

/** Reports whether `Origin` matches the request's scheme, host and port (as corrected by `proxyFix`). */
function isOwn(origin: unknown, { scheme, host }: CheckedRequest): boolean {
  return origin === `${scheme}://${host.toLowerCase()}`
}
