/** `urlFor`: builds URLs of the app's routes, relative to the current request. */
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
import { assertString } from '../helpers/arguments.ts'

/**
 * Handles a failed `urlFor`. Returns a URL to use instead, returns nothing to let the next handler try, or throws
 * another `BuildError`.
 */
export type UrlBuildErrorHandler = (
  error: BuildError,
  endpoint: string,
  values: UrlValues,
) => string | null | undefined

/** Options of `urlFor`. */
export interface UrlForOptions {
  /** Whether to include the scheme and host. Default: only outside of a request. */
  external?: boolean
  /** The fragment, without `#`. */
  anchor?: string
  /** The scheme, such as `https`. Makes the URL external. */
  scheme?: string
  /** Selects the rule for this method, if the endpoint has several rules. */
  method?: string
}

/**
 * Returns the URL of an endpoint. Values that its pattern names become part of the path, the others part of the query.
 * The URL of a static file contains the hash of its bytes, so that browsers can cache it: `/static/site.css?v=…`. Flask's
 * `url_for`.
 *
 * Throws `BuildError` with the most similar names for an unknown endpoint or a missing value, and `ContextError` outside
 * of an app context.
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
        'urlFor was used outside of any app context. In a script, open a context: app.appContext().run(() => …).',
      ),
    )
  }
  return buildUrl(context, endpoint, values, options)
}

/** Returns the URL of an endpoint for a given context. */
export function buildUrl(
  context: AppContext,
  endpoint: string,
  values: UrlValues,
  options: UrlForOptions,
): string {
  assertString('urlFor(endpoint)', endpoint)
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

/** Resolves `.index` to the `index` of the current blueprint. Outside of a blueprint, removes the dot. */
function absoluteEndpoint(context: AppContext, endpoint: string): string {
  if (!endpoint.startsWith('.')) return endpoint
  const blueprint = context instanceof RequestContext ? context.blueprint : undefined
  return blueprint === undefined ? endpoint.slice(1) : blueprint + endpoint
}

/** Returns the address of an endpoint, or the URL from a handler of build errors. */
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

/**
 * Calls the handlers in turn until one returns a URL. Otherwise, throws the error, or the last `BuildError` that a
 * handler threw.
 */
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

/** Joins the app's root, which is encoded here, and a path. The result never starts with two slashes. */
export function mounted(root: string, path: string): string {
  return `${encodePathText(root)}${path}`.replace(/^\/{2,}/, '/')
}

function rootOf(context: AppContext): string {
  if (context instanceof RequestContext) return context.request.rootPath
  return withoutLastSlashes(context.app.config.APPLICATION_ROOT)
}

/** Returns the scheme and host. If the rule has a host or subdomain, uses that host. */
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

/** Returns the host or subdomain of the current request, in the form used by rules. */
function currentDomain(context: AppContext): string | undefined {
  if (context instanceof RequestContext) {
    return hostName(domainOf(context.request.environ, context.app))
  }
  return context.app.urlMap.hostMatching === 'subdomain'
    ? ''
    : hostName(context.app.config.SERVER_NAME ?? '')
}
