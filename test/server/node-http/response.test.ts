/** A request and its response on a real socket. */
import { once } from 'node:events'
import { connect } from 'node:net'
import type { Application } from '@phial/core'
import { describe, expect, test } from 'vitest'
import { deferred } from '../../support/deferred.ts'
import { exchange, open, readAnswer, request, type RawConnection } from '../support/raw.ts'
import { bytes, echo, serving } from '../support/server.ts'

const hello: Application = (_, startResponse) => {
  startResponse('200 OK', [['Content-Type', 'text/plain']])
  return [bytes('hello')]
}

const post = (lines: string[], body = ''): string =>
  request(['POST /p HTTP/1.1', 'Host: a', ...lines], body)
const get = (path = '/', ...lines: string[]): string =>
  request([`GET ${path} HTTP/1.1`, 'Host: a', ...lines])

/** Resolves with the next complete response on a connection. */
async function next(
  connection: RawConnection,
  method = 'GET',
): Promise<ReturnType<typeof readAnswer>> {
  const received = await connection.until((text) => readAnswer(text, method, false).complete)
  const answer = readAnswer(received, method, connection.socket.destroyed)
  connection.received = answer.rest
  return answer
}

const header = (answer: ReturnType<typeof readAnswer>, wanted: string): string | undefined =>
  answer.headers.find(([name]) => name.toLowerCase() === wanted)?.[1]

describe('Expect: 100-continue (RFC 9110 §10.1.1)', () => {
  test('is answered when the application first reads the body, not before', async () => {
    const reading = deferred()
    await using running = await serving(async (environ, startResponse) => {
      await reading.promise
      return echo(environ, startResponse)
    })
    const connection = await open(running.port)
    connection.send(post(['Expect: 100-continue', 'Content-Length: 5']))
    expect(connection.received).toBe('')
    reading.resolve()
    expect(await connection.until('\r\n\r\n')).toBe('HTTP/1.1 100 Continue\r\n\r\n')
    connection.send('hello')
    expect(await next(connection)).toMatchObject({ body: 'POST /p 5\n' })
    connection.send(get('/next'))
    expect(await next(connection)).toMatchObject({ body: 'GET /next 0\n' })
    connection.socket.destroy()
  })

  test('is not answered if the application does not read the body, and the server does not wait for it', async () => {
    await using running = await serving(hello, { limits: { bodyTimeout: 600 } })
    const received = await exchange(
      running.port,
      post(['Expect: 100-continue', 'Content-Length: 5']),
    )
    expect(received).toMatch(/^HTTP\/1\.1 200 OK/)
    expect(header(readAnswer(received), 'connection')).toBe('close')
  })

  test('is not answered after the head has been sent', async () => {
    await using running = await serving(async function app(environ, startResponse) {
      await startResponse('200 OK', [['Content-Length', '2']])(bytes('a'))
      void environ['wsgi.input'].read()
      return [bytes('b')]
    })
    const received = await exchange(
      running.port,
      post(['Expect: 100-continue', 'Content-Length: 5']),
    )
    expect(readAnswer(received)).toMatchObject({ status: '200 OK', body: 'ab', rest: '' })
    expect(received).not.toContain('100 Continue')
  })

  test('is ignored in HTTP/1.0', async () => {
    await using running = await serving(echo)
    const received = await exchange(
      running.port,
      request(['POST / HTTP/1.0', 'Expect: 100-continue', 'Content-Length: 2'], 'ab'),
    )
    expect(received).toMatch(/^HTTP\/1\.1 200 OK/)
  })

  test('any other expectation is rejected with 417', async () => {
    await using running = await serving(hello)
    const connection = await open(running.port)
    connection.send(get('/', 'Expect: tea'))
    expect(await next(connection)).toMatchObject({ status: '417 Expectation Failed' })
    connection.socket.destroy()
  })
})

describe('the response body (RFC 9112 §6)', () => {
  test.each([
    ['HEAD', '200 OK'],
    ['GET', '204 No Content'],
    ['GET', '304 Not Modified'],
  ])('%s with %s has none, and the connection stays in sync', async (method, status) => {
    await using running = await serving((_, startResponse) => {
      startResponse(
        status,
        status.startsWith('2') && method === 'GET' ? [] : [['Content-Type', 'text/plain']],
      )
      return method === 'HEAD' ? [bytes('hello')] : []
    })
    const connection = await open(running.port)
    connection.send(request([`${method} / HTTP/1.1`, 'Host: a']) + get('/nope', 'Host: b'))
    await connection.closed
    const first = readAnswer(connection.received, method)
    expect(first.status).toBe(status)
    expect(header(first, 'transfer-encoding')).toBeUndefined()
    expect(header(first, 'content-length')).toBe(method === 'HEAD' ? '5' : undefined)
    expect(first.rest).toMatch(/^HTTP\/1\.1 400 Bad Request/)
  })

  test('with fewer bytes than Content-Length is followed by the end of the connection', async () => {
    await using running = await serving((_, startResponse) => {
      startResponse('200 OK', [['Content-Length', '10']])
      return [bytes('hello')]
    })
    const received = await exchange(running.port, get())
    expect(readAnswer(received)).toMatchObject({ body: 'hello', complete: false })
    expect(running.errors.join('')).toContain('Content-Length')
  })

  test('with more bytes than Content-Length is truncated, and the next response is in sync', async () => {
    await using running = await serving((_, startResponse) => {
      startResponse('200 OK', [['Content-Length', '2']])
      return [bytes('hello')]
    })
    const connection = await open(running.port)
    connection.send(get() + get())
    expect(await next(connection)).toMatchObject({ body: 'he' })
    expect(await next(connection)).toMatchObject({ body: 'he', rest: '' })
    connection.socket.destroy()
  })

  test('of unknown length is chunked in HTTP/1.1, and ends with the connection in HTTP/1.0', async () => {
    await using running = await serving((_, startResponse) => {
      startResponse('200 OK', [])
      return ['a', 'b'].map(bytes)
    })
    const chunked = await exchange(running.port, get('/', 'Connection: close'))
    expect(header(readAnswer(chunked), 'transfer-encoding')).toBe('chunked')
    expect(readAnswer(chunked)).toMatchObject({ body: 'ab', complete: true, rest: '' })
    const old = await exchange(running.port, request(['GET / HTTP/1.0', 'Connection: keep-alive']))
    expect(old).toMatch(/\r\nConnection: close\r\n\r\nab$/)
  })

  test('has no last chunk after an error', async () => {
    await using running = await serving(function* app(_, startResponse) {
      startResponse('200 OK', [])
      yield bytes('begun')
      throw new Error('half way')
    } as Application)
    const answer = readAnswer(await exchange(running.port, get()))
    expect(answer).toMatchObject({ status: '200 OK', body: 'begun', complete: false })
    expect(running.errors.join('')).toContain('half way')
  })

  test('is copied, so that the application may reuse its buffer', async () => {
    await using running = await serving(function* app(_, startResponse) {
      startResponse('200 OK', [])
      const chunk = new Uint8Array(1)
      for (const byte of bytes('abc')) {
        chunk[0] = byte
        yield chunk
      }
    } as Application)
    expect(readAnswer(await exchange(running.port, get('/', 'Connection: close'))).body).toBe('abc')
  })

  test('headers are sent unchanged and in order', async () => {
    await using running = await serving((_, startResponse) => {
      startResponse('200 Fine', [
        ['set-cookie', 'a=1'],
        ['X-One', '1'],
        ['Set-Cookie', 'b=\xe9'],
      ])
      return []
    })
    const { status, headers } = readAnswer(
      await exchange(running.port, get('/', 'Connection: close')),
    )
    expect(status).toBe('200 Fine')
    expect(headers.slice(0, 3)).toEqual([
      ['set-cookie', 'a=1'],
      ['X-One', '1'],
      ['Set-Cookie', 'b=\xe9'],
    ])
  })
})

describe('an unread body (RFC 9112 §9.3)', () => {
  /** Creates an application that reads this many bytes of the body, and responds. */
  const reads =
    (size: number): Application =>
    async (environ, startResponse) => {
      if (size > 0) await environ['wsgi.input'].read(size)
      startResponse('200 OK', [['Content-Length', '2']])
      return [bytes('ok')]
    }

  test.each([0, 3])('is discarded if it is short, after %i bytes were read', async (size) => {
    await using running = await serving(reads(size))
    const connection = await open(running.port)
    const body = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n'.padEnd(100_000, 'x')
    connection.send(post([`Content-Length: ${body.length}`], body) + get('/next'))
    expect(header(await next(connection), 'connection')).toBe('keep-alive')
    await next(connection)
    connection.socket.destroy()
    await connection.closed
    expect(running.records.map(({ environ }) => environ.RAW_URI)).toEqual(['/p', '/next'])
  })

  test.each([
    ['long', 1_000_000, 0],
    ['long', 1_000_000, 3],
    ['chunked', 200_000, 0],
    ['chunked', 200_000, 3],
  ])(
    'that is %s, of %i bytes, closes the connection after the client has received the response',
    async (kind, length, size) => {
      await using running = await serving(reads(size))
      const connection = await open(running.port)
      const body = 'x'.repeat(length)
      const sent = kind === 'chunked' ? `${length.toString(16)}\r\n${body}\r\n0\r\n\r\n` : body
      connection.send(
        post(
          [kind === 'chunked' ? 'Transfer-Encoding: chunked' : `Content-Length: ${length}`],
          sent,
        ),
      )
      await connection.closed
      const answer = readAnswer(connection.received)
      expect(answer).toMatchObject({ status: '200 OK', body: 'ok', rest: '' })
      expect(header(answer, 'connection')).toBe('close')
    },
  )

  test('may be sent completely by a client that has its response, before the connection closes', async () => {
    await using running = await serving(hello)
    const half = { port: running.port, host: '127.0.0.1', allowHalfOpen: true }
    const connection = await open(() => connect(half))
    const ended = once(connection.socket, 'end')
    connection.send(post(['Transfer-Encoding: chunked', 'Connection: close'], '2\r\nab\r\n'))
    await ended
    expect(readAnswer(connection.received)).toMatchObject({ body: 'hello', complete: true })
    const chunk = `8000\r\n${'x'.repeat(0x8000)}\r\n`
    for (let times = 0; times < 40; times++) {
      // oxlint-disable-next-line no-await-in-loop -- more than the buffers of a server that does not read
      await new Promise((resolve) => connection.socket.write(chunk, resolve))
    }
    connection.socket.end('0\r\n\r\n')
    await connection.closed
    expect(connection.error).toBeUndefined()
  })

  test.each(['a length', 'chunks'])('of 30 MB with %s does not prevent the response', async (kind) => {
    await using running = await serving(hello)
    const body = new Uint8Array(30_000_000)
    for (let times = 0; times < 5; times++) {
      const init = { method: 'POST', body: kind === 'chunks' ? new Blob([body]).stream() : body, duplex: 'half' }
      // oxlint-disable-next-line no-await-in-loop -- one after another
      const answer = await fetch(`http://127.0.0.1:${running.port}/`, init as RequestInit)
      // oxlint-disable-next-line no-await-in-loop -- one after another
      expect([answer.status, await answer.text()]).toEqual([200, 'hello'])
    }
  }) // prettier-ignore

  test('does not delay the response', async () => {
    await using running = await serving(hello)
    const connection = await open(running.port)
    connection.send(post(['Content-Length: 5'], 'he'))
    expect(await next(connection)).toMatchObject({ body: 'hello' })
    connection.send('llo')
    connection.send(get())
    expect(await next(connection)).toMatchObject({ body: 'hello' })
    connection.socket.destroy()
  })
})

describe('a client that disconnects', () => {
  test('aborts phial.signal and closes the body', async () => {
    const begun = deferred()
    const left = deferred<string>()
    const closed = deferred()
    await using running = await serving((environ, startResponse) => {
      startResponse('200 OK', [])
      environ['phial.signal']?.addEventListener('abort', () => left.resolve('left'))
      async function* body(): AsyncGenerator<Uint8Array> {
        try {
          yield bytes('begun')
          begun.resolve()
          await left.promise
          yield bytes('never seen')
        } finally {
          closed.resolve()
        }
      }
      return body()
    })
    const connection = await open(running.port)
    connection.send(get())
    await connection.until('begun')
    connection.socket.destroy()
    expect(await left.promise).toBe('left')
    await closed.promise
    expect(running.errors).toEqual([])
  })

  test('after a complete response does not abort phial.signal', async () => {
    let signal: AbortSignal | undefined
    await using running = await serving((environ, startResponse) => {
      signal = environ['phial.signal']
      return hello(environ, startResponse)
    })
    await exchange(running.port, get('/', 'Connection: close'))
    expect(signal?.aborted).toBe(false)
  })

  test('midway through its body makes reading throw an AbortError', async () => {
    const failed = deferred<unknown>()
    await using running = await serving(async (environ, startResponse) => {
      await environ['wsgi.input'].read().catch((error: unknown) => {
        failed.resolve(error)
        throw error
      })
      return hello(environ, startResponse)
    })
    const connection = await open(running.port)
    connection.send(post(['Content-Length: 5'], 'he'))
    connection.socket.destroySoon()
    expect(await failed.promise).toMatchObject({ name: 'AbortError' })
    await running.server.close()
    expect(running.errors).toEqual([])
  })

  test('a client that never reads suspends the application, and ends its body when it disconnects', async () => {
    let asked = 0
    const closed = deferred()
    await using running = await serving(function* app({ PATH_INFO }, startResponse) {
      startResponse('200 OK', [])
      if (PATH_INFO === '/other') return
      try {
        for (;;) {
          asked++
          yield new Uint8Array(1_000_000)
        }
      } finally {
        closed.resolve()
      }
    } as Application)
    const connection = await open(running.port)
    connection.socket.pause()
    connection.send(get())
    for (let before = 0; asked === 0 || asked !== before;) {
      before = asked
      // oxlint-disable-next-line no-await-in-loop -- until it requests no more chunks while other clients are served
      await exchange(running.port, get('/other', 'Connection: close'))
    }
    connection.socket.destroy()
    await closed.promise
  })
})
