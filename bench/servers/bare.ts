/** A handler written by hand, without a gateway: the baseline. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { HELLO } from './hello.ts'

const BODY = Buffer.from(HELLO)

const server = createServer((_request, response) => {
  response.writeHead(200, [
    'Content-Type',
    'text/plain; charset=utf-8',
    'Content-Length',
    String(BODY.byteLength),
  ])
  response.end(BODY)
}).listen(0, '127.0.0.1')
await once(server, 'listening')
console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
