/**
 * How a layer tells what it does, in development. Whoever wants to know puts a `LayerTrace` into the
 * environ as `phial.trace`; where there is none, nothing is told and nothing is paid.
 */
import type { Application } from './types.ts'

let isWatching = false

/**
 * From now on, `asApplication` gives applications that tell a trace that they were called: the layers
 * of a process show up without a word of their own. For development; there is no way back, since
 * whoever has such an application keeps it.
 *
 * ```ts
 * watchLayers() // before the applications are made
 * const site = compose(validator, requestId())(app)
 * ```
 */
export function watchLayers(): void {
  isWatching = true
}

/** Applications that tell of themselves already. */
const telling = new WeakSet<Application>()

/** The application as it is, unless layers are watched. */
export function watched(app: Application): Application {
  return isWatching && !telling.has(app) ? traced(app) : app
}

/** Whether a call of this application has to be told by the caller. */
export function isSilent(app: Application): boolean {
  return !telling.has(app)
}

/**
 * An application that is seen by whoever traces the request, under a name of its own.
 *
 * ```ts
 * const app = errorPage(traced(site, 'the site'))
 * ```
 */
export function traced(app: Application, name: string = app.name): Application {
  const told: Application = (environ, startResponse) => {
    const trace = environ['phial.trace']
    return trace === undefined
      ? app(environ, startResponse)
      : trace.call(name, app, environ, startResponse)
  }
  return notedAsTelling(told)
}

/** Notes that an application tells the trace by itself that it, or the one it stands for, was called. */
export function notedAsTelling(app: Application): Application {
  telling.add(app)
  return app
}
