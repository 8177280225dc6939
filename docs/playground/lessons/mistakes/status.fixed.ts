import type { Application } from '@phial/core'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

export const app: Application = (environ, startResponse) => {
  startResponse('200 OK', [['Content-Type', 'text/plain; charset=utf-8']])
  return [bytes(`You asked for ${environ.PATH_INFO}\n`)]
}
