/**
 * Determines the client from the forwarding headers of trusted proxies. Core's `proxyFix` counts hops. This module
 * identifies trusted hops by their address, so their number does not matter.
 */
import { applyForwarded, type Environ } from '@phial/core'
import type { Refusal } from '../refusal.ts'
import { allowList, type Allow } from './allow.ts'
import { hopsOfForwarded, hopsOfList, knownHops, listOf, type Hop } from './hops.ts'

/** The kinds of forwarded values, with the names of `proxyFix`. */
export const forwardedParts = ['for', 'proto', 'host', 'port', 'prefix'] as const

/** Applies forwarding headers to an environ, or returns the reason to reject the request. */
export type Forwarding = (environ: Environ, peerAddr: string) => Refusal | undefined

/**
 * Creates a function that applies forwarding headers to an environ: the client's address (`X-Forwarded-For`, or
 * `Forwarded` of RFC 7239), and the scheme, host, port and prefix of the original request. The headers are trusted if
 * `peerAddr`, the address of the connection's peer, is in the list `allow`. The client is the rightmost hop that is not in
 * the list. Throws a {@link StartError} for an invalid list.
 *
 * Only the given `parts` are applied. A proxy that sets the address and the scheme often passes the other headers through
 * as the client sent them, which would let a client choose the site's host and mount point.
 *
 * ```ts
 * const forwarding = forwarded(['127.0.0.1', '::1', '10.0.0.0/8'])
 * const refused = forwarding(environ, environ.REMOTE_ADDR ?? '')
 * ```
 *
 * Ambiguous requests are rejected with a 400: headers with different schemes, or different clients in `X-Forwarded-For`
 * and `Forwarded`.
 */
export function forwarded(
  allow: readonly string[],
  parts: readonly string[] = ['for', 'proto'],
): Forwarding {
  const isTrusted = allowList(allow)
  const applied = new Set(parts)
  return (environ, peerAddr) => {
    if (!hasForwarding(environ) || !isTrusted(peerAddr)) return undefined
    return apply(environ, isTrusted, applied)
  }
}

const NAMES = ['FOR', 'PROTO', 'HOST', 'PORT', 'PREFIX', 'PROTOCOL', 'SSL'].map(
  (name) => `HTTP_X_FORWARDED_${name}`,
)

function hasForwarding(environ: Environ): boolean {
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
  if (standard === undefined) return bad('Forwarded is malformed (RFC 7239 §4)')
  const fromStandard = clientOf(standard, isTrusted)
  const client = listed.length > 0 ? clientOf(listed, isTrusted) : fromStandard
  if (listed.length > 0 && standard.length > 0 && client.for !== fromStandard.for) {
    return bad('X-Forwarded-For and Forwarded name different clients')
  }
  const hops = Math.max(knownHops(listed.length > 0 ? listed : standard, isTrusted), 1)
  const schemes = new Set([...schemesOf(environ, hops), fromStandard.proto].filter(isScheme))
  if (schemes.size > 1 && parts.has('proto'))
    return bad('the forwarding headers name different schemes')
  const value = (name: string): string | undefined => trustedValue(environ, name, hops)
  const all = {
    for: client.for,
    proto: [...schemes][0],
    host: value('HTTP_X_FORWARDED_HOST') ?? fromStandard.host,
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

/** Returns the peer of the outermost trusted proxy. If its address is hidden, returns the last known hop. */
function clientOf(hops: readonly Hop[], isTrusted: Allow): Hop {
  const known = hops.slice(hops.length - knownHops(hops, isTrusted))
  const { proto, host } = known[0] ?? {}
  return { ...known.find((hop) => hop.for !== undefined), proto, host }
}

/** Returns the value set by the outermost trusted proxy. Some proxies replace a value, others append to it. */
function trustedValue(environ: Environ, name: string, hops: number): string | undefined {
  const values = listOf(environ[name])
  return values.at(-Math.min(hops, values.length))
}

/** Returns the schemes named by the headers of gunicorn's `secure_scheme_headers`. */
function schemesOf(environ: Environ, hops: number): (string | undefined)[] {
  const value = (name: string): string | undefined =>
    trustedValue(environ, name, hops)?.toLowerCase()
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
  const reason = `${what}; let the proxy set these headers, and remove those that its clients send`
  return { status: '400 Bad Request', reason }
}
