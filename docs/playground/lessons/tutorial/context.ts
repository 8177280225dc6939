import type { Application } from '@phial/core'
import { application, type View } from './http.ts'

/** In Node, this also stores the request for `currentRequest()`. In the playground, only the view gets it. */
export function withContext(view: View): Application {
  return application(view)
}
