import type { Application } from '@phial/core'

/** Responds with the strings of its environ, and the length of the body. */
export const app: Application = async (environ, startResponse) => {
  const { byteLength: length } = await environ['wsgi.input'].read()
  const texts = Object.entries(environ).filter(([, value]) => typeof value === 'string')
  startResponse('200 OK', [['Content-Type', 'application/json']])
  return [Buffer.from(JSON.stringify({ ...Object.fromEntries(texts), length }))]
}
