/** The cookies of a test client, stored by the rules of browsers. RFC 6265 §5; name prefixes: RFC 6265bis §4.1.3 */
import { isLoopback } from '@phial/core'
import { parseSetCookie, type SetCookie } from 'cookie'

/** The parts of a request's URL that determine which cookies apply. */
export interface Target {
  /** With or without a port. */
  readonly host: string
  /** The path of the URL, without the query. */
  readonly path: string
  readonly scheme: string
}

interface StoredCookie {
  readonly name: string
  readonly value: string
  readonly domain: string
  /** Whether it applies only to this host, not to its subdomains. */
  readonly isHostOnly: boolean
  readonly path: string
  readonly isSecure: boolean
  /** In milliseconds since 1970. */
  readonly expiresAt: number
}

/** The maximum length of the name and value of a cookie. Browsers ignore a longer one. RFC 6265bis §5.6 */
const MAX_LENGTH = 4096

/** A cookie jar. */
export class CookieJar {
  readonly #cookies = new Map<string, StoredCookie>()

  /**
   * Stores the cookie of a `Set-Cookie` header, or deletes it if it has expired. Returns why a browser
   * would ignore the header; `undefined` if it was accepted.
   */
  store(header: string, target: Target): string | undefined {
    const cookie = parseSetCookie(header, { decode: unchanged })
    const hostname = hostnameOf(target.host)
    const domain = (cookie.domain ?? '').replace(/^\./, '').toLowerCase()
    const reason = whyIgnored(cookie, domain, { ...target, host: hostname })
    if (reason !== undefined) return reason
    this.#set({
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

  #set(cookie: StoredCookie): void {
    const key = [cookie.domain, cookie.path, cookie.name].join(';')
    if (cookie.expiresAt <= Date.now()) this.#cookies.delete(key)
    else this.#cookies.set(key, cookie)
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

  /** Returns the cookies that a request sends: longer paths first, then older cookies. RFC 6265 §5.4 */
  #for(target: Target): StoredCookie[] {
    const hostname = hostnameOf(target.host)
    const now = Date.now()
    const isSent = (cookie: StoredCookie): boolean =>
      cookie.expiresAt > now &&
      (cookie.isHostOnly ? hostname === cookie.domain : isWithin(hostname, cookie.domain)) &&
      isUnder(target.path, cookie.path) &&
      (!cookie.isSecure || isTrustworthy(target.scheme, hostname))
    return [...this.#cookies.values()]
      .filter(isSent)
      .toSorted((one, other) => other.path.length - one.path.length)
  }
}

/** Returns why a browser ignores a cookie. `domain` is its `Domain`, without a leading dot. */
function whyIgnored(cookie: SetCookie, domain: string, target: Target): string | undefined {
  const { name, value = '', secure = false } = cookie
  if (name === '') return 'it has no name'
  if (name.length + value.length > MAX_LENGTH) return `it is longer than ${MAX_LENGTH} bytes`
  if (domain !== '' && !isWithin(target.host, domain)) {
    return `its domain ${domain} does not include the host ${target.host}`
  }
  if (!secure && cookie.sameSite === 'none') return 'SameSite=None requires Secure'
  if (!secure && cookie.partitioned === true) return 'Partitioned requires Secure'
  const prefix = /^__(?:Host|Secure)-/i.exec(name)?.[0]
  if (prefix === undefined) return undefined
  if (!secure) return `the prefix ${prefix} requires Secure`
  if (!isTrustworthy(target.scheme, target.host)) return `the prefix ${prefix} requires HTTPS`
  const isHostCookie = domain === '' && cookie.path === '/'
  return /^__Host-/i.test(name) && !isHostCookie
    ? `the prefix ${prefix} requires Path=/ and forbids Domain`
    : undefined
}

function unchanged(value: string): string {
  return value
}

/** Returns a host without its port, in lower case. */
export function hostnameOf(host: string): string {
  return host.replace(/:\d*$/, '').toLowerCase()
}

/**
 * Reports whether a host name is a domain or one of its subdomains. An IP address does not have subdomains. RFC 6265
 * §5.1.3
 */
export function isWithin(hostname: string, domain: string): boolean {
  return hostname === domain || (!isAddress(hostname) && hostname.endsWith(`.${domain}`))
}

function isAddress(hostname: string): boolean {
  return hostname.startsWith('[') || /^[\d.]+$/.test(hostname)
}

/** Reports whether browsers treat a connection as secure: HTTPS, or any scheme on the local machine. */
function isTrustworthy(scheme: string, hostname: string): boolean {
  return (
    scheme === 'https' || isWithin(hostname, 'localhost') || isLoopback(withoutBrackets(hostname))
  )
}

/** Returns an IPv6 address without its brackets. */
function withoutBrackets(hostname: string): string {
  return hostname.replaceAll(/[[\]]/g, '')
}

/** Reports whether a path matches the path of a cookie. RFC 6265 §5.1.4 */
function isUnder(path: string, folder: string): boolean {
  if (path === folder || folder === '/') return true
  return path.startsWith(folder.endsWith('/') ? folder : `${folder}/`)
}

function hasPath(cookie: SetCookie): cookie is SetCookie & { path: string } {
  return cookie.path?.startsWith('/') === true
}

/** Returns the default path of a cookie: the path of the request up to its last slash. RFC 6265 §5.1.4 */
function folderOf(path: string): string {
  const end = path.lastIndexOf('/')
  return end <= 0 ? '/' : path.slice(0, end)
}

/** Returns the expiry of a cookie. `Max-Age` overrides `Expires`. A cookie with neither lasts as long as the client. */
function expiryOf({ maxAge, expires }: SetCookie): number {
  if (maxAge !== undefined) return maxAge <= 0 ? 0 : Date.now() + maxAge * 1000
  return expires === undefined ? Number.POSITIVE_INFINITY : expires.getTime()
}
