/** The hosts that an app answers for. */
import { BadRequest } from '../errors/http-errors.ts'

/** Raises `BadRequest` for a host, with or without a port, that is not in a list of them. An empty list has them all. */
export function assertTrusted(host: string, trusted: readonly string[]): void {
  if (trusted.length === 0) return
  const whole = host.toLowerCase()
  const name = whole.replace(/:\d+$/, '')
  const isListed = trusted.some((entry) => matches(entry.toLowerCase(), whole, name))
  if (!isListed) throw new BadRequest('This server does not answer for the host of the request.')
}

/** `.example.com` has subdomains of any depth, and `example.com` itself. An entry with a port wants that port. */
function matches(entry: string, whole: string, name: string): boolean {
  const host = /:\d+$/.test(entry) ? whole : name
  return host === entry || (entry.startsWith('.') && `.${host}`.endsWith(entry))
}
