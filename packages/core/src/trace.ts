/**
 * How a layer tells what it does, in development. Whoever wants to know puts a `Trace` into the
 * environ as `phial.trace`; where there is none, nothing is told and nothing is paid.
 */
import type { Application, Body, Environ, StartResponse } from './types.ts'

/** Hears what layers do with one request. */
export interface Trace {
  /** Calls an application and watches it: what it was given, announced, returned or threw. */
  call(
    name: string,
    app: Application,
    environ: Environ,
    startResponse: StartResponse,
  ): Body | Promise<Body>
  /** Runs a part of the layer that is running, such as a view, and takes its time. */
  span<Result>(name: string, work: () => Result): Result
  /**
   * A remark of the layer that is running: `note('language', 'de')`. A text is shown as it is, a list of
   * objects as a table, in which rows with `hit: true` stand out, anything else as JSON.
   */
  note(kind: string, detail: unknown): void
}

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
  telling.add(told)
  return told
}
