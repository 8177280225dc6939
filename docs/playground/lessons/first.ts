import type { Application } from '@phial/core'

export const app: Application = (environ, startResponse) => {
  startResponse('200 OK', [['Content-Type', 'text/plain; charset=utf-8']])
  return [new TextEncoder().encode(`You asked for ${environ.PATH_INFO}\n`)]
}
