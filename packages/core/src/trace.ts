/**
 * Tracing of layers, for development. A tool such as X-ray puts a `LayerTrace` into the environ as `phial.trace`.
 * Without one, nothing is traced and tracing costs nothing.
 */
import type { Application } from './types.ts'

let isWatching = false

/**
 * Makes `asApplication` return traced applications from now on, so that the layers of a process appear in the
 * trace without changes to their code. For development only. It cannot be undone, because callers keep the applications that
 * they received.
 *
 * ```ts
 * watchLayers() // before the applications are made
 * const site = compose(validator, requestId())(app)
 * ```
 */
export function watchLayers(): void {
  isWatching = true
}

/** Applications that report their own calls. */
const reporting = new WeakSet<Application>()

/** Returns the application itself, or a traced one if `watchLayers` was called. */
export function watched(app: Application): Application {
  return isWatching && !reporting.has(app) ? traced(app) : app
}

/** Reports whether the caller must trace a call of this application. */
export function needsTracing(app: Application): boolean {
  return !reporting.has(app)
}

/**
 * Wraps an application so that its calls appear in the trace of a request, under the given name.
 *
 * ```ts
 * const app = errorPage(traced(site, 'the site'))
 * ```
 */
export function traced(app: Application, name: string = app.name): Application {
  const wrapped: Application = (environ, startResponse) => {
    const trace = environ['phial.trace']
    return trace === undefined
      ? app(environ, startResponse)
      : trace.call(name, app, environ, startResponse)
  }
  return markReporting(wrapped)
}

/** Records that an application reports its own calls, or those of the application that it wraps. */
export function markReporting(app: Application): Application {
  reporting.add(app)
  return app
}
