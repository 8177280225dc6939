/** Maps requests to their app contexts, which have more information than the gateway. */
import type { Environ } from '@phial/core'
import { RequestContext } from '../context/context.ts'
import { appcontextPushed } from '../observers/signals.ts'

const contexts = new WeakMap<Environ, RequestContext>()
let isWatching = false

/** Starts recording contexts, each for the lifetime of its request. */
export function watchContexts(): void {
  if (isWatching) return
  isWatching = true
  appcontextPushed.connect((_, { context }) => {
    if (context instanceof RequestContext) contexts.set(context.request.environ, context)
  })
}

/** Returns the context of a request; `undefined` if no Phial app handled it. */
export function contextOf(environ: Environ): RequestContext | undefined {
  return contexts.get(environ)
}
