import type { Application } from '@phial/core'

/** Fails, or responds with a header and two cookies. */
export const app: Application = (environ, startResponse) => {
  if (environ.PATH_INFO === '/fail') throw new Error('the password is x')
  startResponse('200 OK', [
    ['Content-Type', 'text/plain'],
    ['X-Out', 'o'],
    ['Set-Cookie', 'a=1'],
    ['Set-Cookie', 'b=2'],
  ])
  return [Buffer.from('hello')]
}
