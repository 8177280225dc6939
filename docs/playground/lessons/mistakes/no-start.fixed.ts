import type { Application } from '@phial/core'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

export const app: Application = (environ, startResponse) => {
  if (environ.REQUEST_METHOD === 'GET') {
    startResponse('200 OK', [['Content-Type', 'text/plain; charset=utf-8']])
    return [bytes('Which tea?\n')]
  }
  startResponse('405 Method Not Allowed', [
    ['Content-Type', 'text/plain; charset=utf-8'],
    ['Allow', 'GET'],
  ])
  return [bytes('Method Not Allowed\n')]
}
