/** A request body over a real socket. `node-http.test.ts` tests bodies that are too long or too slow. */
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import type { Timed } from '../../../packages/server/src/deadlines.ts'
import { NodeRequestBody } from '../../../packages/server/src/node-http/body.ts'
import { BODY_RATE, UNREAD_LIMIT, defaultLimits } from '../../../packages/server/src/transport.ts'
import { deferred } from '../../support/deferred.ts'
import { turn } from '../../support/turn.ts'
import { open, request, type RawConnection } from '../support/raw.ts'

/** Resolves with a request whose head has arrived, and its client. */
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
  throw new Error('the request was rejected')
}

test('yields its pieces one after another until the end', async () => {
  const { request: asked, client, close } = await begun(['Content-Length: 5'])
  const body = new NodeRequestBody(asked, defaultLimits)
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

test('may take any time at 240 bytes per second, and is late at a lower rate', async () => {
  const { request: asked, client, close } = await begun(['Content-Length: 1000000'])
  const refused: string[] = []
  const watched = new Set<Timed>()
  const limits = { ...defaultLimits, bodyTimeout: 10 }
  const body = new NodeRequestBody(asked, limits, {
    add: (one) => void watched.add(one),
    delete: (one) => void watched.delete(one),
  })
  const pieces = body.pieces(({ status }) => void refused.push(status))
  const after = async (seconds: number, bytes: number): Promise<unknown> => {
    const next = pieces.next()
    await turn()
    for (const one of watched) one.look(0) // the first check only finds it
    for (const one of watched) one.look(seconds * 1000)
    client.send('x'.repeat(bytes))
    return next
  }
  for (let time = 0; time < 5; time++) await after(9, BODY_RATE * 10)
  expect(refused).toEqual([])
  await after(4, 1)
  await after(4, 1)
  await expect(after(4, 1)).rejects.toMatchObject({ name: 'AbortError' })
  expect(refused).toEqual(['408 Request Timeout'])
  expect(watched.size).toBe(0)
  close()
})

test('has an infinite length if chunked, and throws an AbortError if the client disconnects', async () => {
  const { request: asked, client, close } = await begun(['Transfer-Encoding: chunked'])
  const body = new NodeRequestBody(asked, defaultLimits)
  expect(body.length).toBe(Infinity)
  const next = body.pieces(never).next()
  client.socket.destroy()
  await expect(next).rejects.toMatchObject({ name: 'AbortError' })
  close()
})

test('discard() reads the rest of the body, and pending reads throw an AbortError', async () => {
  const long = await begun([`Content-Length: ${UNREAD_LIMIT * 4}`])
  const body = new NodeRequestBody(long.request, defaultLimits)
  const pieces = body.pieces(never)
  long.client.send('x'.repeat(UNREAD_LIMIT))
  await pieces.next()
  const ended = once(long.request, 'end')
  body.discard()
  await expect(pieces.next()).rejects.toMatchObject({ name: 'AbortError' })
  long.client.send('x'.repeat(UNREAD_LIMIT * 3))
  await ended
  long.close()
})
