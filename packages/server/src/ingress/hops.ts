/** Parses the chain of proxies in forwarding headers, from the client on the left to this server's peer on the right. */
import { isIP } from 'node:net'
import { TOKEN_CHARACTER, type Environ } from '@phial/core'
import { plainAddress } from '../transport.ts'
import type { Allow } from './allow.ts'

/** The peer of a proxy, as reported by that proxy. */
export interface Hop {
  /** The IP address; `undefined` if it is hidden, unknown or invalid. */
  readonly for?: string | undefined
  readonly port?: string | undefined
  readonly proto?: string | undefined
  readonly host?: string | undefined
}

/** Returns the hops of `X-Forwarded-For`: addresses with optional ports. */
export function hopsOfList(environ: Environ): readonly Hop[] {
  return listOf(environ['HTTP_X_FORWARDED_FOR']).map(node)
}

/** Returns the hops of `Forwarded`, or `undefined` if it is malformed. RFC 7239 §4 */
export function hopsOfForwarded(value: unknown): readonly Hop[] | undefined {
  if (typeof value !== 'string') return []
  if (!FORWARDED.test(value)) return undefined
  return split(value, ',').map((element) => {
    const pairs = split(element, ';').flatMap((pair) => {
      const [, name = '', token, quoted] = PAIR.exec(pair) ?? []
      const text = token ?? quoted?.replaceAll(/\\(.)/g, '$1')
      return text === undefined ? [] : [[name.toLowerCase(), text] as const]
    })
    const named = Object.fromEntries(pairs) as Record<string, string | undefined>
    const { proto, host } = named
    return { ...node(named['for'] ?? ''), proto: proto?.toLowerCase(), host }
  })
}

/**
 * Returns the number of hops, counted from the right, that were reported by trusted proxies. The last of these is the
 * client, the rightmost hop that is not a trusted proxy. The client may have forged all hops to its left.
 */
export function knownHops(hops: readonly Hop[], isTrusted: Allow): number {
  const client = hops.findLastIndex((hop) => hop.for === undefined || !isTrusted(hop.for))
  return hops.length - Math.max(client, 0)
}

/** Returns the values of a comma-separated header. */
export function listOf(value: unknown): string[] {
  return typeof value === 'string' && value.trim() !== ''
    ? value.split(',').map((item) => item.trim())
    : []
}

const TOKEN = `${TOKEN_CHARACTER}+`
/** Matches a quoted string character by character, to avoid backtracking. */
const QUOTED = '"(?:[^"\\\\]|\\\\.)*"'
const PAIR: RegExp = new RegExp(`^[ \\t]*(${TOKEN})=(?:(${TOKEN})|"((?:[^"\\\\]|\\\\.)*)")[ \\t]*$`)
const FORWARDED: RegExp = new RegExp(
  `^(?:[ \\t]*(?:${TOKEN}=(?:${TOKEN}|${QUOTED})[ \\t]*)?(?:[;,]|$))+$`,
)

const ELEMENTS = /(?:[^,"]|"(?:[^"\\]|\\.)*")+/g
const PAIRS = /(?:[^;"]|"(?:[^"\\]|\\.)*")+/g

/** Splits text at a separator outside of quotes. Drops empty parts. */
function split(text: string, separator: ',' | ';'): string[] {
  const parts = text.match(separator === ',' ? ELEMENTS : PAIRS)
  return (parts ?? []).filter((part) => part.trim() !== '')
}

/** Parses `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:4711`. */
function node(text: string): Hop {
  const [, ipv6, ipv4, port] = /^(?:\[([^\]]*)\]|([\d.]+))(?::(\d{1,5}))?$/.exec(text) ?? []
  const address = plainAddress(ipv6 ?? ipv4 ?? text)
  return isIP(address) === 0 ? {} : { for: address, port }
}
