/** Middleware after middleware, as one. */
import { asApplication } from '../application.ts'
import type { Middleware } from '../types.ts'

/**
 * One middleware out of several. The first one stands outermost: it sees the request first and the
 * answer last. Composed once, when it is built, not at each request.
 *
 * ```ts
 * const app = compose(proxyFix(), validator)(helloWorld) // proxyFix()(validator(helloWorld))
 * ```
 */
export function compose(...middleware: readonly Middleware[]): Middleware {
  return (app) => asApplication(middleware.reduceRight((inner, wrap) => wrap(inner), app))
}
