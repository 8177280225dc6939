/**
 * The end of a context: the request's hooks, then the app's. All of them run, whatever one of them
 * does; what fails is logged.
 */
import type { AppContext, RequestContext } from '../context.ts'
import { runAll } from './hooks.ts'
import { andThen, type Maybe } from '../maybe.ts'
import {
  appcontextPopped,
  appcontextTearingDown,
  requestTearingDown,
  type Signal,
} from '../signals.ts'

/** Ends a request, with the error that no handler took. Never fails. */
export function teardownRequest(context: RequestContext, exception: unknown): Maybe<void> {
  const ended = runHooks(context.way.teardown, exception, context)
  if (!requestTearingDown.hasReceivers) return ended
  return andThen(ended, () => tell(requestTearingDown, { exception, context }))
}

/** Ends a context, with the error that nobody took. Never fails. */
export function teardownAppContext(context: AppContext, exception: unknown): Maybe<void> {
  const ended = runHooks(context.app.teardownAppContextHooks, exception, context)
  if (!appcontextTearingDown.hasReceivers && !appcontextPopped.hasReceivers) return ended
  return andThen(ended, () => {
    tell(appcontextTearingDown, { exception, context })
    tell(appcontextPopped, { context })
  })
}

function runHooks<C extends AppContext>(
  hooks: readonly ((error: unknown, context: C) => Maybe<void>)[],
  exception: unknown,
  context: C,
): Maybe<void> {
  if (hooks.length === 0) return undefined
  return runAll(hooks, exception, context, (failure) => context.app.logException(failure, context))
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
