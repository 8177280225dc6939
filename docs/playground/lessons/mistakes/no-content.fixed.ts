import type { Application } from '@phial/core'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

export const app: Application = (environ, startResponse) => {
  if (environ.REQUEST_METHOD === 'DELETE') {
    startResponse('204 No Content', [])
    return []
  }
  startResponse('200 OK', [['Content-Type', 'text/plain; charset=utf-8']])
  return [bytes('A pot of tea\n')]
}
