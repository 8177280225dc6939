/** Requests from other sites' pages. */
import type { Settings } from '../config/config.ts'
import { Forbidden } from '../errors/http-errors.ts'
import type { Environ } from '@phial/core'

/** The part of a request that the check reads. */
interface Asked {
  readonly method: string
  readonly environ: Environ
  readonly scheme: string
  readonly host: string
}

/**
 * Refuses a request that may change something, if a page of another site had the browser send it:
 * the browser would send this site's cookies along, and the app would take it for its visitor's wish.
 *
 * Browsers say where a request comes from: in `Sec-Fetch-Site`, or, if they are old or the site is
 * not on HTTPS, in `Origin`. What says neither is no browser, has nobody's cookies, and passes. A
 * page of the same site and another host counts as another site's: it may be somebody else's.
 *
 * Raises `Forbidden`. `CROSS_SITE_CHECK` switches it off, `TRUSTED_ORIGINS` lets single sites pass.
 */
export function checkCrossSite(request: Asked, settings: Settings): void {
  const { method } = request
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return
  checkOrigin(request, settings)
}

/**
 * The same whatever the method is: for a WebSocket, whose handshake is a GET that sends cookies and that pages of any
 * site may make.
 */
export function checkOrigin(request: Asked, settings: Settings): void {
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

/** What is said where the site itself seems to be mistaken for another: its proxy is not known to it. */
function hint(origin: unknown, { scheme, host }: Asked): string {
  const isProxied = scheme === 'http' && origin === `https://${host.toLowerCase()}`
  return isProxied
    ? ' It came over HTTPS to a proxy, and over HTTP from there: if that is so, wrap the app in proxyFix.'
    : ''
}

/** Whether an `Origin` is the request's own scheme, host and port: behind a proxy, as `proxyFix` tells them. */
function isOwn(origin: unknown, { scheme, host }: Asked): boolean {
  return origin === `${scheme}://${host.toLowerCase()}`
}
