/**
 * What watches requests: signals, diagnostics channels, and the trace that X-ray draws.
 *
 *     wsgiApp ─► isObserved? ── no ──► the steps of app.ts
 *                     └─────── yes ──► the same steps, each reported
 *
 * All three are attached here and nowhere else. A request that nothing watches pays for one look.
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

/** The steps of a request, in order. `Phial` has them. */
export interface RequestSteps {
  preprocessRequest(context: RequestContext): Maybe<Response | undefined>
  dispatchRequest(context: RequestContext): Maybe<Response>
  finalizeRequest(context: RequestContext, response: Response): Maybe<Response>
  handleUserException(context: RequestContext, error: unknown): Maybe<Response>
  handleException(context: RequestContext, error: unknown): Maybe<Response>
}

/** Goes through the steps of a request: `respond` of app.ts. */
export type Respond = (
  steps: RequestSteps,
  context: RequestContext,
  startResponse: StartResponse,
) => Maybe<Body>

/** Whether a request is watched by a signal, a diagnostics channel or a trace. */
export function isObserved(environ: Environ): boolean {
  return (
    environ['phial.trace'] !== undefined ||
    connectedReceivers > 0 ||
    requestTrace.isHeard ||
    viewTrace.isHeard
  )
}

/** Goes through the steps of a request, each of them reported. */
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

/** The steps of an app, each with its signal, its channel or its span. */
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

/** Reports that a context begins. */
export function contextPushed(app: App, context: AppContext): void {
  appcontextPushed.send(app, { context })
}

/** Reports that a request has ended, with the error that no handler answered. */
export function requestTornDown(app: App, context: RequestContext, exception: unknown): void {
  tell(requestTearingDown, app, { exception, context })
}

/** Reports that a context has ended, with the error that no handler answered. */
export function contextPopped(app: App, context: AppContext, exception: unknown): void {
  tell(appcontextTearingDown, app, { exception, context })
  tell(appcontextPopped, app, { context })
}

/** Sends a signal at the end of a context. A receiver that throws is logged, and keeps nothing else from ending. */
function tell<Data extends { context: AppContext }>(
  signal: Signal<Data>,
  app: App,
  data: Data,
): void {
  try {
    signal.send(app, data)
  } catch (failure) {
    app.logException(failure, data.context)
  }
}
