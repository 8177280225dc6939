/**
 * The address of a test request.
 *
 *     https://shop.example.com/app/search?q=tea
 *     scheme  host             root target (with the root)
 *
 * The base URL contains the scheme, the host and the root, which is the path under which the app is mounted. Paths in
 * tests are relative to it. Without a base URL, the settings apply, as in Flask.
 */
import { decodePath, encodeTarget, quotePath, splitTarget, textToWsgi, withCode } from '@phial/core'
import type { Target } from './cookie-jar.ts'

/** Options for the URL of a test request. */
export interface TestAddressOptions {
  /** Scheme, host and mount path: `https://example.com/app`. Default: from the settings. */
  baseUrl?: string
  /** A subdomain of `SERVER_NAME`, instead of a base URL. */
  subdomain?: string
  /** The scheme, instead of a base URL. Default `PREFERRED_URL_SCHEME`. */
  urlScheme?: 'http' | 'https'
}

/** The settings for the address of an app. */
export interface Placement {
  readonly SERVER_NAME: string | undefined
  readonly APPLICATION_ROOT: string
  readonly PREFERRED_URL_SCHEME: string
}

/** The default address, for an application without settings. */
export const DEFAULT_PLACEMENT: Placement = {
  SERVER_NAME: undefined,
  APPLICATION_ROOT: '/',
  PREFERRED_URL_SCHEME: 'http',
}

/** The parts of an app's base URL. */
export interface Base {
  readonly scheme: string
  /** The host, with the port unless it is the scheme's default. */
  readonly host: string
  /** The mount path as in `SCRIPT_NAME`: decoded, one character for each byte, empty for the root. */
  readonly root: string
}

/** The URL of one request. */
export interface Address extends Base {
  /** The request target, encoded, with the mount path: `/app/search?q=tea`. */
  readonly target: string
}

/** Returns the base URL of a test request. Throws `TypeError` for an invalid one. */
export function baseOf(options: TestAddressOptions, place: Placement): Base {
  const { baseUrl, subdomain, urlScheme } = options
  if (baseUrl !== undefined) {
    if (subdomain === undefined && urlScheme === undefined) return parseBase(baseUrl)
    throw invalidUrl(
      'Expected either baseUrl, or subdomain and urlScheme, received both. Pass only one of them.',
    )
  }
  const scheme = urlScheme ?? place.PREFERRED_URL_SCHEME
  const name = place.SERVER_NAME ?? 'localhost'
  const host = subdomain === undefined || subdomain === '' ? name : `${subdomain}.${name}`
  return parseBase(`${scheme}://${host}${place.APPLICATION_ROOT}`)
}

function parseBase(text: string): Base {
  const url = parseUrl(text)
  if (url.search !== '' || url.hash !== '') {
    throw invalidUrl(`Expected a base URL without a query or fragment, received ${text}.`)
  }
  return { ...siteOf(url), root: rootOf(url.pathname) }
}

/** Parses a URL; `undefined` for invalid text. Does not use `URL.canParse`, which Node 20 gets wrong for non-ASCII text once it is optimized. */
export function tryParseUrl(text: string, base?: string): URL | undefined {
  try {
    return new URL(text, base)
  } catch {
    return undefined
  }
}

function parseUrl(text: string): URL {
  const url = tryParseUrl(text)
  const isValid = url !== undefined && /^https?:$/.test(url.protocol) && url.username === ''
  if (isValid) return url
  throw invalidUrl(
    `Expected a URL with the scheme http or https, a host and no credentials, received ${JSON.stringify(text)}.`,
  )
}

/** Returns scheme and host of a URL. */
export function siteOf({ protocol, host }: URL): Omit<Base, 'root'> {
  return { scheme: protocol.slice(0, -1), host }
}

/** Returns a mount path as in `SCRIPT_NAME`. */
function rootOf(pathname: string): string {
  const decoded = bytesOf(pathname)
  return decoded.endsWith('/') ? decoded.slice(0, -1) : decoded
}

function bytesOf(path: string): string {
  return decodePath(textToWsgi(path))
}

/**
 * Returns the address of a path, relative to the app's root, or of an absolute URL. Throws `TypeError` for a URL outside
 * of the app.
 */
export function addressOf(path: string, base: Base): Address {
  const [plain = ''] = path.split('#', 1)
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(plain)) return addressOfUrl(plain, base.root)
  if (plain === '*') return { ...base, target: plain }
  const target = encodeTarget(plain.startsWith('/') ? plain : `/${plain}`)
  return { ...base, target: quotePath(base.root) + target }
}

function addressOfUrl(text: string, root: string): Address {
  const site = siteOf(parseUrl(text))
  const { path, query } = splitTarget(text)
  const target = encodeTarget(text.includes('?') ? `${path}?${query}` : path)
  if (isMounted(target, root)) return { ...site, root, target }
  throw invalidUrl(`${text} is outside of the app, which is mounted at ${quotePath(root)}.`)
}

/** Reports whether a request target is within a mount path. */
export function isMounted(target: string, root: string): boolean {
  const path = bytesOf(splitTarget(target).path)
  return path === root || path.startsWith(`${root}/`)
}

/** Returns the URL of an address. */
export function urlOf({ scheme, host, target }: Address): string {
  return `${scheme}://${host}${target}`
}

/** Returns the parts of an address that the cookie jar uses. */
export function cookieTarget({ scheme, host, target }: Address): Target {
  return { scheme, host, path: splitTarget(target).path }
}

/** Returns the keys of an environ for an address. */
export function locatedEnviron({ scheme, host, root, target }: Address): Record<string, unknown> {
  const name = /^(.*?)(?::(\d*))?$/.exec(host)
  const defaultPort = scheme === 'https' ? '443' : '80'
  return {
    SCRIPT_NAME: root,
    PATH_INFO: bytesOf(splitTarget(target).path).slice(root.length),
    SERVER_NAME: name?.[1] || 'localhost',
    SERVER_PORT: name?.[2] || defaultPort,
    'wsgi.url_scheme': scheme,
  }
}

/** Returns the base URL, with parts overridden by the environ and headers that a test sets. */
export function withOverrides(
  base: Base,
  environ: Readonly<Record<string, unknown>>,
  headers: Headers,
): Base {
  const text = (key: string): string | undefined => {
    const value = environ[key]
    return typeof value === 'string' ? value : undefined
  }
  return {
    scheme: text('wsgi.url_scheme') ?? base.scheme,
    host: text('HTTP_HOST') ?? headers.get('host') ?? base.host,
    root: text('SCRIPT_NAME') ?? base.root,
  }
}

function invalidUrl(message: string): TypeError {
  return withCode('ERR_PHIAL_TEST_URL', new TypeError(message))
}
