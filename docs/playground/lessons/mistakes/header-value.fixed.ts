import type { Application } from '@phial/core'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

export const app: Application = (environ, startResponse) => {
  const name = new URLSearchParams(environ.QUERY_STRING).get('name') ?? 'stranger'
  startResponse('200 OK', [
    ['Content-Type', 'text/plain; charset=utf-8'],
    ['X-Guest', encodeURIComponent(name)],
  ])
  return [bytes('Your name is in a header.\n')]
}
