/** A request's body over a real socket; what is too long or too slow is in `node-http.test.ts`. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { Body } from '../../../packages/server/src/node-http/body.ts'
import { UNREAD_LIMIT, defaultLimits } from '../../../packages/server/src/transport.ts'
import { deferred } from '../../support/deferred.ts'
import { open, request, type RawConnection } from '../support/raw.ts'

/** A request whose head has come, and the client's side of it. */
async function begun(
  lines: readonly string[],
): Promise<{ request: IncomingMessage; client: RawConnection; close: () => void }> {
  const came = deferred<IncomingMessage>()
  const server = createServer((asked) => came.resolve(asked)).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const client = await open((server.address() as AddressInfo).port)
  client.send(request(['POST / HTTP/1.1', 'Host: a', ...lines]))
  const close = (): void => {
    client.socket.destroy()
    server.close()
  }
  return { request: await came.promise, client, close }
}

const never = (): never => {
  throw new Error('it was refused')
}

test('its pieces come one after another, up to the end', async () => {
  const { request: asked, client, close } = await begun(['Content-Length: 5'])
  const body = new Body(asked, defaultLimits)
  expect([body.length, body.isReceived]).toEqual([5, false])
  const pieces = body.pieces(never)
  client.send('ab')
  expect(String((await pieces.next()).value)).toBe('ab')
  client.send('cde')
  expect(String((await pieces.next()).value)).toBe('cde')
  expect(await pieces.next()).toEqual({ done: true, value: undefined })
  expect(body.isReceived).toBe(true)
  close()
})

test('a chunked one has no length; a client that leaves ends the reading', async () => {
  const { request: asked, client, close } = await begun(['Transfer-Encoding: chunked'])
  const body = new Body(asked, defaultLimits)
  expect(body.length).toBe(Infinity)
  const next = body.pieces(never).next()
  client.socket.destroy()
  await expect(next).rejects.toMatchObject({ name: 'AbortError' })
  close()
})

test('what is left is swallowed to its end, or as far as is bearable', async () => {
  const short = await begun(['Content-Length: 5'])
  const swallowed = new Body(short.request, defaultLimits).swallow()
  short.client.send('abcde')
  await swallowed
  expect(short.request.readableEnded).toBe(true)
  short.close()

  const long = await begun([`Content-Length: ${UNREAD_LIMIT * 4}`])
  long.client.send('x'.repeat(UNREAD_LIMIT * 2))
  await new Body(long.request, defaultLimits).swallow()
  expect(long.request.readableEnded).toBe(false)
  long.close()
})
