import type { Application } from '@phial/core'
import { application, type View } from './http.ts'

/** In Node, this keeps the request for `currentRequest()`. Here the view has it as its argument, and nobody else. */
export function withContext(view: View): Application {
  return application(view)
}
