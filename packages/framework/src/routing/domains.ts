/**
 * Which host a request came to, as rules name it: the whole of it, or what stands before the
 * server's name. Ports do not count.
 */
import { withCode, type Environ } from '@phial/core'
import type { Config } from '../config/config.ts'
import type { HostMatching } from './hosts.ts'

/** How an app was told to understand hosts. */
export interface HostSettings {
  hostMatching?: boolean
  subdomainMatching?: boolean
  staticHost?: string
}

/** What matching by host asks of an app. */
export interface Matching {
  readonly urlMap: { readonly hostMatching: HostMatching }
  readonly config: Config
}

/** A path that starts with a slash: an empty one is the root's. */
export function absolutePath(path: string): string {
  return path.startsWith('/') ? path : `/${path}`
}

/** No request comes to this: no rule has it. */
const NOWHERE = '?'

/** Reads an app's options. Raises `TypeError` for two that exclude each other. */
export function hostMatchingOf(options: HostSettings): HostMatching {
  const { hostMatching = false, subdomainMatching = false } = options
  if (hostMatching && subdomainMatching) {
    throw withCode(
      'ERR_PHIAL_HOST_MODES',
      new TypeError(
        'hostMatching and subdomainMatching exclude each other: with the first, a rule names its whole host. Leave one of them out.',
      ),
    )
  }
  if (hostMatching) return 'host'
  return subdomainMatching ? 'subdomain' : 'none'
}

/** The host of a request, or its subdomain. Raises `Error` if that is asked for and the app has no `SERVER_NAME`. */
export function domainOf(environ: Environ, { urlMap, config }: Matching): string {
  if (urlMap.hostMatching === 'none') return ''
  const given = environ['HTTP_HOST']
  const host = typeof given === 'string' && given !== '' ? given : environ.SERVER_NAME
  return urlMap.hostMatching === 'host' ? host : subdomainOf(host, serverNameOf(config))
}

function subdomainOf(host: string, serverName: string): string {
  const name = withoutPort(host).toLowerCase()
  const server = withoutPort(serverName).toLowerCase()
  if (name === server) return ''
  return name.endsWith(`.${server}`) ? name.slice(0, -server.length - 1) : NOWHERE
}

/** The host, with a port where the current one has one, that a rule's host or subdomain stands for. */
export function hostOf(
  domain: string,
  current: string | undefined,
  { urlMap, config }: Matching,
): string {
  if (urlMap.hostMatching === 'host') return domain + portOf(current ?? '')
  const server = serverNameOf(config)
  const host = domain === '' ? withoutPort(server) : `${domain}.${withoutPort(server)}`
  return host + portOf(current ?? server)
}

function serverNameOf({ SERVER_NAME }: Config): string {
  if (SERVER_NAME !== undefined) return SERVER_NAME
  throw withCode(
    'ERR_PHIAL_SERVER_NAME_MISSING',
    new Error(
      "subdomainMatching needs app.config.SERVER_NAME, such as 'example.com': what stands before it in a request's host is the subdomain.",
    ),
  )
}

function withoutPort(host: string): string {
  return host.slice(0, host.length - portOf(host).length).replace(/\.$/, '')
}

/** `:8000`, or nothing. */
function portOf(host: string): string {
  return /:\d*$/.exec(host)?.[0] ?? ''
}
