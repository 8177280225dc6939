/**
 * The rules of RFC 9112 for rejecting a request's head, shared by both parsers: `node:http` (node-http/request.ts) and
 * the engine. Each function returns the refusal, or `undefined` if the value is valid.
 */
import { isDigits, isTargetText, isToken, splitHost, splitTarget } from '@phial/core'
import { bad, type Refusal } from './refusal.ts'

/** The refusal for CONNECT, which only proxies support. */
export const CONNECT: Refusal = {
  status: '501 Not Implemented',
  reason: 'CONNECT is for proxies (RFC 9110 §9.3.6)',
}

/** Validates a method: a token in upper case. RFC 9110 §9.1 */
export function wrongMethod(method: string): Refusal | undefined {
  if (!isToken(method)) return bad('the method is not a token (RFC 9110 §9.1)')
  if (method === 'CONNECT') return CONNECT
  return /[a-z]/.test(method) ? bad('the method must be in upper case (RFC 9110 §9.1)') : undefined
}

/** Validates the version after `HTTP/`: `1.1` or `1.0`. RFC 9110 §15.6.6 */
export function wrongVersion(version: string): Refusal | undefined {
  if (version === '1.1' || version === '1.0') return undefined
  const reason = `HTTP/${version} is not supported; use HTTP/1.1 or HTTP/1.0 (RFC 9110 §15.6.6)`
  return { status: '505 HTTP Version Not Supported', reason }
}

/** Validates the request target: `/path?query`, `http://host/path`, or `*` with OPTIONS. RFC 9112 §3.2 */
export function wrongTarget(method: string, target: string): Refusal | undefined {
  if (!isTargetText(target))
    return bad('the target has a character that must be percent-encoded (RFC 9112 §3.2)')
  if (target.startsWith('/')) return undefined
  if (target === '*')
    return method === 'OPTIONS'
      ? undefined
      : bad('the target * is only valid with OPTIONS (RFC 9112 §3.2.4)')
  const { authority } = splitTarget(target)
  if (!authority || splitHost(authority) === undefined)
    return bad('the target is neither a path nor an http URL (RFC 9112 §3.2)')
  return undefined
}

/** Validates the `Host` headers: exactly one with host and optional port, or none in HTTP/1.0. RFC 9112 §3.2 */
export function wrongHost(hosts: readonly string[], version: string): Refusal | undefined {
  const [value, ...more] = hosts
  if (more.length > 0) return bad('there is more than one Host header (RFC 9112 §3.2)')
  if (value === undefined)
    return version === '1.0' ? undefined : bad('the Host header is missing (RFC 9112 §3.2)')
  return splitHost(value)
    ? undefined
    : bad('Host is not a host with an optional port (RFC 9112 §3.2)')
}

/** Compares `Host` with the host of an absolute target. RFC 9112 §3.2.2 */
export function otherHost(target: string, host: string | undefined): Refusal | undefined {
  if (target.startsWith('/') || host === undefined) return undefined
  const { scheme, authority } = splitTarget(target)
  if (authority === undefined) return undefined
  const port = scheme === 'https' ? ':443' : ':80'
  const bare = (name: string): string => {
    const lower = name.toLowerCase()
    return lower.endsWith(port) ? lower.slice(0, -port.length) : lower
  }
  if (bare(authority) === bare(host)) return undefined
  return bad('Host differs from the host of the target (RFC 9112 §3.2.2)')
}

/**
 * Returns the protocol that a client offers to switch to, in lower case: the first that `Upgrade` lists, if
 * `Connection` lists `upgrade`. RFC 9110 §7.8
 */
export function offeredProtocol(
  upgrades: readonly string[],
  connections: readonly string[],
): string | undefined {
  if (!/(?:^|,)[ \t]*upgrade[ \t]*(?:,|$)/i.test(connections.join())) return undefined
  const [, protocol] = /^[ \t,]*([^ \t,]+)[ \t]*(?:,|$)/.exec(upgrades.join()) ?? []
  const parts = protocol?.split('/') ?? []
  const isInOrder = parts.length > 0 && parts.length <= 2 && parts.every(isToken)
  return isInOrder ? protocol?.toLowerCase() : undefined
}

/** Validates the framing headers, which must declare the length of the body unambiguously. RFC 9112 §6 */
export function wrongFraming(
  lengths: readonly string[],
  codings: readonly string[],
  version: string,
): Refusal | undefined {
  if (lengths.length > 1) return bad('there is more than one Content-Length (RFC 9112 §6.3)')
  if (lengths.some((length) => !isDigits(length)))
    return bad('Content-Length is not a number (RFC 9112 §6.3)')
  if (lengths.some((length) => !Number.isSafeInteger(Number(length))))
    return bad('Content-Length is too large (RFC 9112 §6.3)')
  if (codings.length === 0) return undefined
  if (lengths.length > 0)
    return bad('Content-Length and Transfer-Encoding are both present (RFC 9112 §6.1)')
  if (version === '1.0') return bad('Transfer-Encoding is not allowed in HTTP/1.0 (RFC 9112 §6.1)')
  return wrongCoding(codings.join().toLowerCase())
}

function wrongCoding(codings: string): Refusal | undefined {
  if (codings === 'chunked') return undefined
  if (!/(?:^|,)[ \t]*chunked$/.test(codings) || /chunked.*chunked/.test(codings))
    return bad('Transfer-Encoding must end in chunked, exactly once (RFC 9112 §6.3)')
  const reason = 'chunked is the only supported transfer coding (RFC 9112 §6.1)'
  return { status: '501 Not Implemented', reason }
}
