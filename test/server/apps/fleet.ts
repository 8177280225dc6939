/**
 * Responds with its process id. `/slow` waits until the body of a `POST /go` has arrived in the same process, `/loop` never
 * ends, `/crash` exits, `/grow` allocates another 64 MB, and `/stray` causes an unhandled rejection.
 */
import type { Application } from '@phial/core'

const waiting: (() => void)[] = []
const held: Buffer[] = []

export const app: Application = async (environ, startResponse) => {
  const { PATH_INFO: path } = environ
  if (environ.REQUEST_METHOD === 'POST') await environ['wsgi.input'].read()
  if (path === '/loop') for (;;) if (held.length < 0) break
  if (path === '/crash') process.exit(7)
  if (path === '/stray') void Promise.reject(new Error('unhandled\n[forged] line'))
  if (path === '/grow') held.push(Buffer.alloc(64 * 2 ** 20, 1))
  if (path === '/slow') {
    console.log(`waiting in ${process.pid}`)
    await new Promise<void>((resolve) => waiting.push(resolve))
  }
  if (path === '/go') for (const go of waiting.splice(0)) go()
  startResponse('200 OK', [['Content-Type', 'text/plain']])
  return [Buffer.from(String(process.pid))]
}
