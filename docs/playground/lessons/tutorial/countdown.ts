import type { Application } from '@phial/core'

export const countdown: Application = (_environ, startResponse) => {
  startResponse('200 OK', [['Content-Type', 'text/plain; charset=utf-8']])
  return [new TextEncoder().encode('3\n2\n1\n')] // one chunk: there should be three
}
