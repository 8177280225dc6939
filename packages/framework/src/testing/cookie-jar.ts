/** Cookies as a browser keeps them (RFC 6265 §5), for one test client. */
import { parseSetCookie, type SetCookie } from 'cookie'

/** Where a request goes, as far as cookies care. */
export interface Target {
  /** With or without a port. */
  readonly host: string
  /** Without the query. */
  readonly path: string
  readonly isSecure: boolean
}

interface Kept {
  readonly name: string
  readonly value: string
  readonly domain: string
  /** Whether it is for this host alone, and not for those below it. */
  readonly isHostOnly: boolean
  readonly path: string
  readonly isSecure: boolean
  /** In milliseconds since 1970. */
  readonly until: number
}

/** What cookies are kept. */
export class CookieJar {
  readonly #kept = new Map<string, Kept>()

  /** Takes a `Set-Cookie` header in. One for another host is not kept; one whose time is over goes. */
  take(header: string, { host, path }: Target): void {
    const cookie = parseSetCookie(header, { decode: asItIs })
    const hostname = hostnameOf(host)
    const domain = (cookie.domain ?? '').replace(/^\./, '').toLowerCase()
    if (domain !== '' && !isWithin(hostname, domain)) return
    this.#keep({
      name: cookie.name,
      value: cookie.value ?? '',
      domain: domain === '' ? hostname : domain,
      isHostOnly: domain === '',
      path: cookie.path?.startsWith('/') === true ? cookie.path : folderOf(path),
      isSecure: cookie.secure === true,
      until: endOf(cookie),
    })
  }

  #keep(cookie: Kept): void {
    const key = [cookie.domain, cookie.path, cookie.name].join(';')
    if (cookie.until <= Date.now()) this.#kept.delete(key)
    else this.#kept.set(key, cookie)
  }

  /** The `Cookie` header for a request; `undefined` if there is nothing to say. */
  headerFor(target: Target): string | undefined {
    const sent = this.#for(target).map(({ name, value }) => `${name}=${value}`)
    return sent.length === 0 ? undefined : sent.join('; ')
  }

  /** The value that a request would send. */
  valueFor(name: string, target: Target): string | undefined {
    return this.#for(target).find((cookie) => cookie.name === name)?.value
  }

  /** Those that a request sends, the longest path first. */
  #for({ host, path, isSecure }: Target): Kept[] {
    const hostname = hostnameOf(host)
    const now = Date.now()
    const isSent = (cookie: Kept): boolean =>
      cookie.until > now &&
      (cookie.isHostOnly ? hostname === cookie.domain : isWithin(hostname, cookie.domain)) &&
      isUnder(path, cookie.path) &&
      (isSecure || !cookie.isSecure)
    return [...this.#kept.values()]
      .filter(isSent)
      .toSorted((one, other) => other.path.length - one.path.length)
  }
}

function asItIs(value: string): string {
  return value
}

function hostnameOf(host: string): string {
  return host.replace(/:\d*$/, '').toLowerCase()
}

function isWithin(hostname: string, domain: string): boolean {
  return hostname === domain || hostname.endsWith(`.${domain}`)
}

function isUnder(path: string, folder: string): boolean {
  if (path === folder || folder === '/') return true
  return path.startsWith(folder.endsWith('/') ? folder : `${folder}/`)
}

/** What a cookie without a path is for: the path up to its last slash. */
function folderOf(path: string): string {
  const end = path.lastIndexOf('/')
  return end <= 0 ? '/' : path.slice(0, end)
}

/** `Max-Age` comes before `Expires`; a cookie with neither stays. */
function endOf({ maxAge, expires }: SetCookie): number {
  if (maxAge !== undefined) return maxAge <= 0 ? 0 : Date.now() + maxAge * 1000
  return expires === undefined ? Number.POSITIVE_INFINITY : expires.getTime()
}
