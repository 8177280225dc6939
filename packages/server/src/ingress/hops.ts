/** The chain of proxies, as forwarding headers tell it: from the client on the left to our peer's side on the right. */
import { isIP } from 'node:net'
import { TOKEN_CHARACTER, type Environ } from '@phial/core'
import { plainAddress } from '../transport.ts'
import type { Allow } from './allow.ts'

/** What one proxy told of whoever connected to it. */
export interface Hop {
  /** An address; `undefined` where it is hidden, unknown or no address. */
  readonly for?: string | undefined
  readonly port?: string | undefined
  readonly proto?: string | undefined
  readonly host?: string | undefined
}

/** The hops of `X-Forwarded-For`: addresses, some with a port. */
export function hopsOfList(environ: Environ): readonly Hop[] {
  return listOf(environ['HTTP_X_FORWARDED_FOR']).map(node)
}

/** The hops of `Forwarded`, RFC 7239 §4; `undefined` if it cannot be read as that. */
export function hopsOfForwarded(value: unknown): readonly Hop[] | undefined {
  if (typeof value !== 'string') return []
  if (!FORWARDED.test(value)) return undefined
  return split(value, ',').map((element) => {
    const pairs = split(element, ';').flatMap((pair) => {
      const [, name = '', token, quoted] = PAIR.exec(pair) ?? []
      const text = token ?? quoted?.replaceAll(/\\(.)/g, '$1')
      return text === undefined ? [] : [[name.toLowerCase(), text] as const]
    })
    const told = Object.fromEntries(pairs) as Record<string, string | undefined>
    return { ...node(told['for'] ?? ''), proto: told['proto']?.toLowerCase(), host: told['host'] }
  })
}

/**
 * How many hops are known to be true, counted from the right: those that proxies told whom we
 * believe. The last of them is the client: the rightmost one that is no proxy of ours. What stands
 * to its left is the client's own word.
 */
export function knownHops(hops: readonly Hop[], isTrusted: Allow): number {
  const client = hops.findLastIndex((hop) => hop.for === undefined || !isTrusted(hop.for))
  return hops.length - Math.max(client, 0)
}

/** The values of a list header. */
export function listOf(value: unknown): string[] {
  return typeof value === 'string' && value.trim() !== ''
    ? value.split(',').map((item) => item.trim())
    : []
}

const TOKEN = `${TOKEN_CHARACTER}+`
/** Quoted strings are matched character by character, so that nothing is tried twice. */
const QUOTED = '"(?:[^"\\\\]|\\\\.)*"'
const PAIR: RegExp = new RegExp(`^[ \\t]*(${TOKEN})=(?:(${TOKEN})|"((?:[^"\\\\]|\\\\.)*)")[ \\t]*$`)
const FORWARDED: RegExp = new RegExp(
  `^(?:[ \\t]*(?:${TOKEN}=(?:${TOKEN}|${QUOTED})[ \\t]*)?(?:[;,]|$))+$`,
)

const ELEMENTS = /(?:[^,"]|"(?:[^"\\]|\\.)*")+/g
const PAIRS = /(?:[^;"]|"(?:[^"\\]|\\.)*")+/g

/** Splits at a separator that stands outside of quotes; empty parts are dropped. */
function split(text: string, separator: ',' | ';'): string[] {
  const parts = text.match(separator === ',' ? ELEMENTS : PAIRS)
  return (parts ?? []).filter((part) => part.trim() !== '')
}

/** `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:4711`. */
function node(text: string): Hop {
  const [, ipv6, ipv4, port] = /^(?:\[([^\]]*)\]|([\d.]+))(?::(\d{1,5}))?$/.exec(text) ?? []
  const address = plainAddress(ipv6 ?? ipv4 ?? text)
  return isIP(address) === 0 ? {} : { for: address, port }
}
