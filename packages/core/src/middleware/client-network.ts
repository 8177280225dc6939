/** Who an address belongs to. */

const IPV4 = /^(?:::ffff:)?(\d+(?:\.\d+){3})(?::\d+)?$/i
const BRACKETS = /^\[([^\]]*)\](?::\d+)?$/

/**
 * What stands for all addresses of one client: an IPv4 address, or the first half of an IPv6 one,
 * since whoever has one of those has all that begin alike. Ports, which some proxies add, are left out.
 * Anything else stands for itself.
 *
 * ```ts
 * networkOf('203.0.113.7')      // '203.0.113.7'
 * networkOf('2001:db8::1:2')    // '2001:db8:0:0::/64'
 * ```
 */
export function networkOf(address: string): string {
  const ipv4 = IPV4.exec(address)?.[1]
  if (ipv4 !== undefined) return ipv4
  const ipv6 = BRACKETS.exec(address)?.[1] ?? address
  return ipv6.includes(':') ? `${firstHalf(ipv6.toLowerCase())}::/64` : address
}

/** The first four groups, zeros written out. RFC 4291 §2.2 */
function firstHalf(address: string): string {
  const [start = '', end] = address.split('::')
  const before = start === '' ? [] : start.split(':')
  const after = end === undefined || end === '' ? [] : end.split(':')
  const zeros = Math.max(0, 8 - before.length - after.length)
  const between = end === undefined ? [] : Array.from({ length: zeros }, () => '0')
  const groups = [...before, ...between, ...after].slice(0, 4)
  return groups.map((group) => group.replace(/^0+(?=.)/, '')).join(':')
}
