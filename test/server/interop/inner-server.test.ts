import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { InnerServer, streamPair } from '../../../packages/server/src/interop/inner-server.ts'

test('streamPair: one stream reads what the other writes, in both directions', async () => {
  const [one, two] = streamPair()
  one.write('ab')
  one.end('cd')
  let read = ''
  two.on('data', (part) => (read += String(part)))
  await once(two, 'end')
  expect(read).toBe('abcd')
  two.end('back')
  expect((await one.toArray()).join('')).toBe('back')
})

test('streamPair: a write is not complete until it is read', async () => {
  const [one, two] = streamPair()
  const chunk = Buffer.alloc(1_000_000)
  expect(one.write(chunk)).toBe(false)
  expect(one.writableNeedDrain).toBe(true)
  two.resume()
  await once(one, 'drain')
  one.destroy()
})

test('streamPair: destroying one stream closes the other', async () => {
  const [one, two] = streamPair()
  two.on('error', () => undefined)
  one.destroy()
  await once(two, 'close')
  expect(two.destroyed).toBe(true)
})

test('calls the listener with real request and socket objects, which have both ends', async () => {
  const server = new InnerServer()
  const ends = { remoteAddress: '192.0.2.1', remotePort: 5, localPort: 80, encrypted: true }
  const asked = server.ask({ path: '/x', fields: [['a', 'b']] }, ends, (request, response) => {
    const { remoteAddress, remotePort } = request.socket
    response.end([request.url, request.headers['a'], remoteAddress, remotePort].join(' '))
  })
  asked.end()
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  expect((await answer.toArray()).join('')).toBe('/x b 192.0.2.1 5')
})
