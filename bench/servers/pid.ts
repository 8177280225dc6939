/** A gateway application that answers with its process id. */
import type { Application } from '@phial/core'

const body = [Buffer.from(String(process.pid))]
const headers: [string, string][] = [['Content-Type', 'text/plain']]

export const app: Application = (_environ, startResponse) => {
  startResponse('200 OK', [...headers])
  return body
}
