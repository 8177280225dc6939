/** A bare gateway application. */
import type { Application } from '@phial/core'
import { page, wantsPage } from './page.ts'

export const clock: Application = (environ, startResponse) => {
  const { REQUEST_METHOD: method, SCRIPT_NAME: mount } = environ
  if (method !== 'GET' && method !== 'HEAD') {
    startResponse('405 Method Not Allowed', [['Allow', 'GET, HEAD']])
    return []
  }
  const isPage = wantsPage(environ['HTTP_ACCEPT'])
  const line = `At ${mount} it is ${new Date().toISOString()}.`
  startResponse('200 OK', [
    ['Content-Type', `text/${isPage ? 'html' : 'plain'}; charset=utf-8`],
    ['Vary', 'Accept'],
  ])
  return [new TextEncoder().encode(isPage ? page(mount, 'The clock', [line]) : `${line}\n`)]
}
