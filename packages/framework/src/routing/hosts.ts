/**
 * Host patterns: `:user.example.com`. The same tree that finds paths finds hosts, whose labels are
 * segments before the path's.
 *
 *     bob.example.com  /posts/7   ─►   /3/bob/example/com/posts/7
 *
 * The number in front keeps a path from standing in for a label.
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

/** What of the host a table's rules may name: nothing, the whole host, or what stands before the server's name. */
export type HostMatching = 'none' | 'host' | 'subdomain'

/** Where a rule is, among hosts. */
export interface HostOptions {
  /** The host that it answers on, without a port: `:user.example.com`. Needs the app's `hostMatching`. Default: any. */
  host?: string
  /** What stands before `SERVER_NAME`: `api`, `:user`. Needs the app's `subdomainMatching`. Default: nothing. */
  subdomain?: string
}

/** A host name or an IPv6 address, in lower case. Anything else is nobody's host. */
const HOST = /^(?:[\w-]+(?:\.[\w-]+)*|\[[\da-f:.]+\])?$/

/** The shapes of a rule's host, or `undefined` if it answers on any. Raises `TypeError` for an option that the table does not heed. */
export function hostShapes(
  pattern: string,
  matching: HostMatching,
  { host, subdomain }: HostOptions,
): Shape[] | undefined {
  if (host !== undefined && matching !== 'host') throw unheeded(pattern, 'host', 'hostMatching')
  if (subdomain !== undefined && matching !== 'subdomain') {
    throw unheeded(pattern, 'subdomain', 'subdomainMatching')
  }
  const given = matching === 'subdomain' ? (subdomain ?? '') : host
  return given === undefined ? undefined : parseHost(given)
}

function unheeded(pattern: string, option: string, flag: string): TypeError {
  return withCode(
    'ERR_PHIAL_HOST_OPTION',
    new TypeError(
      `Pattern ${JSON.stringify(pattern)}: the option ${option} has no effect in this app. Make the app with new Phial(import.meta.url, { ${flag}: true }).`,
    ),
  )
}

/** Reads a host pattern into its shapes; each label is a segment. The empty host has none. */
export function parseHost(host: string): Shape[] {
  if (host === '') return [[]]
  if (/[/*]|:\d/.test(host)) {
    throw withCode(
      'ERR_PHIAL_HOST_PATTERN',
      new PatternError(
        `Host pattern ${JSON.stringify(host)}: a host consists of labels, texts and :params, with dots between them; it has no slash, no wildcard and no port.`,
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
        `Host pattern ${JSON.stringify(host)}: there is nothing before, after or between two of its dots.`,
      ),
    )
  })
}

function lowerCase(label: Segment): Segment {
  return label.map((piece) => (typeof piece === 'string' ? piece.toLowerCase() : piece))
}

/** The shape of host and path in one. */
export function joinShapes(pattern: string, host: Shape, path: Shape): Shape {
  const joined = [[String(host.length)], ...host, ...path]
  checkNames(joined, pattern)
  return joined
}

/** A host as rules know it: in lower case, without a port or a dot at its end. */
export function hostName(host: string): string {
  return host.replace(/\.?(?::\d*)?$/, '').toLowerCase()
}

/** Host and path of a request in one, or `undefined` for what is no host. */
export function joinPath(host: string, path: string): string | undefined {
  const name = hostName(host)
  if (!HOST.test(name)) return undefined
  if (name === '') return `/0${path}`
  return `/${name.split('.').length}/${name.replaceAll('.', '/')}${path}`
}

/** The names of the params in a host. */
export function hostParams(shapes: readonly Shape[] = []): string[] {
  return shapes.flatMap(paramsOf).map((param) => param.name)
}
