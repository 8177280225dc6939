/**
 * Host patterns: `:user.example.com`. Hosts are matched by the same tree as paths: their labels are segments in front of the
 * path.
 *
 *     bob.example.com  /posts/7   ─►   /3/bob/example/com/posts/7
 *
 * The number of labels in front prevents a part of the path from matching a label.
 */
import { withCode } from '@phial/core'
import {
  checkNames,
  checkNeighbours,
  expand,
  paramsOf,
  PatternError,
  readTokens,
  type Segment,
  type Shape,
  splitTokens,
} from './pattern.ts'

/** Which part of the host rules may name: none, the whole host, or the subdomain of the server's name. */
export type HostMatching = 'none' | 'host' | 'subdomain'

/** The options of a rule that concern its host. */
export interface HostOptions {
  /** The host of the rule, without a port: `:user.example.com`. Requires the app's option `hostMatching`. Default: any host. */
  host?: string
  /** The subdomain of `SERVER_NAME`: `api`, `:user`. Requires the app's option `subdomainMatching`. Default: none. */
  subdomain?: string
}

/** A host name or an IPv6 address, in lower case. */
const HOST = /^(?:[\w-]+(?:\.[\w-]+)*|\[[\da-f:.]+\])?$/

/** Returns the shapes of a rule's host, or `undefined` for any host. Throws `TypeError` for an option that has no effect in the router's mode. */
export function hostShapes(
  pattern: string,
  matching: HostMatching,
  { host, subdomain }: HostOptions,
): Shape[] | undefined {
  if (host !== undefined && matching !== 'host')
    throw withoutEffect(pattern, 'host', 'hostMatching')
  if (subdomain !== undefined && matching !== 'subdomain') {
    throw withoutEffect(pattern, 'subdomain', 'subdomainMatching')
  }
  const given = matching === 'subdomain' ? (subdomain ?? '') : host
  return given === undefined ? undefined : parseHost(given)
}

function withoutEffect(pattern: string, option: string, flag: string): TypeError {
  return withCode(
    'ERR_PHIAL_HOST_OPTION',
    new TypeError(
      `Pattern ${JSON.stringify(pattern)}: the option ${option} has no effect in this app. Make the app with new Phial(import.meta.url, { ${flag}: true }).`,
    ),
  )
}

/** Parses a host pattern into its shapes. Each label is a segment. The empty host has no labels. */
export function parseHost(host: string): Shape[] {
  if (host === '') return [[]]
  if (/[/*]|:\d/.test(host)) {
    throw withCode(
      'ERR_PHIAL_HOST_PATTERN',
      new PatternError(
        `Host pattern ${JSON.stringify(host)}: a host consists of labels (text or :params) separated by dots. Remove the slash, wildcard or port.`,
      ),
    )
  }
  return expand(readTokens(host), host).map((tokens) => {
    const labels = splitTokens(tokens, '.').map(lowerCase)
    checkNeighbours(labels, host)
    if (labels.every((label) => label.length > 0)) return labels
    throw withCode(
      'ERR_PHIAL_HOST_PATTERN',
      new PatternError(
        `Host pattern ${JSON.stringify(host)}: a label is empty. Remove the extra dot.`,
      ),
    )
  })
}

function lowerCase(label: Segment): Segment {
  return label.map((piece) => (typeof piece === 'string' ? piece.toLowerCase() : piece))
}

/** Joins the shapes of a host and a path. */
export function joinShapes(pattern: string, host: Shape, path: Shape): Shape {
  const joined = [[String(host.length)], ...host, ...path]
  checkNames(joined, pattern)
  return joined
}

/** Returns a host in lower case, without a port and a trailing dot. */
export function hostName(host: string): string {
  return host.replace(/\.?(?::\d*)?$/, '').toLowerCase()
}

/** Joins the host and the path of a request. Returns `undefined` for a malformed host. */
export function joinPath(host: string, path: string): string | undefined {
  const name = hostName(host)
  if (!HOST.test(name)) return undefined
  if (name === '') return `/0${path}`
  return `/${name.split('.').length}/${name.replaceAll('.', '/')}${path}`
}

/** Returns the names of the params in a host. */
export function hostParams(shapes: readonly Shape[] = []): string[] {
  return shapes.flatMap(paramsOf).map((param) => param.name)
}
