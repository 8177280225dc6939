import type { Application } from '@phial/core'

export const app: Application = function* (_environ, startResponse) {
  startResponse('200 OK', [['Content-Type', 'text/plain; charset=utf-8']])
  for (const tea of ['green', 'black', 'mint']) yield new TextEncoder().encode(`${tea}\n`)
}
