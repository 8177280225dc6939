import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { hostname } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Application, Environ } from '@phial/core'
import { makeServer, WsgiServer } from '@phial/server'
import { describe, expect, test } from 'vitest'
import { deferred } from '../support/deferred.ts'
import { exchange, open, readAnswer, request } from './support/raw.ts'
import { bytes, echo, serving } from './support/server.ts'

const get = (path = '/', ...lines: string[]): string =>
  request([`GET ${path} HTTP/1.1`, 'Host: a', ...lines])

describe('makeServer', () => {
  test('returns a server that listens immediately, and serves after serveForever()', async () => {
    const server = await Promise.resolve(makeServer('127.0.0.1', 0, echo)) // it is not thenable
    await server.ready()
    expect(server.serverPort).toBeGreaterThan(0)
    expect(server.serverAddress).toEqual(['127.0.0.1', server.serverPort])
    const connection = await open(server.serverPort)
    connection.send(get('/waits'))
    const served = server.serveForever()
    expect(await connection.until('GET /waits 0')).toContain('200 OK')
    await server.close()
    await served
  })

  test('throws a TypeError if the argument is not an application', () => {
    expect(() => makeServer('127.0.0.1', 0, 'app' as unknown as Application)).toThrow(
      /application.*string/i,
    )
  })

  test('accepts an object whose wsgiApp may change', async () => {
    const site = { wsgiApp: echo }
    const server = makeServer('127.0.0.1', 0, site)
    void server.serveForever()
    await server.ready()
    expect(server.getApp()).toBe(site)
    expect(await exchange(server.serverPort, get('/a', 'Connection: close'))).toContain('GET /a 0')
    site.wsgiApp = (_, startResponse) => {
      startResponse('200 OK', [])
      return [bytes('other')]
    }
    expect(await exchange(server.serverPort, get('/a', 'Connection: close'))).toContain('other')
    server.setApp(echo)
    expect(await exchange(server.serverPort, get('/a', 'Connection: close'))).toContain('GET /a 0')
    await server.close()
  })

  test('rejects all waiting calls if the port is in use', async () => {
    await using running = await serving(echo)
    const server = makeServer('127.0.0.1', running.port, echo)
    await expect(server.ready()).rejects.toMatchObject({ code: 'EADDRINUSE' })
    await expect(server.serveForever()).rejects.toMatchObject({ code: 'EADDRINUSE' })
    await expect(server.handleRequest()).rejects.toMatchObject({ code: 'EADDRINUSE' })
    await server.close()
  })

  test('listening alone does not keep the program running', async () => {
    const program =
      "import { makeServer } from '@phial/server'; makeServer('127.0.0.1', 0, () => []).ready().then(() => console.log('ready'))"
    const cwd = fileURLToPath(new URL('.', import.meta.url))
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], { cwd })
    let said = ''
    child.stdout.on('data', (text: Buffer) => (said += text.toString()))
    const [code] = (await once(child, 'close')) as [number]
    expect({ code, said }).toEqual({ code: 0, said: 'ready\n' })
  })
})

describe('handleRequest', () => {
  test('serves one request, and lets the next one wait', async () => {
    const server = makeServer('127.0.0.1', 0, echo)
    await server.ready()
    const [first, second] = [await open(server.serverPort), await open(server.serverPort)]
    first.send(get('/1'))
    await server.handleRequest()
    await first.closed
    expect(first.received).toContain('Connection: close')
    expect(first.received).toContain('GET /1 0')
    second.send(get('/2'))
    expect(second.received).toBe('')
    await server.handleRequest()
    expect(await second.until('GET /2 0')).toContain('200 OK')
    await server.close()
  })

  test('resolves when the server closes', async () => {
    const server = makeServer('127.0.0.1', 0, echo)
    const handled = server.handleRequest()
    await server.ready()
    await server.close()
    await handled
    await server.handleRequest()
  })
})

describe('environ', () => {
  async function environOf(
    server: WsgiServer,
    ask: (port: number) => Promise<unknown>,
  ): Promise<Environ> {
    const seen = deferred<Environ>()
    server.setApp((environ, startResponse) => {
      seen.resolve({ ...environ })
      return echo(environ, startResponse)
    })
    server.listen()
    void server.serveForever()
    await server.ready()
    await ask(server.serverPort)
    await server.close()
    return seen.promise
  }

  test('has the properties of a TCP request', async () => {
    const server = new WsgiServer({ host: '127.0.0.1', port: 0 })
    let port = 0
    const environ = await environOf(server, async (at) => {
      port = at
      await exchange(
        at,
        request(
          [
            'POST /caf%C3%A9?q=1 HTTP/1.1',
            'Host: h:1',
            'X_Bad: 1',
            'Proxy: p',
            'Cookie: a=1',
            'Cookie: b=2',
            'Content-Length: 2',
            'Connection: close',
          ],
          'ab',
        ),
      )
    })
    expect(environ).toMatchObject({
      REQUEST_METHOD: 'POST',
      SCRIPT_NAME: '',
      PATH_INFO: '/cafÃ©',
      QUERY_STRING: 'q=1',
      RAW_URI: '/caf%C3%A9?q=1',
      CONTENT_LENGTH: '2',
      SERVER_NAME: '127.0.0.1',
      SERVER_PORT: String(port),
      SERVER_PROTOCOL: 'HTTP/1.1',
      REMOTE_ADDR: '127.0.0.1',
      HTTP_HOST: 'h:1',
      HTTP_COOKIE: 'a=1; b=2',
      'wsgi.url_scheme': 'http',
      'wsgi.input_terminated': true,
    })
    expect(environ['REMOTE_PORT']).toMatch(/^\d+$/)
    expect(Object.keys(environ).filter((key) => /BAD|PROXY/.test(key))).toEqual([])
  })

  test('has the host name of the machine if the host is empty', async () => {
    const environ = await environOf(new WsgiServer({ host: '', port: 0 }), (port) =>
      exchange(port, get('/', 'Connection: close')),
    )
    expect(environ).toMatchObject({ SERVER_NAME: hostname(), REMOTE_ADDR: '127.0.0.1' })
  })

  test('has default values for a unix socket', async () => {
    const path = `/tmp/phial-reference-${process.pid}.sock`
    const server = new WsgiServer({ path })
    const environ = await environOf(server, () => exchange(path, get('/', 'Connection: close')))
    expect(environ).toMatchObject({
      SERVER_NAME: 'localhost',
      SERVER_PORT: '80',
      REMOTE_ADDR: '',
      REMOTE_PORT: '',
    })
    expect(server.serverPort).toBe(0)
  })
})

describe('an error', () => {
  test('before the response is a 500, and is logged', async () => {
    await using running = await serving(() => {
      throw new Error('no database')
    })
    const answer = readAnswer(await exchange(running.port, get('/', 'Connection: close')))
    expect(answer).toMatchObject({ status: '500 Internal Server Error', complete: true })
    expect(answer.body).not.toContain('database')
    expect(running.errors.join('')).toContain('no database')
    expect(running.records).toMatchObject([
      { status: '500 Internal Server Error', bytes: answer.body.length },
    ])
  })

  test('is thrown by a server without an application', async () => {
    const server = new WsgiServer({ host: '127.0.0.1', port: 0 })
    await expect(server.serveForever()).rejects.toThrow('setApp')
    await expect(server.handleRequest()).rejects.toThrow('setApp')
    await server.close()
  })
})

describe('close', () => {
  test('closes idle and new connections immediately', async () => {
    // Longer than a test may take, so that a close which waits for them times out.
    await using running = await serving(echo, { limits: { keepAlive: 600, headTimeout: 600 } })
    const [idle, fresh] = [await open(running.port), await open(running.port)]
    idle.send(get())
    await idle.until('GET / 0')
    await running.server.close()
    await Promise.all([idle.closed, fresh.closed, running.served])
    await expect(open(running.port)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  test('answers a request whose head is complete only after the call', async () => {
    await using running = await serving(echo)
    const partial = await open(running.port)
    partial.send('GET /partial HT')
    await exchange(running.port, get('/', 'Connection: close')) // the server has read the partial head
    const closed = running.server.close()
    partial.send('TP/1.1\r\nHost: a\r\n\r\n')
    await Promise.all([closed, partial.closed, running.served])
    expect(readAnswer(partial.received)).toMatchObject({ status: '200 OK', complete: true })
    expect(partial.received).toContain('Connection: close')
  })

  test('answers a request that has been sent, with Connection: close', async () => {
    await using running = await serving(echo)
    const connection = await open(running.port)
    connection.send(get('/1'))
    await connection.until('GET /1 0')
    connection.received = ''
    connection.send(get('/2'))
    await running.server.close()
    await connection.closed
    expect(readAnswer(connection.received)).toMatchObject({ status: '200 OK', body: 'GET /2 0\n' })
    expect(connection.received).toContain('Connection: close')
  })

  test('waits for in-flight requests', async () => {
    const [called, go] = [deferred(), deferred()]
    await using running = await serving(async (environ, startResponse) => {
      called.resolve()
      await go.promise
      return echo(environ, startResponse)
    })
    const connection = await open(running.port)
    connection.send(get('/slow'))
    await called.promise
    const closed = running.server.close()
    const again = running.server.close()
    go.resolve()
    await Promise.all([closed, again])
    expect(readAnswer(connection.received)).toMatchObject({ body: 'GET /slow 0\n', complete: true })
    expect(connection.received).toContain('Connection: close')
  })

  test('waits until a slow reader has received the complete response', async () => {
    const length = 20_000_000
    const over = deferred()
    await using running = await serving((_, startResponse) => {
      startResponse('200 OK', [])
      return Object.assign([new Uint8Array(length).fill(97)], { close: () => over.resolve() })
    })
    const connection = await open(running.port)
    connection.socket.pause()
    connection.send(get())
    await over.promise
    const closed = running.server.close()
    await new Promise(setImmediate)
    connection.socket.resume()
    await closed
    await connection.closed
    expect(readAnswer(connection.received).body.length).toBe(length)
  })

  test('cuts in-flight requests with force', async () => {
    const called = deferred()
    await using running = await serving(async () => {
      called.resolve()
      return new Promise<never>(() => undefined)
    })
    const connection = await open(running.port)
    connection.send(get())
    await called.promise
    await running.server.close(true)
    await connection.closed
    expect(connection.received).toBe('')
  })

  test('closes connections whose requests are not handled', async () => {
    const server = makeServer('127.0.0.1', 0, echo)
    await server.ready()
    const connection = await open(server.serverPort)
    connection.send(get())
    await server.close()
    await connection.closed
    expect(connection.received).toBe('')
  })
})
