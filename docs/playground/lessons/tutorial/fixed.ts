import type { Application } from '@phial/core'

export const fixed: Application = (_environ, startResponse) => {
  const text = 'Grüße'
  startResponse('200', [
    ['Content-Type', 'text/plain; charset=utf-8'],
    ['Content-Length', String(text.length)],
    ['Connection', 'keep-alive'],
  ])
  return [new TextEncoder().encode(text)]
}
