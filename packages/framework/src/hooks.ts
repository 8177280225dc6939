/** Running hooks, one after another, each awaited only if it has to be. */
import type { RequestContext } from './context.ts'
import { andThen, type Maybe, recover } from './maybe.ts'
import type { Response } from './response.ts'
import type { AfterRequest, BeforeRequest, TeardownRequest } from './views.ts'

/** Asks `beforeRequest` hooks until one has an answer. */
export function firstAnswer(
  hooks: readonly BeforeRequest[],
  context: RequestContext,
): Maybe<unknown> {
  return hooks.reduce<Maybe<unknown>>(
    (last, hook) => andThen(last, (answer) => answer ?? hook(context) ?? undefined),
    undefined,
  )
}

/** Hands a response from one `afterRequest` hook to the next. */
export function afterAll(
  hooks: readonly AfterRequest[],
  response: Response,
  context: RequestContext,
): Maybe<Response> {
  return hooks.reduce<Maybe<Response>>(
    (last, hook) => andThen(last, (made) => andThen(hook(made, context), (next) => next ?? made)),
    response,
  )
}

/** Runs all `teardownRequest` hooks, whatever one of them does. */
export function tearDown(
  hooks: readonly TeardownRequest[],
  error: unknown,
  context: RequestContext,
  log: (failure: unknown) => void,
): Maybe<void> {
  return hooks.reduce<Maybe<void>>(
    (last, hook) => andThen(last, () => recover(() => hook(error, context), log)),
    undefined,
  )
}
