/** A gateway application with nothing around it. */
import type { Application } from '@phial/core'

export const clock: Application = (environ, startResponse) => {
  const { REQUEST_METHOD: method, SCRIPT_NAME: mount } = environ
  if (method !== 'GET' && method !== 'HEAD') {
    startResponse('405 Method Not Allowed', [['Allow', 'GET, HEAD']])
    return []
  }
  startResponse('200 OK', [['Content-Type', 'text/plain; charset=utf-8']])
  return [new TextEncoder().encode(`At ${mount} it is ${new Date().toISOString()}.\n`)]
}
