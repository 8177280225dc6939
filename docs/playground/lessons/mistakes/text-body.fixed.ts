import type { Application } from '@phial/core'

export const app: Application = (_environ, startResponse) => {
  startResponse('200 OK', [['Content-Type', 'text/plain; charset=utf-8']])
  return [new TextEncoder().encode('Tea is ready.\n')]
}
