/** Checks the host of a request. */
import { BadRequest } from '../errors/http-errors.ts'

/** Throws `BadRequest` for a host, with or without a port, that is not in the list. An empty list accepts any host. */
export function assertTrusted(host: string, trusted: readonly string[]): void {
  if (trusted.length === 0) return
  const hostAndPort = host.toLowerCase()
  const name = hostAndPort.replace(/:\d+$/, '')
  const isListed = trusted.some((entry) => matches(entry.toLowerCase(), hostAndPort, name))
  if (!isListed) throw new BadRequest('This server does not serve the host of the request.')
}

/** Matches an entry: `.example.com` includes `example.com` and all subdomains. An entry with a port requires that port. */
function matches(entry: string, hostAndPort: string, name: string): boolean {
  const host = /:\d+$/.test(entry) ? hostAndPort : name
  return host === entry || (entry.startsWith('.') && `.${host}`.endsWith(entry))
}
