/** The redirects of a test client: the allowed targets, and the request that follows one. */
import { quotePath, withCode } from '@phial/core'
import { type Address, isMounted, siteOf, urlOf, tryParseUrl } from './address.ts'
import { hostnameOf, isWithin } from './cookie-jar.ts'
import type { TestResponse } from './response.ts'

/** A request, ready to be sent. */
export interface PreparedRequest {
  readonly method: string
  readonly address: Address
  readonly headers: Headers
  readonly body: Uint8Array | undefined
  readonly environ: Readonly<Record<string, unknown>>
}

/** The maximum number of redirects that are followed. */
export const MAX_REDIRECTS = 20

/** The statuses that redirect. Fetch standard, §2.2.3 */
export const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

/**
 * Returns the target of a redirect. Throws `Error` if it is outside of the app: on another host or port, on a subdomain
 * unless those are allowed, or not under the app's mount path.
 */
export function redirectTarget(
  from: Address,
  location: string,
  subdomainsOf: string | undefined,
): Address {
  const url = urlOf(from)
  const next = tryParseUrl(location, url)
  if (next === undefined) throw outsideError(url, location, 'not a valid URL')
  const why = whyOutside(from, next, subdomainsOf)
  if (why !== undefined) throw outsideError(url, next.href, why)
  return { ...siteOf(next), root: from.root, target: next.pathname + next.search }
}

function outsideError(from: string, to: string, why: string): Error {
  return withCode(
    'ERR_PHIAL_TEST_REDIRECT',
    new Error(
      `${from} redirects to ${to}, which is ${why}. Omit followRedirects and check the Location header.`,
    ),
  )
}

/** Returns why a redirect leaves the app. A host is the same with the same port, or with each scheme's default port. */
function whyOutside(
  from: Address,
  next: URL,
  subdomainsOf: string | undefined,
): string | undefined {
  const here = new URL(urlOf(from))
  if (!/^https?:$/.test(next.protocol) || here.port !== next.port) return 'on another site'
  if (here.hostname !== next.hostname) {
    const isSubdomain = isWithin(next.hostname, here.hostname)
    if (isSubdomain && subdomainsOf === undefined) {
      return 'on a subdomain, and allowSubdomainRedirects is not set'
    }
    if (!isSubdomain && !isWithin(next.hostname, hostnameOf(subdomainsOf ?? ''))) {
      return 'on another site'
    }
  }
  const { pathname } = next
  return isMounted(pathname, from.root)
    ? undefined
    : `outside of the app, which is mounted at ${quotePath(from.root)}`
}

/** The headers that describe a body. Fetch standard, “HTTP-redirect fetch” */
const BODY_HEADERS = [
  'content-encoding',
  'content-language',
  'content-length',
  'content-location',
  'content-type',
]

/** The keys of an environ that belong to a single request. */
const REQUEST_KEYS = [
  ['REQUEST_METHOD', 'SCRIPT_NAME', 'PATH_INFO', 'QUERY_STRING', 'RAW_URI', 'HTTP_HOST'],
  ['SERVER_NAME', 'SERVER_PORT', 'wsgi.url_scheme', 'wsgi.input', 'CONTENT_TYPE', 'CONTENT_LENGTH'],
].flat()

/** Returns the request that follows a redirect. A form becomes a `GET`, as in a browser. */
export function redirected(
  request: PreparedRequest,
  status: number,
  address: Address,
): PreparedRequest {
  const { method, address: from } = request
  const headers = new Headers(request.headers)
  headers.delete('host')
  if (from.host !== address.host || from.scheme !== address.scheme) {
    for (const name of ['authorization', 'cookie']) headers.delete(name)
  }
  const rest = Object.entries(request.environ).filter(([key]) => !REQUEST_KEYS.includes(key))
  const next = { ...request, address, headers, environ: Object.fromEntries(rest) }
  const keepsMethod = status === 307 || status === 308 || method === 'GET' || method === 'HEAD'
  if (keepsMethod || (status !== 303 && method !== 'POST')) return next
  for (const name of BODY_HEADERS) headers.delete(name)
  return { ...next, method: 'GET', body: undefined }
}

/** Returns the error for endless redirects. */
export function tooManyRedirects(history: readonly TestResponse[]): Error {
  const last = history.slice(-2).map(({ url }) => url)
  return withCode(
    'ERR_PHIAL_TEST_REDIRECT',
    new Error(
      `Expected at most ${MAX_REDIRECTS} redirects, received more, the last ones from ${last.join(' and ')}. They probably form a loop.`,
    ),
  )
}
