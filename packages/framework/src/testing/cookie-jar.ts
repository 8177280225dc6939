/** The cookies of one test client, kept as a browser keeps them. RFC 6265 §5; name prefixes: RFC 6265bis §4.1.3 */
import { isLoopback } from '@phial/core'
import { parseSetCookie, type SetCookie } from 'cookie'

/** A request's destination, as far as cookies depend on it. */
export interface Target {
  /** With or without a port. */
  readonly host: string
  /** The path of the URL, without the query. */
  readonly path: string
  readonly scheme: string
}

interface Kept {
  readonly name: string
  readonly value: string
  readonly domain: string
  /** Whether it is for this host alone, without its subdomains. */
  readonly isHostOnly: boolean
  readonly path: string
  readonly isSecure: boolean
  /** In milliseconds since 1970. */
  readonly expiresAt: number
}

/** Browsers ignore a cookie whose name and value are longer. RFC 6265bis §5.6 */
const LONGEST = 4096

/** A jar of cookies. */
export class CookieJar {
  readonly #kept = new Map<string, Kept>()

  /**
   * Stores the cookie of a `Set-Cookie` header, or deletes it if it has expired. Returns why a browser
   * would ignore the header; `undefined` if it was taken.
   */
  take(header: string, target: Target): string | undefined {
    const cookie = parseSetCookie(header, { decode: asItIs })
    const hostname = hostnameOf(target.host)
    const domain = (cookie.domain ?? '').replace(/^\./, '').toLowerCase()
    const reason = whyIgnored(cookie, domain, { ...target, host: hostname })
    if (reason !== undefined) return reason
    this.#keep({
      name: cookie.name,
      value: cookie.value ?? '',
      domain: domain === '' ? hostname : domain,
      isHostOnly: domain === '',
      path: hasPath(cookie) ? cookie.path : folderOf(target.path),
      isSecure: cookie.secure === true,
      expiresAt: expiryOf(cookie),
    })
    return undefined
  }

  #keep(cookie: Kept): void {
    const key = [cookie.domain, cookie.path, cookie.name].join(';')
    if (cookie.expiresAt <= Date.now()) this.#kept.delete(key)
    else this.#kept.set(key, cookie)
  }

  /** Returns the `Cookie` header for a request; `undefined` if no cookie applies. */
  headerFor(target: Target): string | undefined {
    const sent = this.#for(target).map(({ name, value }) => `${name}=${value}`)
    return sent.length === 0 ? undefined : sent.join('; ')
  }

  /** Returns the value that a request would send. */
  valueFor(name: string, target: Target): string | undefined {
    return this.#for(target).find((cookie) => cookie.name === name)?.value
  }

  /** The cookies that a request sends: longer paths first, then the older cookie. RFC 6265 §5.4 */
  #for(target: Target): Kept[] {
    const hostname = hostnameOf(target.host)
    const now = Date.now()
    const isSent = (cookie: Kept): boolean =>
      cookie.expiresAt > now &&
      (cookie.isHostOnly ? hostname === cookie.domain : isWithin(hostname, cookie.domain)) &&
      isUnder(target.path, cookie.path) &&
      (!cookie.isSecure || isTrustworthy(target.scheme, hostname))
    return [...this.#kept.values()]
      .filter(isSent)
      .toSorted((one, other) => other.path.length - one.path.length)
  }
}

/** Returns why a browser ignores a cookie. `domain` is its `Domain`, without a leading dot. */
function whyIgnored(cookie: SetCookie, domain: string, target: Target): string | undefined {
  const { name, value = '', secure = false } = cookie
  if (name === '') return 'it has no name'
  if (name.length + value.length > LONGEST) return `it is longer than ${LONGEST} bytes`
  if (domain !== '' && !isWithin(target.host, domain)) {
    return `its domain ${domain} does not include the host ${target.host}`
  }
  if (!secure && cookie.sameSite === 'none') return 'SameSite=None requires Secure'
  if (!secure && cookie.partitioned === true) return 'Partitioned requires Secure'
  const prefix = /^__(?:Host|Secure)-/i.exec(name)?.[0]
  if (prefix === undefined) return undefined
  if (!secure) return `the prefix ${prefix} requires Secure`
  if (!isTrustworthy(target.scheme, target.host)) return `the prefix ${prefix} requires HTTPS`
  const isOfHost = domain === '' && cookie.path === '/'
  return /^__Host-/i.test(name) && !isOfHost
    ? `the prefix ${prefix} requires Path=/ and forbids Domain`
    : undefined
}

function asItIs(value: string): string {
  return value
}

/** A host without its port, in lower case. */
export function hostnameOf(host: string): string {
  return host.replace(/:\d*$/, '').toLowerCase()
}

/** Reports whether a host name is a domain or one of its subdomains. An address has none. RFC 6265 §5.1.3 */
export function isWithin(hostname: string, domain: string): boolean {
  return hostname === domain || (!isAddress(hostname) && hostname.endsWith(`.${domain}`))
}

function isAddress(hostname: string): boolean {
  return hostname.startsWith('[') || /^[\d.]+$/.test(hostname)
}

/** Browsers treat this machine as secure, over HTTP too. */
function isTrustworthy(scheme: string, hostname: string): boolean {
  return scheme === 'https' || isWithin(hostname, 'localhost') || isLoopback(bare(hostname))
}

/** An IPv6 address without its brackets. */
function bare(hostname: string): string {
  return hostname.replaceAll(/[[\]]/g, '')
}

/** RFC 6265 §5.1.4 */
function isUnder(path: string, folder: string): boolean {
  if (path === folder || folder === '/') return true
  return path.startsWith(folder.endsWith('/') ? folder : `${folder}/`)
}

function hasPath(cookie: SetCookie): cookie is SetCookie & { path: string } {
  return cookie.path?.startsWith('/') === true
}

/** The default path of a cookie: the request's, up to its last slash. RFC 6265 §5.1.4 */
function folderOf(path: string): string {
  const end = path.lastIndexOf('/')
  return end <= 0 ? '/' : path.slice(0, end)
}

/** `Max-Age` has precedence over `Expires`; a cookie with neither lasts as long as the client. */
function expiryOf({ maxAge, expires }: SetCookie): number {
  if (maxAge !== undefined) return maxAge <= 0 ? 0 : Date.now() + maxAge * 1000
  return expires === undefined ? Number.POSITIVE_INFINITY : expires.getTime()
}
