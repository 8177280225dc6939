/** Hints for a 404 and a 405 in debug mode: the existing routes. Only clients on this machine receive them. */
import { whyRemote } from '@phial/core'
import type { RequestContext } from '../context/context.ts'
import { nearest } from '../helpers/nearest.ts'

/** The most routes that a page lists. */
const MOST = 20

/** Returns the description of a 404 in debug mode, with the nearest route and all routes; `undefined` otherwise. */
export function notFoundHint(context: RequestContext): string | undefined {
  if (!isShown(context)) return undefined
  const { path, method } = context.request
  const patterns = [...context.app.urlMap]
    .filter(({ buildOnly }) => !buildOnly)
    .map(({ pattern }) => pattern)
  const [near] = nearest(path, patterns)
  const hint = near === undefined ? '' : ` Did you mean ${near}?`
  const routes = [...new Set(patterns)]
  const more = routes.length > MOST ? `, and ${routes.length - MOST} more: phial routes` : ''
  const list =
    routes.length === 0
      ? 'The app has no routes.'
      : `The routes are ${routes.slice(0, MOST).join(', ')}${more}.`
  return `No route matches ${method} ${path}.${hint} ${list}`
}

/** Returns the description of a 405 in debug mode, with the methods of the path; `undefined` otherwise. */
export function methodHint(context: RequestContext, allow: readonly string[]): string | undefined {
  if (!isShown(context)) return undefined
  const { path, method } = context.request
  return `${path} does not answer ${method}. It answers ${allow.join(', ')}.`
}

function isShown({ app, request }: RequestContext): boolean {
  return app.config.DEBUG && whyRemote(request.environ) === undefined
}
