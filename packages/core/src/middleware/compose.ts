/** Combines middleware. */
import { asApplication } from '../driver.ts'
import type { Middleware } from '../types.ts'

/**
 * Combines several middleware into one. The first is the outermost: it sees the request first and the response last.
 * The layers are built once, not per request. Each middleware receives a function, even if the application is an
 * object with a `wsgiApp`, which is looked up at each request.
 *
 * ```ts
 * const app = compose(proxyFix(), validator)(helloWorld) // proxyFix()(validator(helloWorld))
 * ```
 */
export function compose(...middleware: readonly Middleware[]): Middleware {
  return (app) =>
    middleware.reduceRight((inner, wrap) => asApplication(wrap(inner)), asApplication(app))
}
