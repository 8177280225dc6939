import type { Application } from '@phial/core'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

const brew = (kind: string | null): string => {
  if (kind === 'coffee') throw new Error('This is a teapot')
  return `A cup of ${kind ?? 'tea'}\n`
}

export const app: Application = (environ, startResponse) => {
  const kind = new URLSearchParams(environ.QUERY_STRING).get('kind')
  startResponse('200 OK', [['Content-Type', 'text/plain; charset=utf-8']])
  try {
    return [bytes(brew(kind))]
  } catch (error) {
    startResponse(
      '500 Internal Server Error',
      [['Content-Type', 'text/plain; charset=utf-8']],
      error,
    )
    return [bytes(`${String(error)}\n`)]
  }
}
