/** The same answer by a gateway application on the reference server. */
import type { Application } from '@phial/core'
import { makeServer } from '@phial/server'
import { HELLO } from './hello.ts'

const BODY = Buffer.from(HELLO)

const app: Application = (_environ, startResponse) => {
  startResponse('200 OK', [['Content-Type', 'text/plain; charset=utf-8']])
  return [BODY]
}

const server = makeServer('127.0.0.1', 0, app)
await server.ready()
console.log(`http://127.0.0.1:${server.serverPort}/`)
await server.serveForever()
