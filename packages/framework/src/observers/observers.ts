/**
 * Reports the steps of a request to its observers: signals, diagnostics channels, and the trace that X-ray draws.
 *
 *     wsgiApp ─► isObserved? ── no ──► the steps of app.ts
 *                     └─────── yes ──► the same steps, each reported
 *
 * All observers of requests are attached here. A request without observers pays for a single check.
 */
import type { Body, Environ, StartResponse } from '@phial/core'
import type { App, AppContext, RequestContext } from '../context/context.ts'
import { andThen, type Maybe } from '../helpers/promises.ts'
import type { Response } from '../response/response.ts'
import { explainMatch } from '../routing/explain-match.ts'
import {
  appcontextPopped,
  appcontextPushed,
  appcontextTearingDown,
  gotRequestException,
  connectedReceivers,
  requestFinished,
  requestStarted,
  requestTearingDown,
  type Signal,
} from './signals.ts'
import { requestTrace, type RequestTrace, viewTrace } from './tracing.ts'

/** The steps of a request, in order. `Phial` implements them. */
export interface RequestSteps {
  preprocessRequest(context: RequestContext): Maybe<Response | undefined>
  dispatchRequest(context: RequestContext): Maybe<Response>
  finalizeRequest(context: RequestContext, response: Response): Maybe<Response>
  handleUserException(context: RequestContext, error: unknown): Maybe<Response>
  handleException(context: RequestContext, error: unknown): Maybe<Response>
}

/** Runs the steps of a request: `respond` in app.ts. */
export type Respond = (
  steps: RequestSteps,
  context: RequestContext,
  startResponse: StartResponse,
) => Maybe<Body>

/** Reports whether a signal, a diagnostics channel or a trace observes a request. */
export function isObserved(environ: Environ): boolean {
  return (
    environ['phial.trace'] !== undefined ||
    connectedReceivers > 0 ||
    requestTrace.hasSubscribers ||
    viewTrace.hasSubscribers
  )
}

/** Runs the steps of a request, and reports each of them. */
export function respondObserved(
  app: App & RequestSteps,
  context: RequestContext,
  startResponse: StartResponse,
  respond: Respond,
): Maybe<Body> {
  explainMatch(context.request, app)
  const message: RequestTrace = { context }
  const start: StartResponse = (status, headers, excInfo) => {
    message.status = status
    return startResponse(status, headers, excInfo)
  }
  return requestTrace.run(message, () => respond(reported(app), context, start))
}

/** Wraps the steps of an app, so that each one sends its signal, publishes to its channel or records its span. */
function reported(app: App & RequestSteps): RequestSteps {
  return {
    preprocessRequest(context) {
      requestStarted.send(app, { context })
      return app.preprocessRequest(context)
    },
    dispatchRequest(context) {
      const dispatch = (): Maybe<Response> => app.dispatchRequest(context)
      const { environ, urlRule } = context.request
      if (urlRule === undefined) return dispatch()
      const { endpoint, pattern } = urlRule
      const trace = environ['phial.trace']
      const span = (): Maybe<Response> =>
        trace === undefined ? dispatch() : trace.span(`view ${endpoint}`, dispatch)
      return viewTrace.run({ context, endpoint, pattern }, span)
    },
    finalizeRequest: (context, response) =>
      andThen(app.finalizeRequest(context, response), (finished) => {
        requestFinished.send(app, { response: finished, context })
        return finished
      }),
    handleUserException: (context, error) => app.handleUserException(context, error),
    handleException(context, error) {
      gotRequestException.send(app, { exception: error, context })
      return app.handleException(context, error)
    },
  }
}

/** Reports that a context was entered. */
export function contextPushed(app: App, context: AppContext): void {
  appcontextPushed.send(app, { context })
}

/** Reports that a request has ended. `exception` is the error that no handler handled. */
export function requestTornDown(app: App, context: RequestContext, exception: unknown): void {
  sendSafely(requestTearingDown, app, { exception, context })
}

/** Reports that a context has ended. `exception` is the error that no handler handled. */
export function contextPopped(app: App, context: AppContext, exception: unknown): void {
  sendSafely(appcontextTearingDown, app, { exception, context })
  sendSafely(appcontextPopped, app, { context })
}

/** Sends a signal at the end of a context. If a receiver throws, the error is logged, and the teardown continues. */
function sendSafely<Data extends { context: AppContext }>(
  signal: Signal<Data>,
  app: App,
  data: Data,
): void {
  try {
    signal.send(app, data)
  } catch (error) {
    app.logException(error, data.context)
  }
}
