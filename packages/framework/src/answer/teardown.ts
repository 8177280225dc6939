/** Ends a context: runs the hooks of the request, then those of the app. All of them run, even if some throw. Their errors are logged. */
import { type AppContext, RequestContext } from '../context/context.ts'
import { andThen, type Maybe } from '../helpers/promises.ts'
import { contextPopped, requestTornDown } from '../observers/observers.ts'
import { connectedReceivers } from '../observers/signals.ts'
import { runTeardown } from './hooks.ts'
import type { TeardownAppContext, TeardownRequest } from './views.ts'

/** The hooks that run at the end of a context. */
export interface TeardownHooks {
  readonly request: readonly TeardownRequest[]
  readonly app: readonly TeardownAppContext[]
}

/** Ends a context, with the unhandled error if there was one. Never fails. */
export function teardown(context: AppContext, error: unknown, hooks: TeardownHooks): Maybe<void> {
  const ended =
    context instanceof RequestContext ? endRequest(context, error, hooks.request) : undefined
  return andThen(ended, () => endContext(context, error, hooks.app))
}

function endRequest(
  context: RequestContext,
  error: unknown,
  hooks: readonly TeardownRequest[],
): Maybe<void> {
  const ended = runHooks(hooks, error, context)
  return andThen(ended, () => {
    if (connectedReceivers > 0) requestTornDown(context.app, context, error)
    return context.request.close()
  })
}

function endContext(
  context: AppContext,
  error: unknown,
  hooks: readonly TeardownAppContext[],
): Maybe<void> {
  const ended = runHooks(hooks, error, context)
  return connectedReceivers > 0
    ? andThen(ended, () => contextPopped(context.app, context, error))
    : ended
}

function runHooks<C extends AppContext>(
  hooks: readonly ((error: unknown, context: C) => Maybe<void>)[],
  error: unknown,
  context: C,
): Maybe<void> {
  if (hooks.length === 0) return undefined
  return runTeardown(hooks, error, context, (failure) => context.app.logException(failure, context))
}
