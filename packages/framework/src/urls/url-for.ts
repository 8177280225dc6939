/** `urlFor`: URLs of the app's own routes, seen from the request that is being answered. */
import { withCode } from '@phial/core'
import type { AppContext } from '../context/context.ts'
import { ContextError, currentContext, RequestContext } from '../context/context.ts'
import { domainOf, hostOf } from '../routing/domains.ts'
import type { Address } from '../routing/endpoint-rules.ts'
import { hostName } from '../routing/hosts.ts'
import {
  BuildError,
  encodeAnchor,
  encodePathText,
  type UrlValues,
  withoutLastSlashes,
} from '../routing/url.ts'

/** Has another URL for an endpoint that none can be built for, or raises another `BuildError`, or returns nothing. */
export type UrlBuildErrorHandler = (
  error: BuildError,
  endpoint: string,
  values: UrlValues,
) => string | null | undefined

/** Which form of the URL is wanted. */
export interface UrlForOptions {
  /** With scheme and host. Default: only outside of a request. */
  external?: boolean
  /** What follows the `#`. */
  anchor?: string
  /** `https`; makes the URL external. */
  scheme?: string
  /** Builds the rule for this method, if the endpoint has several. */
  method?: string
}

/**
 * The URL of an endpoint. Values that its pattern names go into the path, the others into the query.
 * That of a static file has the hash of its bytes, so that browsers may keep it: `/static/site.css?v=…`.
 *
 * Raises `BuildError` for an unknown endpoint or a missing value, naming the nearest; `ContextError`
 * where no app is at work.
 *
 * ```ts
 * urlFor('post', { id: 7, page: 2 })                              // '/posts/7?page=2'
 * urlFor('post', { id: 7 }, { external: true, anchor: 'comments' }) // 'http://localhost:8000/posts/7#comments'
 * ```
 */
export function urlFor(
  endpoint: string,
  values: UrlValues = {},
  options: UrlForOptions = {},
): string {
  const context = currentContext()
  if (context === undefined) {
    throw withCode(
      'ERR_PHIAL_CONTEXT_MISSING',
      new ContextError(
        'urlFor was used outside of any app context. In a script, open one: app.appContext().run(() => …).',
      ),
    )
  }
  return buildUrl(context, endpoint, values, options)
}

/** The URL of an endpoint, seen from a given context. */
export function buildUrl(
  context: AppContext,
  endpoint: string,
  values: UrlValues,
  options: UrlForOptions,
): string {
  const { anchor, external, scheme } = options
  if (scheme !== undefined && external === false) {
    throw withCode(
      'ERR_PHIAL_URL_SCHEME',
      new TypeError(
        `urlFor(${JSON.stringify(endpoint)}): a scheme makes the URL external, so external cannot be false. Omit one of the two options.`,
      ),
    )
  }
  const address = addressOf(context, absoluteEndpoint(context, endpoint), values, options)
  if (typeof address === 'string') return address
  const isExternal = external ?? (scheme !== undefined || !(context instanceof RequestContext))
  const isElsewhere = address.host !== undefined && address.host !== currentDomain(context)
  const start = isExternal || isElsewhere ? originOf(context, scheme, address.host) : ''
  const hash = anchor === undefined || anchor === '' ? '' : `#${encodeAnchor(anchor)}`
  return start + mounted(rootOf(context), address.path) + hash
}

/** `.index` is the current blueprint's `index`; outside of a blueprint the dot is dropped. */
function absoluteEndpoint(context: AppContext, endpoint: string): string {
  if (!endpoint.startsWith('.')) return endpoint
  const blueprint = context instanceof RequestContext ? context.blueprint : undefined
  return blueprint === undefined ? endpoint.slice(1) : blueprint + endpoint
}

/** The address of an endpoint, or the URL that a handler has instead. */
function addressOf(
  { app }: AppContext,
  endpoint: string,
  given: UrlValues,
  { method }: UrlForOptions,
): Address | string {
  const values = app.injectUrlDefaults(endpoint, given)
  try {
    return app.urlMap.address(endpoint, values, method === undefined ? {} : { method })
  } catch (error) {
    if (!(error instanceof BuildError)) throw error
    return app.handleUrlBuildError(error, endpoint, values)
  }
}

/** Asks handlers in turn for another URL. Throws the error, or what the last of them threw in its place. */
export function askBuildErrorHandlers(
  handlers: readonly UrlBuildErrorHandler[],
  error: BuildError,
  endpoint: string,
  values: UrlValues,
): string {
  let latest = error
  for (const handler of handlers) {
    try {
      const url = handler(latest, endpoint, values)
      if (url !== undefined && url !== null) return url
    } catch (another) {
      if (!(another instanceof BuildError)) throw another
      latest = another
    }
  }
  throw latest
}

/** A path under the app's root, which is encoded here. Never starts with two slashes. */
export function mounted(root: string, path: string): string {
  return `${encodePathText(root)}${path}`.replace(/^\/{2,}/, '/')
}

function rootOf(context: AppContext): string {
  if (context instanceof RequestContext) return context.request.rootPath
  return withoutLastSlashes(context.app.config.APPLICATION_ROOT)
}

/** Scheme and host, of the rule's host if it is bound to one. */
export function originOf(
  context: AppContext,
  scheme: string | undefined,
  domain: string | undefined,
): string {
  const { SERVER_NAME, PREFERRED_URL_SCHEME } = context.app.config
  const isRequest = context instanceof RequestContext
  const current = isRequest ? context.request.host : SERVER_NAME
  const host = domain === undefined ? current : hostOf(domain, current, context.app)
  if (host !== undefined) {
    return `${scheme ?? (isRequest ? context.request.scheme : PREFERRED_URL_SCHEME)}://${host}`
  }
  throw withCode(
    'ERR_PHIAL_SERVER_NAME_MISSING',
    new ContextError(
      'urlFor cannot determine the host outside of a request. Set app.config.SERVER_NAME, or pass { external: false } to build only the path.',
    ),
  )
}

/** The host that a request came to, or the subdomain, as rules name it. */
function currentDomain(context: AppContext): string | undefined {
  if (context instanceof RequestContext) {
    return hostName(domainOf(context.request.environ, context.app))
  }
  return context.app.urlMap.hostMatching === 'subdomain'
    ? ''
    : hostName(context.app.config.SERVER_NAME ?? '')
}
