import { toFetch, validator, type Application } from '@phial/core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { deferred } from '../../support/deferred.ts'
import { turn } from '../../support/turn.ts'
import { bytes, textOf } from '../support/bytes.ts'
import { ok } from '../support/drive.ts'

const log = vi.spyOn(console, 'error')

beforeEach(() => {
  log.mockReset()
})
afterEach(() => {
  log.mockReset()
})

const get = (app: Application, path = '/', init?: RequestInit): Promise<Response> =>
  toFetch(app)(new Request(`http://localhost${path}`, init))

const answering =
  (text: string): Application =>
  (_environ, startResponse) => {
    ok(startResponse)
    return [bytes(text)]
  }

/** Returns the reader of a response body. Throws if there is none. */
function readerOf({ body }: Response): ReadableStreamDefaultReader<Uint8Array> {
  if (body === null) throw new Error('The answer has no body')
  return body.getReader() as ReadableStreamDefaultReader<Uint8Array>
}

describe('toFetch', () => {
  test('responds with status, headers and body', async () => {
    const response = await get((_environ, startResponse) => {
      startResponse('201 All made', [['X-A', 'ÿ'], ['Content-Type', 'text/plain']])
      return [bytes('one'), bytes('two')]
    }) // prettier-ignore
    expect(response.status).toBe(201)
    expect(response.statusText).toBe('All made')
    expect(response.headers.get('x-a')).toBe('ÿ')
    expect(await response.text()).toBe('onetwo')
  })

  test('keeps Set-Cookie headers separate', async () => {
    const { headers } = await get((_environ, startResponse) => {
      ok(
        startResponse,
        ['Set-Cookie', 'a=1, x'],
        ['Vary', 'A'],
        ['set-cookie', 'b=2'],
        ['Vary', 'B'],
      )
      return []
    })
    expect(headers.getSetCookie()).toEqual(['a=1, x', 'b=2'])
    expect(headers.get('vary')).toBe('A, B')
  })

  test('passes the request to the application', async () => {
    let seen: unknown
    await get(
      validator((environ, startResponse) => {
        const {
          REQUEST_METHOD,
          PATH_INFO,
          QUERY_STRING,
          RAW_URI,
          SERVER_NAME,
          SERVER_PORT,
          HTTP_HOST,
        } = environ
        seen = {
          REQUEST_METHOD,
          PATH_INFO,
          QUERY_STRING,
          RAW_URI,
          SERVER_NAME,
          SERVER_PORT,
          HTTP_HOST,
        }
        ok(startResponse)
        return []
      }),
      ':8000/caf%C3%A9/a%2Fb?x=%20#fragment',
      { method: 'PUT' },
    )
    expect(seen).toEqual({
      REQUEST_METHOD: 'PUT',
      PATH_INFO: '/cafÃ©/a/b',
      QUERY_STRING: 'x=%20',
      RAW_URI: '/caf%C3%A9/a%2Fb?x=%20',
      SERVER_NAME: 'localhost',
      SERVER_PORT: '8000',
      HTTP_HOST: 'localhost:8000',
    })
  })

  test('sets the scheme and port for https', async () => {
    let seen: unknown
    const app: Application = (environ, startResponse) => {
      seen = [environ['wsgi.url_scheme'], environ.SERVER_PORT]
      ok(startResponse)
      return []
    }
    await toFetch(app)(new Request('https://localhost/'))
    expect(seen).toEqual(['https', '443'])
  })

  test('resolves at the first bytes, so that the response can be replaced before', async () => {
    const more = deferred()
    let answered = false
    const answer = get(async function* app(_environ, startResponse) {
      ok(startResponse)
      yield bytes('')
      await more.promise
      startResponse('503 Sorry', [], new Error('broken'))
      yield bytes('sorry')
      await new Promise<never>(() => undefined)
    })
    void answer.then(() => (answered = true))
    await turn()
    expect(answered).toBe(false)
    more.resolve()
    const response = await answer
    expect(response.status).toBe(503)
    expect(textOf((await readerOf(response).read()).value ?? bytes('nothing'))).toBe('sorry')
  })

  test('does not request a chunk before the previous one has been read', async () => {
    const requested: string[] = []
    const response = await get(function* app(_environ, startResponse) {
      ok(startResponse)
      for (const chunk of ['one', 'two', 'three']) {
        requested.push(chunk)
        yield bytes(chunk)
      }
    })
    const reader = readerOf(response)
    await turn()
    expect(requested).toEqual(['one'])
    expect(textOf((await reader.read()).value ?? bytes(''))).toBe('one')
    await turn()
    expect(requested).toEqual(['one'])
    expect(textOf((await reader.read()).value ?? bytes(''))).toBe('two')
    await turn()
    expect(requested).toEqual(['one', 'two'])
    expect(textOf((await reader.read()).value ?? bytes(''))).toBe('three')
    expect((await reader.read()).done).toBe(true)
  })

  test('serves a reader with several pending reads', async () => {
    const response = await get(function* app(_environ, startResponse) {
      ok(startResponse)
      for (const chunk of ['one', 'two', 'three', 'four']) yield bytes(chunk)
    })
    const reader = readerOf(response)
    const steps = await Promise.all(Array.from({ length: 5 }, () => reader.read()))
    expect(steps.map(({ done, value }) => (done ? 'done' : textOf(value)))).toEqual([
      'one', 'two', 'three', 'four', 'done',
    ]) // prettier-ignore
  })

  test('resolves several pending calls of write', async () => {
    const response = await get(async (_environ, startResponse) => {
      const write = startResponse('200 OK', [])
      await Promise.all([write(bytes('one')), write(bytes('two'))])
      return [bytes('three')]
    })
    expect(await response.text()).toBe('onetwothree')
  })

  test('copies chunks, so that the application may reuse its buffer', async () => {
    const response = await get(function* app(_environ, startResponse) {
      ok(startResponse)
      const buffer = new Uint8Array(3)
      for (const text of ['one', 'two']) {
        buffer.set(bytes(text))
        yield buffer
      }
    })
    expect(await response.text()).toBe('onetwo')
  })

  test('closes the body and fires phial.signal if the response is cancelled', async () => {
    const notes: string[] = []
    const closed = deferred()
    const response = await get(async function* app(environ, startResponse) {
      environ['phial.signal']?.addEventListener('abort', () => notes.push('aborted'))
      try {
        ok(startResponse)
        yield bytes('one')
        yield bytes('two')
      } finally {
        notes.push('finally')
        closed.resolve()
      }
    })
    await response.body?.cancel()
    await closed.promise
    expect(notes).toEqual(['aborted', 'finally'])
    expect(log).not.toHaveBeenCalled()
  })

  test('fires phial.signal and aborts the response if the request is aborted', async () => {
    const client = new AbortController()
    const closed = deferred()
    const response = await get(
      (environ, startResponse) => {
        ok(startResponse)
        return {
          async *[Symbol.asyncIterator]() {
            yield bytes('one')
            await new Promise((resolve) =>
              environ['phial.signal']?.addEventListener('abort', resolve),
            )
            yield bytes('two')
          },
          close: () => closed.resolve(),
        }
      },
      '/',
      { signal: client.signal },
    )
    const reader = readerOf(response)
    expect(textOf((await reader.read()).value ?? bytes(''))).toBe('one')
    const second = reader.read()
    client.abort()
    await expect(second).rejects.toMatchObject({ name: 'AbortError' })
    await closed.promise
    expect(log).not.toHaveBeenCalled()
  })

  test('responds to an already aborted request, and closes the body', async () => {
    let closed = 0
    for (const app of [
      () => Object.assign([bytes('one')], { close: () => (closed += 1) }),
      async () => Object.assign([bytes('one')], { close: () => (closed += 1) }),
    ])
      // oxlint-disable-next-line no-await-in-loop -- sequentially
      await get(
        (_environ, startResponse) => {
          ok(startResponse)
          return app()
        },
        '/',
        { signal: AbortSignal.abort() },
      )
    expect(closed).toBe(2)
  })

  test('does not complete a partial response to an already aborted request', async () => {
    const response = await get(
      function* app(_environ, startResponse) {
        ok(startResponse)
        yield bytes('one')
        yield bytes('two')
      },
      '/',
      { signal: AbortSignal.abort() },
    )
    await expect(response.text()).rejects.toMatchObject({ name: 'AbortError' })
  })

  test('responds to an error before the head with 500, and logs it', async () => {
    log.mockImplementation(() => undefined)
    const response = await get(() => {
      throw new Error('secret')
    })
    expect(response.status).toBe(500)
    expect(await response.text()).toBe('Internal Server Error\n')
    expect(String(log.mock.calls[0])).toMatch(/^Exception on "\/" \[GET\]\nError: secret\n +at /)
  })

  test('aborts the response with an error after the head, and logs it', async () => {
    log.mockImplementation(() => undefined)
    const failing = new Error('halfway')
    const response = await get(function* app(_environ, startResponse) {
      ok(startResponse)
      yield bytes('one')
      throw failing
    })
    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toBe(failing)
    expect(String(log.mock.calls[0])).toContain('Error: halfway')
  })

  test('aborts the response if bytes are missing', async () => {
    log.mockImplementation(() => undefined)
    const response = await get((_environ, startResponse) => {
      ok(startResponse, ['Content-Length', '9'])
      return [bytes('hello')]
    })
    await expect(response.text()).rejects.toMatchObject({ rule: 'APP-18' })
    expect(String(log.mock.calls[0])).toContain('APP-18')
  })

  test('responds to HEAD without a body', async () => {
    const response = await get(answering('hello'), '/', { method: 'HEAD' })
    expect(response.body).toBeNull()
    expect(response.headers.get('content-length')).toBe('5')
  })

  test('responds to HEAD of a stream with an empty stream, because platforms send Content-Length: 0 for null', async () => {
    const response = await get(
      (_environ, startResponse) => {
        ok(startResponse)
        return [bytes('one'), bytes('two')]
      },
      '/',
      { method: 'HEAD' },
    )
    expect(response.headers.has('content-length')).toBe(false)
    expect(response.body).not.toBeNull()
    expect(await response.text()).toBe('')
  })

  test.each(['204 No Content', '205 Reset Content', '304 Not Modified'])(
    'responds with %s without a body',
    async (status) => {
      for (const body of [[], [bytes('one')], [bytes('one'), bytes('two')]]) {
        // oxlint-disable-next-line no-await-in-loop -- sequentially
        const response = await get((_environ, startResponse) => {
          startResponse(status, [])
          return body
        })
        expect(`${response.status} ${response.statusText}`).toBe(status)
        expect(response.body).toBeNull()
      }
      expect(log).not.toHaveBeenCalled()
    },
  )

  test('streams the request body, and responds while it is being sent', async () => {
    const more = deferred()
    async function* sent(): AsyncGenerator<Uint8Array> {
      yield bytes('one')
      await more.promise
      yield bytes('two')
    }
    const response = await get(
      async function* echo(environ, startResponse) {
        ok(startResponse)
        for await (const chunk of environ['wsgi.input']) yield chunk
      },
      '/',
      { method: 'POST', body: ReadableStream.from(sent()), duplex: 'half' },
    )
    const reader = readerOf(response)
    expect(textOf((await reader.read()).value ?? bytes(''))).toBe('one')
    more.resolve()
    expect(textOf((await reader.read()).value ?? bytes(''))).toBe('two')
    expect((await reader.read()).done).toBe(true)
  })

  test('rejects reads with the error of the request body', async () => {
    const failing = new Error('the request broke off')
    const caught: unknown[] = []
    await get(
      async (environ, startResponse) => {
        await environ['wsgi.input'].read().catch((error: unknown) => caught.push(error))
        ok(startResponse)
        return []
      },
      '/',
      {
        method: 'POST',
        body: new ReadableStream({
          pull: (controller) => controller.error(failing),
        }),
        duplex: 'half',
      },
    )
    expect(caught).toEqual([failing])
  })

  test('adds the keys of the environ option, which receives all arguments of the handler', async () => {
    let seen: unknown
    const app = validator((environ, startResponse) => {
      seen = [environ.REMOTE_ADDR, environ['phial.platform'], environ['my.key']]
      ok(startResponse)
      return []
    })
    const handler = toFetch(app, {
      environ: (request, ip: string, port: number) => ({
        REMOTE_ADDR: ip,
        'phial.platform': { port },
        'my.key': request.url,
      }),
    })
    await handler(new Request('http://localhost/a'), '203.0.113.7', 4711)
    expect(seen).toEqual(['203.0.113.7', { port: 4711 }, 'http://localhost/a'])
  })

  describe('does not treat an abort after a complete response as a disconnect', () => {
    const bodies: [kind: string, app: Application][] = [
      ['an array', answering('whole')],
      [
        'a generator',
        async function* (_environ, startResponse) {
          ok(startResponse)
          yield bytes('who')
          yield bytes('le')
        },
      ],
      [
        'write',
        async (_environ, startResponse) => {
          const write = startResponse('200 OK', [['Content-Type', 'text/plain']])
          await write(bytes('whole'))
          return []
        },
      ],
    ]
    test.each(bodies)('of %s', async (_kind, app) => {
      const client = new AbortController()
      let signal: AbortSignal | undefined
      const watched: Application = (environ, startResponse) => {
        signal = environ['phial.signal']
        return app(environ, startResponse)
      }
      const response = await get(watched, '/', { signal: client.signal })
      expect(await response.text()).toBe('whole')
      client.abort()
      await turn()
      expect([signal?.aborted, log.mock.calls]).toEqual([false, []])
    })
  })
})
