/** The transports on real sockets: limits of size and time, and the access log. */
import { createServer, type Socket } from 'node:net'
import { errorStream, run, type Application } from '@phial/core'
import { describe, expect, test } from 'vitest'
import { nodeHttpTransport } from '../../packages/server/src/node-http.ts'
import type { Peer } from '../../packages/server/src/transport.ts'
import { defaultLimits, type Limits } from '../../packages/server/src/transport.ts'
import { deferred } from '../support/deferred.ts'
import { turn } from '../support/turn.ts'
import { exchange, open, readAnswer, request } from './support/raw.ts'
import { bytes, echo, serving, transport, type Running } from './support/server.ts'
import { carrying, transports } from './support/transport.ts'

const get = (path = '/', ...lines: string[]): string =>
  request([`GET ${path} HTTP/1.1`, 'Host: a', ...lines])
const post = (lines: string[], body = ''): string =>
  request(['POST /p HTTP/1.1', 'Host: a', ...lines], body)

const old = (path = '/', ...lines: string[]): string => request([`GET ${path} HTTP/1.0`, ...lines])
/** How a transport logs it. node:http does not parse it as a request. */
const CONNECT = transport() === 'engine' ? 'CONNECT a:1 HTTP/1.1' : '- - -'
const NO_LIMITS = { requestLine: 0, fields: 0, fieldSize: 0, head: 0, body: 0 }

const limited = (limits: Partial<Limits>, app: Application = echo): Promise<Running> =>
  serving(app, { limits })

/** Returns the access log: request line, status and bytes. */
const log = ({ records }: Running): string[] =>
  records.map(
    ({ environ, status, bytes: sent }) =>
      `${environ.REQUEST_METHOD} ${String(environ.RAW_URI)} ${environ.SERVER_PROTOCOL} ${status} ${sent}`,
  )

describe('size limits', () => {
  test.each([
    ['a request line', { requestLine: 40 }, get(`/${'x'.repeat(40)}`), '414 URI Too Long'],
    ['fields', { fields: 5 }, get('/', ...Array(5).fill('A: b')), '431'],
    ['a field', { fieldSize: 100 }, get('/', `A: ${'x'.repeat(100)}`), '431'],
    ['a head', { head: 200 }, get('/', ...Array(50).fill('A: b')), '431'],
    [
      "a head that is within node:http's own limit",
      { head: 41 },
      get('/', 'A: 2345', 'B: 2'),
      '431',
    ],
    ['a body', { body: 4 }, post(['Content-Length: 5'], 'abcde'), '413 Content Too Large'],
  ])(
    'a request that exceeds the limit of %s is rejected and logged',
    async (_, limits, sent, status) => {
      await using running = await limited(limits)
      const answer = readAnswer(await exchange(running.port, sent))
      expect(answer.status).toContain(status)
      expect(answer.complete).toBe(true)
      await running.server.close()
      expect(log(running)).toEqual([expect.stringContaining(answer.status)])
    },
  )

  test.each([
    ['a request line', { requestLine: 15 }, old('/x')],
    ['fields', { fields: 1 }, old('/', 'A: b')],
    ['a field', { fieldSize: 103 }, old('/', `A: ${'x'.repeat(100)}`)],
    ['a head', { head: 26 }, old('/', 'A: b')], // 14 + 2, 4 + 2, 2, and node's two
    ['a body', { body: 5 }, old('/', 'Content-Length: 5') + 'abcde'],
    ['anything without limits', NO_LIMITS, old(`/${'x'.repeat(20_000)}`)],
  ])('a request at the limit of %s is served', async (_, limits, sent) => {
    await using running = await limited(limits)
    expect(readAnswer(await exchange(running.port, sent)).status).toBe('200 OK')
  })

  test('5,000 fields are rejected, not dropped, and a target of 7.9 KB is served', async () => {
    await using running = await limited({})
    const many = await exchange(running.port, get('/', ...Array<string>(5000).fill('A: b')))
    expect(readAnswer(many).status).toMatch(/^431/)
    const long = await exchange(running.port, get(`/${'x'.repeat(7900)}`, 'Connection: close'))
    expect(readAnswer(long).status).toBe('200 OK')
  })

  test('a request line of 100 KB is rejected before it ends', async () => {
    await using running = await limited({})
    const received = await exchange(running.port, `GET /${'x'.repeat(100_000)}`)
    expect(readAnswer(received).status).toMatch(/^4(14|31)/)
  })
})

describe('a body without an end', () => {
  const flood = async (running: Running, head: string): Promise<string> => {
    const connection = await open(running.port)
    connection.send(head)
    const piece = `10000\r\n${'x'.repeat(0x10000)}\r\n`
    const more = (): void => {
      while (!connection.socket.destroyed && connection.socket.writable) {
        if (!connection.socket.write(piece, 'latin1')) break
      }
    }
    connection.socket.on('drain', more)
    more()
    await connection.closed
    return connection.received
  }

  test('is rejected midway, what was read is discarded, and the connection is closed', async () => {
    const failed = deferred<unknown>()
    await using running = await limited({ body: 100_000 }, async (environ) => {
      await environ['wsgi.input'].read().catch(failed.resolve)
      return []
    })
    const received = await flood(running, post(['Transfer-Encoding: chunked']))
    expect(readAnswer(received)).toMatchObject({ status: '413 Content Too Large', complete: true })
    expect(await failed.promise).toMatchObject({ name: 'AbortError' })
    await running.server.close()
    expect(log(running)).toEqual([expect.stringMatching('POST /p HTTP/1.1 413')])
    expect(running.errors).toEqual([])
  })

  test('truncates the response if it has begun', async () => {
    await using running = await limited({ body: 100_000 }, async function app(environ, start) {
      await start('200 OK', [])(bytes('begun'))
      await environ['wsgi.input'].read()
      return [bytes('never')]
    })
    const received = await flood(running, post(['Transfer-Encoding: chunked']))
    expect(readAnswer(received)).toMatchObject({ body: 'begun', complete: false })
  })
})

describe('time limits', () => {
  test.each([
    ['half a head', 'GET / HT'],
    ['a head without its end', 'GET / HTTP/1.1\r\nHost: a\r\n'],
  ])(
    '%s within the head timeout gets a 408, and other clients are served in the meantime',
    async (_, sent) => {
      await using running = await limited({ headTimeout: 0.2 })
      const slow = await open(running.port)
      slow.send(sent)
      expect(await exchange(running.port, old('/other'))).toContain('GET /other 0')
      await slow.closed
      expect(readAnswer(slow.received).status).toBe('408 Request Timeout')
      await running.server.close()
      expect(log(running).toSorted()).toEqual([
        expect.stringContaining(' 408 Request Timeout'),
        'GET /other HTTP/1.0 200 OK 13',
      ])
    },
  )

  test('a connection without data within the head timeout is closed without a response or a log line', async () => {
    await using running = await limited({ headTimeout: 0.2 })
    const silent = await open(running.port)
    await silent.closed
    expect(silent.received).toBe('')
    await running.server.close()
    expect(log(running)).toEqual([])
  })

  test('a head that arrives byte by byte after another request gets a 408', async () => {
    await using running = await limited({ headTimeout: 0.3 })
    const connection = await open(running.port)
    connection.send(get('/1'))
    await connection.until('GET /1 0')
    connection.received = ''
    connection.send('GET / HTTP/1.1\r\nA: ')
    const drip = setInterval(() => connection.send('x'), 20)
    await connection.closed
    clearInterval(drip)
    expect(readAnswer(connection.received).status).toBe('408 Request Timeout')
  })

  test('a body that does not continue gets a 408, and reading it throws', async () => {
    const failed = deferred<unknown>()
    const app: Application = async (environ) => {
      await environ['wsgi.input'].read().catch((error: unknown) => {
        failed.resolve([error, environ['phial.signal']?.aborted])
        throw error
      })
      return []
    }
    await using running = await limited({ bodyTimeout: 0.1 }, app)
    const received = await exchange(running.port, post(['Content-Length: 5'], 'ab'))
    expect(readAnswer(received)).toMatchObject({ status: '408 Request Timeout', complete: true })
    expect(await failed.promise).toMatchObject([{ name: 'AbortError' }, true])
    await running.server.close()
    expect(running.errors).toEqual([])
    expect(log(running)).toHaveLength(1)
  })

  test('a body that arrives byte by byte gets a 408', async () => {
    await using running = await limited({ bodyTimeout: 0.2 })
    const connection = await open(running.port)
    connection.send(post(['Content-Length: 1000'], 'ab'))
    const drip = setInterval(() => connection.socket.writable && connection.send('x'), 20)
    await connection.closed
    clearInterval(drip)
    expect(readAnswer(connection.received).status).toBe('408 Request Timeout')
  })

  test('a client that reads nothing of its response is disconnected', async () => {
    const closed = deferred()
    await using running = await limited({ writeTimeout: 0.2 }, function* app(_, startResponse) {
      startResponse('200 OK', [])
      try {
        for (;;) yield new Uint8Array(1_000_000)
      } finally {
        closed.resolve()
      }
    } as Application)
    const connection = await open(running.port)
    connection.socket.pause()
    connection.send(get())
    await closed.promise
    connection.socket.resume()
    await connection.closed
    expect(running.errors).toEqual([])
  })

  test('an application may take longer than these limits', async () => {
    const timedOut = deferred()
    await using running = await limited(
      { writeTimeout: 0.05, headTimeout: 0.05 },
      async (...args) => {
        setTimeout(timedOut.resolve, 200)
        await timedOut.promise
        return echo(...args)
      },
    )
    expect(await exchange(running.port, old('/slow'))).toContain('GET /slow 0')
  })

  test('a connection is kept open for the announced time', async () => {
    await using running = await limited({ keepAlive: 1 })
    const received = await exchange(running.port, get())
    expect(received).toContain('\r\nKeep-Alive: timeout=1\r\n')
    expect(readAnswer(received)).toMatchObject({ status: '200 OK', rest: '' })
  })
})

describe('requests on one connection (RFC 9112 §9.3.2)', () => {
  test('the application is called for the next one when the one before has been answered', async () => {
    const [asked, go] = [deferred(), deferred()]
    const called: string[] = []
    await using running = await serving(async (environ, startResponse) => {
      called.push(environ.PATH_INFO)
      if (environ.PATH_INFO === '/wait') {
        asked.resolve()
        await go.promise
      }
      return echo(environ, startResponse)
    })
    const connection = await open(running.port)
    connection.send(get('/wait') + get('/next'))
    await asked.promise
    await turn()
    expect(called).toEqual(['/wait'])
    go.resolve()
    const received = await connection.until('GET /next 0')
    expect(received.indexOf('/wait')).toBeLessThan(received.indexOf('/next'))
    connection.socket.destroy()
  })

  test('the application is not called for the next one if the client disconnects before', async () => {
    const [asked, left] = [deferred(), deferred()]
    const called: string[] = []
    await using running = await serving(async (environ) => {
      called.push(environ.PATH_INFO)
      environ['phial.signal']?.addEventListener('abort', () => left.resolve())
      asked.resolve()
      await left.promise
      return []
    })
    const connection = await open(running.port)
    connection.send(get('/wait') + get('/next'))
    await asked.promise
    connection.socket.destroy()
    await left.promise
    await running.server.close()
    expect(called).toEqual(['/wait'])
    expect(log(running)).toEqual(['GET /wait HTTP/1.1  0'])
  })
})

describe('an invalid request', () => {
  test.each([
    ['noise', '\x16\x03\x01\x02\x00\x01\r\n\r\n', '- - - 400 Bad Request'],
    ['CONNECT', request(['CONNECT a:1 HTTP/1.1', 'Host: a']), `${CONNECT} 501 Not Implemented`],
    ['another expectation', get('/', 'Expect: tea'), 'GET / HTTP/1.1 417 Expectation Failed'],
    ['a request without Host', request(['GET /x HTTP/1.1']), 'GET /x HTTP/1.1 400 Bad Request'],
    [
      'a malformed chunk',
      post(['Transfer-Encoding: chunked'], 'zz\r\n'),
      'POST /p HTTP/1.1 400 Bad Request',
    ],
  ])('%s is logged', async (_, sent, line) => {
    await using running = await serving(echo)
    const answer = readAnswer(await exchange(running.port, sent))
    await running.server.close()
    expect(log(running)).toEqual([`${line} ${answer.body.length}`])
    expect(running.records[0]?.environ.REMOTE_ADDR).toBe('127.0.0.1')
  })

  test('is answered after the requests before it', async () => {
    await using running = await serving(echo)
    const received = await exchange(running.port, `${get('/1')}${get('/2')}bad\r\n\r\n`)
    expect(received.match(/^HTTP\/1\.1 (\d+)|^GET \S+/gm)).toEqual([
      'HTTP/1.1 200',
      'GET /1',
      'HTTP/1.1 200',
      'GET /2',
      'HTTP/1.1 400',
    ])
  })

  test('with Upgrade is served like any other', async () => {
    await using running = await serving(echo)
    const connection = await open(running.port)
    connection.send(get('/ws', 'Connection: Upgrade', 'Upgrade: websocket'))
    expect(await connection.until('GET /ws 0')).toContain('200 OK')
    connection.socket.destroy()
  })

  test('a WebSocket request that node:http cannot serve is logged once', async () => {
    await using carried = await carrying(nodeHttpTransport, echo)
    const connection = await open(carried.port)
    connection.send(get('/1', 'Connection: Upgrade', 'Upgrade: websocket'))
    await connection.until('GET /1 0')
    connection.send(get('/2', 'Connection: Upgrade', 'Upgrade: websocket'))
    await connection.until('GET /2 0')
    connection.socket.destroy()
    expect(carried.errors.join('')).toMatch(/^A client requested a WebSocket[^\n]*\n$/)
  })
})

describe('accept and close', () => {
  const peer: Peer = {
    remoteAddr: '192.0.2.7',
    remotePort: '4711',
    serverName: 'site.example',
    serverPort: '443',
    scheme: 'https',
  }

  test('the environ has the given peer, and an accepted connection is served even if the transport closes', async () => {
    const [, make] = transports.find(([name]) => name === transport()) ?? transports[0]
    const carrier = make({
      handle: (environ, answer) =>
        run(
          (_, startResponse) => {
            startResponse('200 OK', [])
            const { REMOTE_ADDR, REMOTE_PORT, SERVER_NAME, SERVER_PORT } = environ
            const scheme = environ['wsgi.url_scheme']
            return [bytes([scheme, REMOTE_ADDR, REMOTE_PORT, SERVER_NAME, SERVER_PORT].join(' '))]
          },
          environ,
          answer,
        ),
      errors: errorStream(() => undefined),
      multiprocess: true,
      limits: defaultLimits,
    })
    const accepted = deferred<Socket>()
    const server = createServer({ allowHalfOpen: true }, accepted.resolve)
    const path = `/tmp/phial-transport-${process.pid}.sock`
    await new Promise<void>((resolve) => server.listen(path, resolve))
    const connection = await open(path)
    connection.send(get())
    const socket = await accepted.promise
    const closed = carrier.close()
    carrier.accept(socket, peer)
    expect(carrier.connections).toBe(1)
    await connection.closed
    expect(readAnswer(connection.received).body).toBe('https 192.0.2.7 4711 site.example 443')
    expect(connection.received).toContain('Connection: close')
    await closed
    expect(carrier.connections).toBe(0)
    server.close()
  })
})
