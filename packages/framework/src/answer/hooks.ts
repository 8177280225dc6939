/** Runs hooks, one after another. It waits only for hooks that return a promise. */
import type { AfterRequest, RequestContext } from '../context/context.ts'
import { andThen, isPromise, type Maybe, recover } from '../helpers/promises.ts'
import type { Response } from '../response/response.ts'
import { hookResponse } from './answers.ts'
import type { BeforeRequest } from './views.ts'

/** Runs `beforeRequest` hooks in turn until one returns a response. Returns that response; `undefined` if none does. */
export function runBefore(
  hooks: readonly BeforeRequest[],
  context: RequestContext,
  from: number = 0,
): Maybe<Response | undefined> {
  for (let at = from; at < hooks.length; at += 1) {
    const hook = hooks[at]
    const answer: unknown = hook?.(context)
    if (answer === undefined || hook === undefined) continue
    if (!isPromise(answer)) return hookResponse(answer, 'beforeRequest', hook, context)
    return Promise.resolve(answer).then((late) => {
      const response = hookResponse(late, 'beforeRequest', hook, context)
      return response ?? runBefore(hooks, context, at + 1)
    })
  }
  return undefined
}

/** Passes a response from hook to hook. Each may return another one, which is passed to the next. */
export function runAfter(
  hooks: readonly AfterRequest[],
  response: Response,
  context: RequestContext,
  from: number = 0,
): Maybe<Response> {
  let last = response
  for (let at = from; at < hooks.length; at += 1) {
    const hook = hooks[at]
    const answer: unknown = hook?.(last, context)
    if (answer === undefined || hook === undefined) continue
    if (isPromise(answer)) {
      return Promise.resolve(answer).then((late) =>
        runAfter(hooks, hookResponse(late, 'afterRequest', hook, context) ?? last, context, at + 1),
      )
    }
    last = hookResponse(answer, 'afterRequest', hook, context) ?? last
  }
  return last
}

/** Runs all teardown hooks, even if some of them throw. `report` is called with each error. */
export function runTeardown<S>(
  hooks: readonly ((error: unknown, subject: S) => Maybe<void>)[],
  error: unknown,
  subject: S,
  report: (failure: unknown) => void,
): Maybe<void> {
  let last: Maybe<void> = undefined
  for (const hook of hooks) {
    last = andThen(last, () => recover(() => hook(error, subject), report))
  }
  return last
}
