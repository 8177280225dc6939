/**
 * The client as trusted proxies tell it. `proxyFix` of the core counts hops; here each hop is known
 * by its address, so that it does not matter how many there are.
 */
import { applyForwarded, type Environ } from '@phial/core'
import type { Refusal } from '../refusal.ts'
import { allowList, type Allow } from './allow.ts'
import { hopsOfForwarded, hopsOfList, knownHops, listOf, type Hop } from './hops.ts'

/** What proxies may tell, by the names of `proxyFix`. */
export const forwardedParts = ['for', 'proto', 'host', 'port', 'prefix'] as const

/** Changes an environ, or says why the request is refused. */
export type Forwarding = (environ: Environ, peerAddr: string) => Refusal | undefined

/**
 * Makes a function that puts into an environ what proxies tell of the client: its address
 * (`X-Forwarded-For`, or `Forwarded` of RFC 7239), the scheme, host, port and prefix by which it
 * came. They are believed if `peerAddr`, the peer that sent the request, is in the list `allow`; the rightmost
 * hop that is not in it is the client. Throws a {@link StartError} for a bad list.
 *
 * Of what they tell, only `parts` counts. A proxy that sets the address and the scheme often passes the other headers
 * on as the client sent them, which would let a visitor choose the site's host and mount point.
 *
 * ```ts
 * const forwarding = forwarded(['127.0.0.1', '::1', '10.0.0.0/8'])
 * const refused = forwarding(environ, environ.REMOTE_ADDR ?? '')
 * ```
 *
 * What can be read two ways is refused with 400: headers that name different schemes, and
 * `X-Forwarded-For` beside a `Forwarded` that names somebody else.
 */
export function forwarded(
  allow: readonly string[],
  parts: readonly string[] = ['for', 'proto'],
): Forwarding {
  const isTrusted = allowList(allow)
  const isBelieved = new Set(parts)
  return (environ, peerAddr) => {
    if (!tellsAnything(environ) || !isTrusted(peerAddr)) return undefined
    return apply(environ, isTrusted, isBelieved)
  }
}

const NAMES = ['FOR', 'PROTO', 'HOST', 'PORT', 'PREFIX', 'PROTOCOL', 'SSL'].map(
  (name) => `HTTP_X_FORWARDED_${name}`,
)

function tellsAnything(environ: Environ): boolean {
  return (
    environ['HTTP_FORWARDED'] !== undefined || NAMES.some((name) => environ[name] !== undefined)
  )
}

function apply(
  environ: Environ,
  isTrusted: Allow,
  parts: ReadonlySet<string>,
): Refusal | undefined {
  const listed = hopsOfList(environ)
  const standard = hopsOfForwarded(environ['HTTP_FORWARDED'])
  if (standard === undefined) return bad('Forwarded is not as RFC 7239 §4 says')
  const told = clientOf(standard, isTrusted)
  const client = listed.length > 0 ? clientOf(listed, isTrusted) : told
  if (listed.length > 0 && standard.length > 0 && client.for !== told.for) {
    return bad('X-Forwarded-For and Forwarded name different clients')
  }
  const hops = Math.max(knownHops(listed.length > 0 ? listed : standard, isTrusted), 1)
  const schemes = new Set([...schemesOf(environ, hops), told.proto].filter(isScheme))
  if (schemes.size > 1 && parts.has('proto'))
    return bad('its forwarding headers name different schemes')
  const value = (name: string): string | undefined => believed(environ, name, hops)
  const all = {
    for: client.for,
    proto: [...schemes][0],
    host: value('HTTP_X_FORWARDED_HOST') ?? told.host,
    port: value('HTTP_X_FORWARDED_PORT'),
    prefix: value('HTTP_X_FORWARDED_PREFIX'),
  }
  applyForwarded(
    environ,
    Object.fromEntries(Object.entries(all).filter(([name]) => parts.has(name))),
  )
  if (client.for !== undefined && parts.has('for')) environ.REMOTE_PORT = client.port ?? ''
  return undefined
}

/** Whom the outermost proxy that is believed saw. If it does not say, the proxy itself is the last that is known. */
function clientOf(hops: readonly Hop[], isTrusted: Allow): Hop {
  const known = hops.slice(hops.length - knownHops(hops, isTrusted))
  const { proto, host } = known[0] ?? {}
  return { ...known.find((hop) => hop.for !== undefined), proto, host }
}

/** The value that the outermost proxy that is believed has set; some proxies replace values, others add theirs. */
function believed(environ: Environ, name: string, hops: number): string | undefined {
  const values = listOf(environ[name])
  return values.at(-Math.min(hops, values.length))
}

/** gunicorn's `secure_scheme_headers`, each read as a scheme. */
function schemesOf(environ: Environ, hops: number): (string | undefined)[] {
  const value = (name: string): string | undefined => believed(environ, name, hops)?.toLowerCase()
  const [protocol, ssl] = [value('HTTP_X_FORWARDED_PROTOCOL'), value('HTTP_X_FORWARDED_SSL')]
  return [
    value('HTTP_X_FORWARDED_PROTO'),
    protocol === 'ssl' ? 'https' : protocol,
    ssl === undefined ? undefined : ssl === 'on' ? 'https' : 'http',
  ]
}

function isScheme(value: string | undefined): value is 'http' | 'https' {
  return value === 'http' || value === 'https'
}

function bad(what: string): Refusal {
  const reason = `${what}; have the proxy set them, and drop what its clients sent`
  return { status: '400 Bad Request', reason }
}
