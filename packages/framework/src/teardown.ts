/**
 * The end of a context: the request's hooks, then the app's. All of them run, whatever one of them
 * does; what fails is logged.
 */
import type { AppContext, RequestContext } from './context.ts'
import { runAll } from './hooks.ts'
import { andThen, type Maybe } from './maybe.ts'
import {
  appcontextPopped,
  appcontextTearingDown,
  requestTearingDown,
  type Signal,
} from './signals.ts'

/** Runs what is to run at a context's end, with the error that no handler took. Never fails. */
export function teardown(context: AppContext, exception: unknown): Maybe<void> {
  const request = hasRequest(context) ? teardownRequest(context, exception) : undefined
  return andThen(request, () => teardownAppContext(context, exception))
}

function hasRequest(context: AppContext): context is RequestContext {
  return 'request' in context
}

function teardownRequest(context: RequestContext, exception: unknown): Maybe<void> {
  const { app, request } = context
  const hooks = app.scopes.wayOf(request.blueprint).teardown
  const report = (failure: unknown): void => app.logException(failure, context)
  return andThen(runAll(hooks, exception, context, report), () => {
    tell(requestTearingDown, { exception, context })
  })
}

function teardownAppContext(context: AppContext, exception: unknown): Maybe<void> {
  const { app } = context
  const report = (failure: unknown): void => app.logException(failure, context)
  return andThen(runAll(app.teardownAppContextHooks, exception, context, report), () => {
    tell(appcontextTearingDown, { exception, context })
    tell(appcontextPopped, { context })
  })
}

/** Sends a signal. A receiver that fails keeps nothing else from ending. */
function tell<Data extends { context: AppContext }>(signal: Signal<Data>, data: Data): void {
  const { context } = data
  try {
    signal.send(context.app, data)
  } catch (failure) {
    context.app.logException(failure, context)
  }
}
