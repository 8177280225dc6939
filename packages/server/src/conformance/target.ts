/** Whether what was loaded is an application or a middleware. */
import type { ApplicationLike, Middleware } from '@phial/core'

/**
 * A middleware, if it is one: a function of one argument that, given an application, makes another. What is none is
 * an application, good or bad.
 */
export function asMiddleware(loaded: unknown): Middleware | undefined {
  if (typeof loaded !== 'function' || loaded.length !== 1 || 'wsgiApp' in loaded) return undefined
  const middleware = loaded as Middleware
  return makesApplication(middleware) ? middleware : undefined
}

const probe: ApplicationLike = (_environ, startResponse) => {
  startResponse('204 No Content', [])
  return []
}

function makesApplication(middleware: Middleware): boolean {
  try {
    const made: unknown = middleware(probe)
    if (made instanceof Promise) made.catch(() => undefined) // an application, called wrongly
    return (
      typeof made === 'function' || (typeof made === 'object' && made !== null && 'wsgiApp' in made)
    )
  } catch {
    return false
  }
}
