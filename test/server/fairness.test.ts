/** Many clients on one event loop: no client delays the others, and none is timed out for a delay of the process. */
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { errorStream, type Application } from '@phial/core'
import { describe, expect, test } from 'vitest'
import { openIngress } from '../../packages/server/src/ingress/ingress.ts'
import { forwarded } from '../../packages/server/src/ingress/forwarded.ts'
import { pipeline } from '../../packages/server/src/pipeline.ts'
import { defaultLimits, localEndOf } from '../../packages/server/src/transport.ts'
import { deferred } from '../support/deferred.ts'
import { turn } from '../support/turn.ts'
import { MemorySocket } from './support/memory-socket.ts'
import { open, readAnswer, request } from './support/raw.ts'
import { bytes } from './support/server.ts'
import { carrying, transports } from './support/transport.ts'

const PEER = {
  remoteAddr: '192.0.2.1',
  remotePort: '1',
  serverName: 'a',
  serverPort: '80',
  scheme: 'http',
} as const

const get = (path = '/', ...lines: string[]): string =>
  request([`GET ${path} HTTP/1.1`, 'Host: a', ...lines])

/** Blocks the event loop for this many milliseconds. */
function block(milliseconds: number): void {
  const end = performance.now() + milliseconds
  while (performance.now() < end);
}

describe.each(transports)('the transport %s', (_, make) => {
  test.each([
    ['synchronous', (): Uint8Array[] => [bytes('.')]],
    ['asynchronous', async (): Promise<Uint8Array[]> => [bytes('.')]],
  ])(
    'a burst of pipelined requests with %s responses does not delay other clients',
    async (_, answer) => {
      const order: string[] = []
      await using carried = await carrying(make, (environ, startResponse) => {
        order.push(environ.PATH_INFO)
        if (environ.PATH_INFO === '/burst') block(1)
        startResponse('200 OK', [])
        return answer()
      })
      const [greedy, other] = [await open(carried.port), await open(carried.port)]
      greedy.send(get('/burst').repeat(200))
      await greedy.until('200 OK')
      other.send(get('/other'))
      await other.until('200 OK')
      await greedy.until((text) => text.split('200 OK').length > 200)
      expect(order).toHaveLength(201)
      expect(order.indexOf('/other')).toBeLessThan(order.length - 1)
      greedy.socket.destroy()
      other.socket.destroy()
    },
  )

  test('a burst that takes several reads is answered completely and in order', async () => {
    const count = 5000
    await using carried = await carrying(make, (environ, startResponse) => {
      startResponse('200 OK', [])
      return [bytes(`<${environ.PATH_INFO}>`)]
    })
    const client = await open(carried.port)
    const paths = Array.from({ length: count }, (_, at) => `/${at}`)
    client.send(paths.map((path) => get(path)).join(''))
    const received = await client.until(`</${count - 1}>`)
    expect(Array.from(received.matchAll(/<(.+?)>/g), ([, path]) => path)).toEqual(paths)
    client.socket.destroy()
  })

  test.each(['sync', 'async'])('a %s body that is produced without a pause does not delay other clients', async (kind) => {
    let rows = 0
    let rowsBefore = 0
    function* table(): Generator<Uint8Array> {
      for (; rows < 300; rows++) {
        block(1)
        yield bytes('row\n')
      }
    }
    await using carried = await carrying(make, (environ, startResponse) => {
      startResponse('200 OK', [])
      if (environ.PATH_INFO === '/table')
        return kind === 'sync' ? table() : (async function* rows() { yield* table() })()
      rowsBefore = rows
      return [bytes('.')]
    })
    const [greedy, other] = [await open(carried.port), await open(carried.port)]
    greedy.send(get('/table'))
    await greedy.until('row')
    other.send(get('/other'))
    await other.until('200 OK')
    await greedy.until((text) => text.includes('0\r\n\r\n'))
    expect(rowsBefore).toBeLessThan(rows)
    expect(readAnswer(greedy.received).body).toBe('row\n'.repeat(300))
    greedy.socket.destroy()
    other.socket.destroy()
  }) // prettier-ignore

  test('a long turn of the event loop causes no timeout', async () => {
    const limits = { keepAlive: 0.3, headTimeout: 0.3, bodyTimeout: 0.3, writeTimeout: 0.3 }
    const blocking = deferred()
    await using carried = await carrying(
      make,
      async (environ, startResponse) => {
        if (environ.PATH_INFO === '/block') {
          await blocking.promise
          block(1500)
        }
        const body = await environ['wsgi.input'].read()
        startResponse('200 OK', [])
        return [bytes(`${environ.PATH_INFO} ${body.byteLength}.`)]
      },
      limits,
    )
    const [busy, kept, posting, asking] = await Promise.all([1, 2, 3, 4].map(() => open(carried.port)))
    kept?.send(get('/first'))
    await kept?.until('/first 0.')
    posting?.send(request(['POST /body HTTP/1.1', 'Host: a', 'Content-Length: 10'], 'begun'))
    asking?.send('GET /head HTTP/1.1\r\n')
    busy?.send(get('/block'))
    await turn()
    await turn()
    blocking.resolve()
    // The client is in this process, so its bytes are sent now and wait in the socket while the server blocks.
    kept?.send(get('/second'))
    posting?.send('ended')
    asking?.send('Host: a\r\n\r\n')
    expect(await kept?.until('/second 0.')).toMatch(/\/second 0\.$/)
    expect(await posting?.until(/./.test.bind(/200|408/))).toContain('/body 10.')
    expect(await asking?.until(/./.test.bind(/200|408/))).toContain('/head 0.')
    for (const one of [busy, kept, posting, asking]) one?.socket.destroy()
  }) // prettier-ignore

  test('phial.retiring is one signal for all requests, and is aborted when the server retires', async () => {
    const signals = new Set<AbortSignal | undefined>()
    const begun = deferred()
    await using carried = await carrying(make, async function* events(environ, startResponse) {
      const retiring = environ['phial.retiring']
      signals.add(retiring)
      startResponse('200 OK', [['Content-Type', 'text/event-stream']])
      yield bytes('data: 1\n\n')
      begun.resolve()
      if (retiring?.aborted === false) await once(retiring, 'abort')
      yield bytes('data: bye\n\n')
    })
    const clients = [await open(carried.port), await open(carried.port)]
    for (const client of clients) client.send(get())
    await Promise.all([begun.promise, ...clients.map((client) => client.until('data: 1'))])
    const retired = carried.transport.retire()
    for (const client of clients) {
      expect(await client.until('0\r\n\r\n')).toContain('data: bye') // oxlint-disable-line no-await-in-loop
      client.socket.destroy()
    }
    await retired
    expect([...signals].map((signal) => signal?.aborted)).toEqual([true])
  })

  test('a server that retires closes an idle connection long before --keep-alive', async () => {
    await using carried = await carrying(make, (_environ, startResponse) => {
      startResponse('200 OK', [])
      return [bytes('.')]
    })
    const [unused, used] = [await open(carried.port), await open(carried.port)]
    for (const client of [unused, used]) {
      client.send(get())
      await client.until('200 OK') // oxlint-disable-line no-await-in-loop -- one after another
    }
    const retired = carried.transport.retire()
    used.received = ''
    used.send(get())
    expect(await used.until('\r\n\r\n')).toMatch(/200 OK[^]*Connection: close/i)
    await Promise.all([retired, unused.closed, used.closed])
    expect(unused.error).toBeUndefined()
  })

  test('closing aborts phial.retiring too', async () => {
    let signal: AbortSignal | undefined
    await using carried = await carrying(make, (environ, startResponse) => {
      signal = environ['phial.retiring']
      startResponse('200 OK', [])
      return []
    })
    const client = await open(carried.port)
    client.send(get('/', 'Connection: close'))
    await client.closed
    expect(signal?.aborted).toBe(false)
    await carried.close()
    expect(signal?.aborted).toBe(true)
  })

  test('each chunk of a slow body is sent before the next one is produced', async () => {
    const made = [deferred(), deferred(), deferred()]
    await using carried = await carrying(make, async function* slow(_environ, startResponse) {
      startResponse('200 OK', [])
      for (const [at, wait] of made.entries()) {
        yield bytes(`one ${at}. `)
        yield bytes(`two ${at}. `)
        await wait.promise
      }
    })
    const client = await open(carried.port)
    client.send(get())
    for (const [at, { resolve }] of made.entries()) {
      await client.until(`two ${at}.`) // oxlint-disable-line no-await-in-loop -- one after another
      resolve()
    }
    await client.until('0\r\n\r\n')
    client.socket.destroy()
  })

  test('a chunk that took long to produce does not wait for the next one', async () => {
    const socket = new MemorySocket()
    const sent: string[] = []
    const over = deferred()
    await using carried = await carrying(make, function* slow(_environ, startResponse) {
      startResponse('200 OK', [])
      for (const chunk of ['one', 'two', 'three']) {
        block(40)
        sent.push(/one|two/g[Symbol.match](socket.answered)?.join() ?? '')
        yield bytes(chunk)
      }
      over.resolve()
    })
    carried.transport.accept(socket.socket, PEER)
    await turn()
    socket.deliver(Buffer.from(get()))
    await over.promise
    expect(sent).toEqual(['', 'one', 'one,two'])
    socket.destroy()
  })
})

test('a peer that resets its connection is not trusted as a proxy', async () => {
  const asked: (string | undefined)[] = []
  const [, [, make]] = transports as never as [unknown, (typeof transports)[0]]
  const app: Application = (environ, startResponse) => {
    asked.push(environ.REMOTE_ADDR)
    startResponse('200 OK', [])
    return []
  }
  const shared = { errors: errorStream(() => undefined), multiprocess: false }
  const transport = make({
    ...shared,
    handle: pipeline({ app, forwarding: forwarded(['10.9.9.9']) }).handle,
    limits: defaultLimits,
  })
  const ingress = openIngress({ ...shared, allow: ['10.9.9.9'], timeout: 30 }, (...visitor) =>
    transport.accept(...visitor),
  )
  const accepted = deferred()
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true }, (socket) => {
    // Passed on late, as from another process. The client has reset the connection by then.
    void accepted.promise.then(() =>
      ingress.enter(socket, localEndOf(server.address(), '127.0.0.1')),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = await open((server.address() as AddressInfo).port)
  client.send(request(['POST /x HTTP/1.1', 'Host: a', 'X-Forwarded-For: 6.6.6.6', 'Content-Length: 0'])) // prettier-ignore
  client.socket.resetAndDestroy()
  await client.closed
  await turn()
  accepted.resolve()
  for (let turns = 0; turns < 20; turns++) await turn() // oxlint-disable-line no-await-in-loop
  expect(asked).not.toContain('6.6.6.6')
  await transport.close(true)
  server.close()
})
