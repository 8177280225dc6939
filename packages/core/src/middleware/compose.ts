/** Middleware after middleware, as one. */
import { asApplication } from '../application.ts'
import type { Middleware } from '../types.ts'

/**
 * One middleware out of several. The first one stands outermost: it sees the request first and the
 * answer last. Composed once, when it is built, not at each request. Each middleware gets a function,
 * also for an object with a `wsgiApp`, which is still looked up at each request.
 *
 * ```ts
 * const app = compose(proxyFix(), validator)(helloWorld) // proxyFix()(validator(helloWorld))
 * ```
 */
export function compose(...middleware: readonly Middleware[]): Middleware {
  return (app) =>
    middleware.reduceRight((inner, wrap) => asApplication(wrap(inner)), asApplication(app))
}
