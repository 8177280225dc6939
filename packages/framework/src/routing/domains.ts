/**
 * Finds the host of a request in the form that rules name: the whole host, or the subdomain of the server's name. Ports are
 * ignored.
 */
import { withCode, type Environ } from '@phial/core'
import type { Config } from '../config/config.ts'
import type { HostMatching } from './hosts.ts'

/** The options of an app that concern hosts. */
export interface HostSettings {
  hostMatching?: boolean
  subdomainMatching?: boolean
  staticHost?: string
}

/** The part of an app that matching by host needs. */
export interface Matching {
  readonly urlMap: { readonly hostMatching: HostMatching }
  readonly config: Config
}

/** Returns a path with a leading slash. An empty path is the root. */
export function absolutePath(path: string): string {
  return path.startsWith('/') ? path : `/${path}`
}

/** The subdomain of requests to other hosts. No rule matches it. */
const NOWHERE = '?'

/** Returns the mode of an app's options. Throws `TypeError` for options that exclude each other. */
export function hostMatchingOf(options: HostSettings): HostMatching {
  const { hostMatching = false, subdomainMatching = false } = options
  if (hostMatching && subdomainMatching) {
    throw withCode(
      'ERR_PHIAL_HOST_MODES',
      new TypeError(
        'hostMatching and subdomainMatching exclude each other, because with hostMatching each rule names its complete host. Omit one of the two options.',
      ),
    )
  }
  if (hostMatching) return 'host'
  return subdomainMatching ? 'subdomain' : 'none'
}

/** Returns the host of a request, or its subdomain. Throws `Error` if rules have subdomains and the app has no `SERVER_NAME`. */
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

/** Returns the host for the host or subdomain of a rule, with the port of the current host if it has one. */
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
      "subdomainMatching needs app.config.SERVER_NAME, such as 'example.com': the part of a request's host before it is the subdomain.",
    ),
  )
}

function withoutPort(host: string): string {
  return host.slice(0, host.length - portOf(host).length).replace(/\.$/, '')
}

/** Returns the port with its colon, `:8000`, or an empty string. */
function portOf(host: string): string {
  return /:\d*$/.exec(host)?.[0] ?? ''
}
