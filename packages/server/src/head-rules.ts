/**
 * What RFC 9112 says to refuse of a request's head, whichever parser read it: `node:http`
 * (node-http/request.ts) or the engine. Each function returns why, or `undefined` for what is in order.
 */
import { isDigits, isTargetText, isToken, splitHost, splitTarget } from '@phial/core'
import { bad, type Refusal } from './refusal.ts'

/** What a proxy is asked, and no server of pages. */
export const CONNECT: Refusal = {
  status: '501 Not Implemented',
  reason: 'CONNECT is for proxies (RFC 9110 §9.3.6)',
}

/** A token, in capitals as every method is: `get` is a mistake. RFC 9110 §9.1 */
export function wrongMethod(method: string): Refusal | undefined {
  if (!isToken(method)) return bad('the method is not a token (RFC 9110 §9.1)')
  if (method === 'CONNECT') return CONNECT
  return /[a-z]/.test(method) ? bad('the method must be in upper case (RFC 9110 §9.1)') : undefined
}

/** Versions are `1.1` and `1.0`, given as they stand after `HTTP/`. RFC 9110 §15.6.6 */
export function wrongVersion(version: string): Refusal | undefined {
  if (version === '1.1' || version === '1.0') return undefined
  const reason = `HTTP/${version} is not supported; use HTTP/1.1 or HTTP/1.0 (RFC 9110 §15.6.6)`
  return { status: '505 HTTP Version Not Supported', reason }
}

/** The request target, RFC 9112 §3.2: `/path?query`, `http://host/path`, or `*` with OPTIONS. */
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

/** RFC 9112 §3.2: one `Host` line, of host and port, unless the client speaks HTTP/1.0. */
export function wrongHost(hosts: readonly string[], version: string): Refusal | undefined {
  const [value, ...more] = hosts
  if (more.length > 0) return bad('there is more than one Host header (RFC 9112 §3.2)')
  if (value === undefined)
    return version === '1.0' ? undefined : bad('the Host header is missing (RFC 9112 §3.2)')
  return splitHost(value)
    ? undefined
    : bad('Host is not a host with an optional port (RFC 9112 §3.2)')
}

/** A target that is a URL names the host too, and there are not two. RFC 9112 §3.2.2 */
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

/** How long the body is, RFC 9112 §6: never guessed, never said twice. */
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
