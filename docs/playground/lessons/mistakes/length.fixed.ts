import type { Application } from '@phial/core'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

export const app: Application = (_environ, startResponse) => {
  const body = bytes('Grüße aus dem Teehaus\n')
  startResponse('200 OK', [
    ['Content-Type', 'text/plain; charset=utf-8'],
    ['Content-Length', String(body.length)],
  ])
  return [body]
}
