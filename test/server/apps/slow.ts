/** Responds to `/slow` when the body of a `POST /go` has arrived, and to other paths immediately. */
import type { Application } from '@phial/core'

const waiting: (() => void)[] = []

export const app: Application = async (environ, startResponse) => {
  if (environ.PATH_INFO === '/slow') {
    console.log('waiting')
    await new Promise<void>((resolve) => waiting.push(resolve))
  }
  if (environ.PATH_INFO === '/go') {
    console.log('reading')
    await environ['wsgi.input'].read()
    for (const go of waiting.splice(0)) go()
  }
  startResponse('200 OK', [])
  return [Buffer.from(`done ${environ.PATH_INFO}`)]
}
