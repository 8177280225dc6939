/** Runs node-http.test.ts on the engine, and tests what only the engine has. */
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import type { Application } from '@phial/core'
import { describe, expect, test } from 'vitest'
import { engine } from '../../../packages/server/src/engine/engine.ts'
import { Intake } from '../../../packages/server/src/engine/reader.ts'
import { deferred } from '../../support/deferred.ts'
import { turn } from '../../support/turn.ts'
import { MemorySocket, settled } from '../support/memory-socket.ts'
import { exchange, open, readAnswer, request } from '../support/raw.ts'
import { bytes, echo, serveBy } from '../support/server.ts'
import { carrying } from '../support/transport.ts'

serveBy('engine')
await import('../node-http.test.ts')

const peer = { remoteAddr: '', remotePort: '', serverName: '', serverPort: '' }

const get = (path = '/', ...lines: string[]): string =>
  request([`GET ${path} HTTP/1.1`, 'Host: a', ...lines])

/** An application that answers `/wait` only after `go()`. `asked` resolves with that request. */
function waiting(): { app: Application; asked: Promise<void>; go: () => void } {
  const asked = deferred()
  const told = deferred()
  const app: Application = async (environ, startResponse) => {
    if (environ.PATH_INFO === '/wait') {
      asked.resolve()
      await told.promise
    }
    return echo(environ, startResponse)
  }
  return { app, asked: asked.promise, go: told.resolve }
}

describe('requests on one connection (RFC 9112 §9.3.2)', () => {
  test('stops reading a client that pipelines without limit', async () => {
    const { app, asked, go } = waiting()
    const socket = new MemorySocket()
    const { transport } = await carrying(engine, app)
    transport.accept(socket.socket, { ...peer, scheme: 'http' })
    await turn()
    socket.deliver(Buffer.from(get('/wait')))
    await asked
    const many = Buffer.from(get('/again').repeat(100))
    for (let times = 0; times < 100; times++) socket.deliver(many)
    expect(socket.isPaused()).toBe(true)
    expect(socket.readableLength).toBeGreaterThan(50 * many.length)
    go()
    await settled(socket)
    expect(socket.answered.split('GET /again').length - 1).toBe(10_000)
    socket.destroy()
  })
})

describe('a client that sends Connection: close (RFC 9112 §9.6)', () => {
  test.each([
    ['has sent all', 'http', 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', true],
    ['has sent all, in HTTP/1.0', 'http', 'GET / HTTP/1.0\r\n\r\n', true],
    ['has sent all, over TLS', 'https', 'GET / HTTP/1.0\r\n\r\n', false],
    ['sends more', 'http', 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nmore', false],
    ['sends a body', 'http', 'POST / HTTP/1.0\r\nContent-Length: 5\r\n\r\n', false],
    ['sends what is refused', 'http', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', false],
  ] as const)('and %s (%s)', async (_, scheme, sent, isClosed) => {
    const socket = new MemorySocket()
    const { transport } = await carrying(engine, (_environ, startResponse) => {
      startResponse('200 OK', [])
      return [bytes('answer')]
    })
    transport.accept(socket.socket, { ...peer, scheme })
    await turn()
    socket.deliver(Buffer.from(sent))
    await settled(socket)
    expect([socket.isClosed, socket.destroyed]).toEqual([true, isClosed])
    expect(transport.connections).toBe(isClosed ? 0 : 1)
    socket.destroy()
  })
})

describe('a client that closes its side', () => {
  test('receives responses that the application sends synchronously', async () => {
    await using carried = await carrying(engine, (_, startResponse) => {
      startResponse('200 OK', [])
      return [bytes('at once')]
    })
    const connection = await open(carried.port)
    connection.socket.end(get() + get())
    await connection.closed
    expect(connection.received.match(/at once/g)).toHaveLength(2)
  })

  test('counts as disconnected if its response is pending', async () => {
    const left = deferred()
    const asked = deferred()
    await using carried = await carrying(engine, async (environ) => {
      environ['phial.signal']?.addEventListener('abort', () => left.resolve())
      asked.resolve()
      await left.promise
      return []
    })
    const connection = await open(carried.port)
    connection.send(get())
    await asked.promise
    connection.socket.end()
    await left.promise
    await connection.closed
    expect(carried.errors).toEqual([])
    expect(carried.records.map(({ status }) => status)).toEqual([''])
  })
})

describe('another protocol (RFC 9110 §7.8)', () => {
  const upgrading = get('/', 'Connection: Upgrade', 'Upgrade: Echo')

  /** Echoes the input until it reads `bye` or the client has closed its side. */
  const talking: Application = async function* talk(environ, startResponse) {
    if (environ['phial.upgrade'] !== 'echo') {
      yield* (await echo(environ, startResponse)) as Uint8Array[]
      return
    }
    startResponse('101 Switching Protocols', [])
    for await (const heard of environ['wsgi.input']) {
      yield bytes(`heard ${Buffer.from(heard).toString()}.`)
      if (heard.includes('!'.charCodeAt(0))) return
    }
    yield bytes('heard the end.')
  }

  test('bytes with and after the request are input, and the body is sent unchanged', async () => {
    await using carried = await carrying(engine, talking)
    const connection = await open(carried.port)
    connection.send(`${upgrading}one`)
    expect(await connection.until('heard one.')).toMatch(
      /^HTTP\/1\.1 101 Switching Protocols\r\nDate: [^]*\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nheard one\.$/,
    )
    connection.send('two')
    await connection.until('heard two.')
    connection.send('bye!')
    await connection.closed
    expect(connection.received).toMatch(/heard one\.heard two\.heard bye!\.$/)
    expect(carried.records).toMatchObject([{ status: '101 Switching Protocols', bytes: 31 }])
  })

  test('the input ends when the client closes its side, but the response does not', async () => {
    await using carried = await carrying(engine, talking)
    const connection = await open(carried.port)
    connection.send(upgrading)
    await connection.until('\r\n\r\n')
    connection.socket.end('last')
    await connection.closed
    expect(connection.received).toMatch(/heard last\.heard the end\.$/)
    expect(carried.errors).toEqual([])
  })

  test('neither the body timeout nor keep-alive applies', async () => {
    await using carried = await carrying(engine, talking, {
      headTimeout: 0.05,
      bodyTimeout: 0.05,
      keepAlive: 0.05,
    })
    const [switched, idle] = [await open(carried.port), await open(carried.port)]
    switched.send(upgrading)
    await switched.until('\r\n\r\n')
    for (let times = 0; times < 4; times++) {
      const control = times === 0 ? idle : await open(carried.port)
      control.send(get('/'))
      await control.closed // by a timeout that the other connection has exceeded as well
    }
    switched.send('still here!')
    await switched.closed
    expect(switched.received).toContain('heard still here!.')
  })

  test('stops reading a client that sends more than the application reads', async () => {
    const read = deferred()
    await using carried = await carrying(engine, async function* slow(environ, startResponse) {
      startResponse('101 Switching Protocols', [])
      await read.promise
      let size = 0
      for await (const heard of environ['wsgi.input']) size += heard.byteLength
      yield bytes(`heard ${size}`)
    })
    const connection = await open(carried.port)
    connection.send(upgrading)
    await connection.until('\r\n\r\n')
    const sent = 64 * 1024 * 1024
    connection.socket.write(Buffer.alloc(sent))
    while (connection.socket.bytesWritten < sent && connection.socket.writableNeedDrain) {
      const before = connection.socket.bytesWritten - connection.socket.writableLength
      for (let turns = 0; turns < 20; turns++) await turn()
      if (connection.socket.bytesWritten - connection.socket.writableLength === before) break
    }
    expect(connection.socket.writableLength).toBeGreaterThan(sent / 2)
    connection.socket.end()
    read.resolve()
    await connection.closed
    expect(connection.received).toContain(`heard ${sent}`)
  })

  test('a disconnect ends the body and rejects the pending read', async () => {
    const [closed, failed] = [deferred(), deferred<unknown>()]
    await using carried = await carrying(engine, (environ, startResponse) => {
      startResponse('101 Switching Protocols', [])
      void environ['wsgi.input'].read().catch(failed.resolve)
      return {
        [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => undefined) }),
        close: closed.resolve,
      }
    })
    const connection = await open(carried.port)
    connection.send(upgrading)
    await connection.until('\r\n\r\n')
    connection.socket.resetAndDestroy()
    await closed.promise
    expect(await failed.promise).toMatchObject({ name: 'AbortError' })
    expect(carried.errors).toEqual([])
  })

  test('an offer that the application ignores changes nothing, and the connection persists', async () => {
    await using carried = await carrying(engine, echo)
    const connection = await open(carried.port)
    connection.send(upgrading + get('/next'))
    expect(await connection.until('GET /next 0')).toMatch(/Connection: keep-alive[^]*GET \/ 0/)
    connection.socket.destroy()
  })

  test.each([
    ['a body', request(['GET / HTTP/1.1', 'Host: a', 'Connection: upgrade', 'Upgrade: echo', 'Content-Length: 1'], 'x')],
    ['another method', request(['POST / HTTP/1.1', 'Host: a', 'Connection: upgrade', 'Upgrade: echo', 'Content-Length: 0'])],
    ['HTTP/1.0', request(['GET / HTTP/1.0', 'Host: a', 'Connection: upgrade', 'Upgrade: echo'])],
    ['no Connection: upgrade', get('/', 'Upgrade: echo')],
  ])('does not offer an upgrade to a request with %s', async (_, sent) => {
    await using carried = await carrying(engine, (environ, startResponse) => {
      startResponse('200 OK', [])
      return [bytes(`offered: ${String(environ['phial.upgrade'])}.`)]
    })
    const connection = await open(carried.port)
    connection.send(sent)
    expect(await connection.until('offered: undefined.')).toContain('200 OK')
    connection.socket.destroy()
  }) // prettier-ignore

  test('phial.retiring fires when the server retires, and the connection closes after the body', async () => {
    await using carried = await carrying(engine, async function* until(environ, startResponse) {
      startResponse('101 Switching Protocols', [])
      await new Promise((resolve) => environ['phial.retiring']?.addEventListener('abort', resolve))
      yield bytes('farewell')
    })
    const connection = await open(carried.port)
    connection.send(upgrading)
    await connection.until('\r\n\r\n')
    const closed = carried.close()
    await connection.closed
    expect(connection.received).toMatch(/farewell$/)
    await closed
  })
})

describe('retiring and closing', () => {
  test('a response says that it is the last while retiring; an idle connection may send one more request', async () => {
    const { app, asked, go } = waiting()
    await using carried = await carrying(engine, app)
    const [busy, atRest] = [await open(carried.port), await open(carried.port)]
    atRest.send(get('/1'))
    await atRest.until('GET /1 0')
    busy.send(get('/wait'))
    await asked
    const retired = carried.transport.retire()
    go()
    await busy.closed
    expect(busy.received).toContain('Connection: close')
    expect(atRest.socket.destroyed).toBe(false)
    atRest.send(get('/2'))
    await atRest.closed
    expect(atRest.received).toMatch(/Connection: close[^]*GET \/2 0/)
    await retired
    expect(carried.transport.connections).toBe(0)
  })

  test('a request that was sent is answered while closing, and a new connection has a moment to send one', async () => {
    await using carried = await carrying(engine, echo)
    const [fresh, atRest] = [await open(carried.port), await open(carried.port)]
    atRest.send(get('/1'))
    await atRest.until('GET /1 0')
    const closed = carried.close()
    await atRest.closed
    expect(fresh.socket.destroyed).toBe(false)
    fresh.send(get('/2'))
    await fresh.closed
    expect(fresh.received).toMatch(/Connection: close[^]*GET \/2 0/)
    await closed
  })

  test('a new connection without a request does not delay close()', async () => {
    await using carried = await carrying(engine, echo)
    const fresh = await open(carried.port)
    await turn()
    await carried.close()
    expect(fresh.received).toBe('')
  })

  test('close() resolves without connections', async () => {
    const { transport } = await carrying(engine, echo)
    await Promise.all([transport.close(), transport.retire(), transport.close(true)])
  })
})

test('a client that is still sending receives the response to a rejected request', async () => {
  await using carried = await carrying(engine, echo, { body: 10 })
  const sent = request(
    ['POST / HTTP/1.1', 'Host: a', 'Content-Length: 200000'],
    'x'.repeat(200_000),
  )
  const answer = readAnswer(await exchange(carried.port, sent))
  expect(answer).toMatchObject({ status: '413 Content Too Large', complete: true })
})

describe('sockets are read into one block', () => {
  test('which Node offers by the same names on every version', async () => {
    const accepted = deferred<Socket>()
    const server = createServer((socket) => accepted.resolve(socket)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
    const socket = await accepted.promise
    const push = socket.push
    const received: string[] = []
    const intake = new Intake(socket, {
      arrived: () => void received.push(String(intake.take(Infinity))),
    })
    expect(socket.push).toBe(push) // replaced only if the block is not used
    client.end('sent')
    await once(socket, 'end')
    expect(received).toEqual(['sent'])
    socket.destroy()
    server.close()
  })

  test('and no client receives the bytes of another', async () => {
    await using carried = await carrying(engine, async (environ, startResponse) => {
      await turn() // the packet is left unread
      const parts: Uint8Array[] = []
      for await (const part of environ['wsgi.input']) {
        parts.push(part)
        await turn() // meanwhile, other sockets are read
      }
      startResponse('200 OK', [])
      return [Buffer.concat(parts)]
    })
    const ask = async (index: number): Promise<void> => {
      const letter = String.fromCharCode(97 + index)
      const body = letter.repeat(index < 4 ? 300_000 : 700 * index)
      const lines = ['POST / HTTP/1.1', 'Host: a', `Content-Length: ${body.length}`]
      const connection = await open(carried.port)
      const post = request(lines, body)
      connection.send(post + post + post.slice(0, -5))
      await turn()
      connection.send(post.slice(-5))
      const bodies = (): string => connection.received.replaceAll(/HTTP[^]*?\r\n\r\n/g, '')
      await connection.until(() => bodies().length >= 3 * body.length)
      expect(bodies()).toBe(body.repeat(3))
      connection.socket.destroy()
    }
    await Promise.all(Array.from({ length: 20 }, (_, index) => ask(index)))
  })
})

test('an error in the application does not close the connection', async () => {
  await using carried = await carrying(engine, (environ, startResponse) => {
    if (environ.PATH_INFO === '/bad') startResponse('200 OK', [['A', 'b\r\nc']])
    return echo(environ, startResponse)
  })
  const connection = await open(carried.port)
  connection.send(get('/bad') + get('/good'))
  expect(await connection.until('GET /good 0')).toMatch(/^HTTP\/1\.1 500 /)
  connection.socket.destroy()
})
