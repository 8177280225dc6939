/** The lower bound for a server in JavaScript: sends the same bytes for any input, without HTTP and without a gateway. */
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'

const BYTES = Number(process.env['BYTES'] ?? 12)
const ANSWER = [
  'HTTP/1.1 200 OK',
  'Content-Type: text/plain; charset=utf-8',
  `Content-Length: ${BYTES}`,
  `Date: ${new Date().toUTCString()}`,
  'Connection: keep-alive',
  'Keep-Alive: timeout=5',
  '',
  'x'.repeat(BYTES),
].join('\r\n')

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('data', () => void socket.write(ANSWER, 'latin1'))
  socket.on('error', () => socket.destroy())
}).listen(0, '127.0.0.1')
await once(server, 'listening')
console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
