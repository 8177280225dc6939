/** Who sits at the machine: pages for development, which show source and requests, are for nobody else. */
import { splitHost } from './grammar.ts'
import type { Environ } from './types.ts'
import { parseUrl } from './url.ts'

/**
 * Why a request may come from somebody else than whoever sits at this machine; `undefined` if nothing
 * says so. A proxy on this machine makes everyone's address this machine's, so any trace of one counts,
 * and so do HTTP/1.0, which proxies speak and browsers do not, and pages of other hosts.
 *
 * ```ts
 * if (whyRemote(environ) !== undefined) throw new Error('for this machine alone')
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
  if (header !== undefined) return `${header.slice(5)} says that a proxy passed the request on`
  const { SERVER_PROTOCOL: protocol } = environ
  return /^HTTP\/(?:0|1\.0$)/.test(protocol)
    ? `a proxy may have passed the request on, which came as ${protocol}`
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
  return /(?:^|\.)localhost$/i.test(host) || isLoopback(host.replaceAll(/[[\]]/g, ''))
}

/** `null`, as of a page in a sandbox, is no URL. */
function isLocalUrl(text: string): boolean {
  const url = parseUrl(text)
  return url !== undefined && isLocalName(url.hostname)
}
