/** The same answer by a view of the framework, on the reference server. */
import { makeServer } from '@phial/server'
import { Phial, Response } from 'phial'
import { HELLO } from './hello.ts'

const app = new Phial(import.meta.url, { staticFolder: null })
app.get(
  '/',
  () => new Response(HELLO, { headers: { 'Content-Type': 'text/plain; charset=utf-8' } }),
)

const server = makeServer('127.0.0.1', 0, app)
await server.ready()
console.log(`http://127.0.0.1:${server.serverPort}/`)
await server.serveForever()
