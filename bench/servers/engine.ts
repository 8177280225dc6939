/** The same answer by a gateway application on the engine. */
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { errorStream, run, type Application } from '@phial/core'
import { engine } from '../../packages/server/dist/engine/engine.js'
import { peerOf } from '../../packages/server/dist/peer.js'
import { defaultLimits } from '../../packages/server/dist/transport.js'

const BODY = Buffer.from('Hello world\n')

const app: Application = (_environ, startResponse) => {
  startResponse('200 OK', [['Content-Type', 'text/plain; charset=utf-8']])
  return [BODY]
}

const transport = engine({
  handle: (environ, answer) => run(app, environ, answer),
  errors: errorStream((text) => void process.stderr.write(text)),
  multiprocess: false,
  limits: defaultLimits,
})
const server = createServer({ allowHalfOpen: true }, (socket) =>
  transport.accept(socket, peerOf(socket, '127.0.0.1')),
).listen(0, '127.0.0.1')
await once(server, 'listening')
console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
