/** Who sits at the machine: pages for development, which show source and requests, are for nobody else. */
import type { Environ } from './types.ts'

/**
 * Why a request may come from somebody else than whoever sits at this machine; `undefined` if it does not.
 *
 * ```ts
 * if (whyRemote(environ) !== undefined) throw new Error('for this machine alone')
 * ```
 */
export function whyRemote(environ: Environ): string | undefined {
  const address = environ.REMOTE_ADDR ?? ''
  if (!isLoopback(address)) return `the client is ${address === '' ? 'unknown' : address}`
  const header = FORWARDED.find((key) => environ[key] !== undefined)
  if (header !== undefined) return `${header.slice(5)} says that a proxy passed the request on`
  if (
    environ['HTTP_SEC_FETCH_SITE'] === 'cross-site' &&
    environ['HTTP_SEC_FETCH_MODE'] !== 'navigate'
  ) {
    return 'a page of another site sent the request'
  }
  const host = hostOf(environ)
  return isLocalName(host) ? undefined : `the request is for the host ${JSON.stringify(host)}`
}

/** Headers of proxies: behind one on this machine, everyone's address is this machine's. */
const FORWARDED = [
  'HTTP_FORWARDED',
  'HTTP_X_FORWARDED_FOR',
  'HTTP_X_FORWARDED_HOST',
  'HTTP_X_REAL_IP',
  'HTTP_VIA',
  'HTTP_CF_CONNECTING_IP',
] as const

/**
 * Whether an address is this machine's own: `127.0.0.0/8`, `::1`, or the former written as the latter.
 *
 * ```ts
 * isLoopback('127.0.0.1') // true
 * ```
 */
export function isLoopback(address: string): boolean {
  return /^(?:::ffff:)?127(?:\.\d{1,3}){3}$/i.test(address) || address === '::1'
}

/** A page of another site may have its own name lead here, and would then read the answer. */
function isLocalName(host: string): boolean {
  return /^(?:.+\.)?localhost$/i.test(host) || isLoopback(host.replaceAll(/[[\]]/g, ''))
}

function hostOf(environ: Environ): string {
  const host = String(environ['HTTP_HOST'] ?? environ.SERVER_NAME)
  return host.replace(/:\d+$/, '')
}
