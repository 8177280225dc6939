/** `urlFor`: URLs of the app's own routes, seen from the request that is being answered. */
import type { AppContext } from './context.ts'
import { ContextError, currentContext, RequestContext } from './context.ts'
import { encodeAnchor, encodePathText, type UrlValues } from './routing/url.ts'

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
    throw new ContextError(
      'urlFor was used outside of any app context. In a script, open one: app.appContext().run(() => …).',
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
  const { anchor, external, scheme, method } = options
  if (scheme !== undefined && external === false) {
    throw new TypeError(
      `urlFor(${JSON.stringify(endpoint)}): a scheme makes the URL external, so external cannot be false. Leave one of them out.`,
    )
  }
  const name = endpoint.replace(/^\./, '')
  const path = context.app.urlMap.build(name, values, method === undefined ? {} : { method })
  const isExternal = external ?? (scheme !== undefined || !(context instanceof RequestContext))
  const start = isExternal ? originOf(context, scheme) : ''
  const hash = anchor === undefined || anchor === '' ? '' : `#${encodeAnchor(anchor)}`
  return start + mounted(rootOf(context), path) + hash
}

/** A path under the app's root, which is encoded here. Never starts with two slashes. */
export function mounted(root: string, path: string): string {
  return `${encodePathText(root)}${path}`.replace(/^\/{2,}/, '/')
}

/** A path up to the slashes at its end. A regular expression would try each slash of `////…x` in turn. */
export function withoutLastSlashes(path: string): string {
  let end = path.length
  while (path[end - 1] === '/') end -= 1
  return path.slice(0, end)
}

function rootOf(context: AppContext): string {
  if (context instanceof RequestContext) return context.request.rootPath
  return withoutLastSlashes(context.app.config.APPLICATION_ROOT)
}

function originOf(context: AppContext, scheme: string | undefined): string {
  if (context instanceof RequestContext) {
    return `${scheme ?? context.request.scheme}://${context.request.host}`
  }
  const { SERVER_NAME, PREFERRED_URL_SCHEME } = context.app.config
  if (SERVER_NAME !== undefined) return `${scheme ?? PREFERRED_URL_SCHEME}://${SERVER_NAME}`
  throw new ContextError(
    'urlFor cannot know the host outside of a request. Set app.config.SERVER_NAME, or ask for the path only with { external: false }.',
  )
}
