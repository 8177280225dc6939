/** Detects requests from this machine. Development pages show source code and requests, so they are for local browsers only. */
import { splitHost } from './grammar.ts'
import type { Environ } from './types.ts'
import { parseUrl } from './url.ts'

/**
 * Returns the reason why a request may come from another machine, or `undefined` if nothing suggests it.
 * Behind a proxy on this machine every client has a loopback address. Any trace of a proxy therefore counts,
 * and so do HTTP/1.0, which proxies use and browsers do not, and pages of other hosts.
 *
 * ```ts
 * if (whyRemote(environ) !== undefined) throw new Error('This page is for this machine only.')
 * ```
 */
export function whyRemote(environ: Environ): string | undefined {
  const address = environ.REMOTE_ADDR ?? ''
  if (!isLoopback(address)) return `the client is ${address === '' ? 'unknown' : address}`
  return whyProxied(environ) ?? whyForeign(environ)
}

/** Headers of proxies, load balancers and content delivery networks. */
const OF_PROXIES = /^HTTP_(?:FORWARDED|VIA|CDN_LOOP)$/
const OF_SOME_PROXIES =
  /^HTTP_(?:CF_|X_FORWARDED|X_ORIGINAL|X_ENVOY|X_AMZN|X_ARR|X_AZURE|X_APPENGINE|X_GOOGLE|X_PROXY)/
/** `X-Real-IP`, `True-Client-IP`, `Fastly-Client-IP`, `X-Remote-Addr`… */
const OF_A_CLIENT = /(?:REAL|CLIENT|CONNECTING|REMOTE|USER)_?(?:IP|ADDR)$/

const isOfProxy = (key: string): boolean =>
  OF_PROXIES.test(key) ||
  OF_SOME_PROXIES.test(key) ||
  (key.startsWith('HTTP_') && OF_A_CLIENT.test(key))

function whyProxied(environ: Environ): string | undefined {
  const header = Object.keys(environ).find(isOfProxy)
  if (header !== undefined) return `${header.slice(5)} shows that a proxy forwarded the request`
  const { SERVER_PROTOCOL: protocol } = environ
  return /^HTTP\/(?:0|1\.0$)/.test(protocol)
    ? `a proxy may have forwarded the request, because it uses ${protocol}`
    : undefined
}

function whyForeign(environ: Environ): string | undefined {
  if (
    environ['HTTP_SEC_FETCH_SITE'] === 'cross-site' &&
    environ['HTTP_SEC_FETCH_MODE'] !== 'navigate'
  ) {
    return 'a page of another site sent the request'
  }
  for (const key of ['HTTP_ORIGIN', 'HTTP_REFERER'] as const) {
    const from = environ[key]
    if (typeof from === 'string' && !isLocalUrl(from))
      return `${key.slice(5)} says that the request comes from ${JSON.stringify(from)}`
  }
  const host = String(environ['HTTP_HOST'] ?? environ.SERVER_NAME)
  return isLocalName(splitHost(host)?.name ?? host)
    ? undefined
    : `the request is for the host ${JSON.stringify(host)}`
}

/**
 * Reports whether an address is a loopback address: `127.0.0.0/8`, `::1`, or an IPv4-mapped IPv6 address of the former.
 *
 * ```ts
 * isLoopback('127.0.0.1') // true
 * ```
 */
export function isLoopback(address: string): boolean {
  return /^(?:::ffff:)?127(?:\.\d{1,3}){3}$/i.test(address) || address === '::1'
}

/** DNS rebinding: another site can resolve its own name to this machine and would then read the response. */
function isLocalName(host: string): boolean {
  return /(?:^|\.)localhost$/i.test(host) || isLoopback(host.replaceAll(/[[\]]/g, ''))
}

/** `null`, the origin of a sandboxed page, is not a URL. */
function isLocalUrl(text: string): boolean {
  const url = parseUrl(text)
  return url !== undefined && isLocalName(url.hostname)
}
