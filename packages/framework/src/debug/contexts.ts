/** Which app's context a request has, so that a page can say more than the gateway knows. */
import type { Environ } from '@phial/core'
import { RequestContext } from '../context/context.ts'
import { appcontextPushed } from '../observers/signals.ts'

const contexts = new WeakMap<Environ, RequestContext>()
let isWatching = false

/** From now on, contexts are remembered as long as their requests live. */
export function watchContexts(): void {
  if (isWatching) return
  isWatching = true
  appcontextPushed.connect((_, { context }) => {
    if (context instanceof RequestContext) contexts.set(context.request.environ, context)
  })
}

/** The context of a request, if an app of Phial's was asked. */
export function contextOf(environ: Environ): RequestContext | undefined {
  return contexts.get(environ)
}
