/** An application, and exports that are not applications. */
import { FileWrapper, type Application, type Environ, type StartResponse } from '@phial/core'
import { other } from './other.ts'

export const app: Application = (environ, startResponse) => {
  const isSame = environ['wsgi.file_wrapper'] === FileWrapper
  startResponse('200 OK', [['Content-Type', 'text/plain']])
  return [Buffer.from(`${other} ${isSame ? 'same' : 'copied'}\n`)]
}

export const site = {
  name: 'site',
  handle(_: Environ, startResponse: StartResponse): Uint8Array[] {
    startResponse('200 OK', [])
    return [Buffer.from(this.name)]
  },
}

export function createApp(text: string, times = 1): Application {
  return (_, startResponse) => {
    startResponse('200 OK', [])
    return [Buffer.from(text.repeat(times))]
  }
}

export async function later(): Promise<{ wsgiApp: Application }> {
  return { wsgiApp: app }
}

export function noParameters(): Application {
  return app
}

export function throws(): never {
  throw new Error('no database')
}

export const text = 'hello'
export const nothing = null
export const list = [app]
export class Site {}
