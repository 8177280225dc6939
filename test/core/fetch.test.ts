import {
  call,
  compose,
  dispatcher,
  fromFetch,
  toFetch,
  validator,
  type Application,
  type FetchHandler,
} from '@phial/core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { deferred } from '../support/deferred.ts'
import { turn } from '../support/turn.ts'
import { bytes, textOf } from './support/bytes.ts'
import { ok } from './support/drive.ts'

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

/** A body’s reader; an answer without a body fails the test. */
function readerOf({ body }: Response): ReadableStreamDefaultReader<Uint8Array> {
  if (body === null) throw new Error('The answer has no body')
  return body.getReader() as ReadableStreamDefaultReader<Uint8Array>
}

describe('toFetch', () => {
  test('answers with status, headers and body', async () => {
    const response = await get((_environ, startResponse) => {
      startResponse('201 All made', [['X-A', 'ÿ'], ['Content-Type', 'text/plain']])
      return [bytes('one'), bytes('two')]
    }) // prettier-ignore
    expect(response.status).toBe(201)
    expect(response.statusText).toBe('All made')
    expect(response.headers.get('x-a')).toBe('ÿ')
    expect(await response.text()).toBe('onetwo')
  })

  test('keeps each Set-Cookie to itself', async () => {
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

  test('says what was asked', async () => {
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

  test('knows https and its port', async () => {
    let seen: unknown
    const app: Application = (environ, startResponse) => {
      seen = [environ['wsgi.url_scheme'], environ.SERVER_PORT]
      ok(startResponse)
      return []
    }
    await toFetch(app)(new Request('https://localhost/'))
    expect(seen).toEqual(['https', '443'])
  })

  test('answers at the first bytes, not before: until then the answer can be replaced', async () => {
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

  test('does not ask for a chunk before the one before it was taken', async () => {
    const asked: string[] = []
    const response = await get(function* app(_environ, startResponse) {
      ok(startResponse)
      for (const chunk of ['one', 'two', 'three']) {
        asked.push(chunk)
        yield bytes(chunk)
      }
    })
    const reader = readerOf(response)
    await turn()
    expect(asked).toEqual(['one'])
    expect(textOf((await reader.read()).value ?? bytes(''))).toBe('one')
    await turn()
    expect(asked).toEqual(['one'])
    expect(textOf((await reader.read()).value ?? bytes(''))).toBe('two')
    await turn()
    expect(asked).toEqual(['one', 'two'])
    expect(textOf((await reader.read()).value ?? bytes(''))).toBe('three')
    expect((await reader.read()).done).toBe(true)
  })

  test('answers a reader that asks for several chunks at once', async () => {
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

  test('lets an application go on that has written several chunks at once', async () => {
    const response = await get(async (_environ, startResponse) => {
      const write = startResponse('200 OK', [])
      await Promise.all([write(bytes('one')), write(bytes('two'))])
      return [bytes('three')]
    })
    expect(await response.text()).toBe('onetwothree')
  })

  test('keeps chunks apart from the buffer that the application uses again', async () => {
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

  test('that is cancelled closes the body and fires phial.signal', async () => {
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

  test('whose request is aborted fires phial.signal and breaks the answer off', async () => {
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

  test('whose request was aborted before answers all the same, and closes the body', async () => {
    let closed = 0
    for (const app of [
      () => Object.assign([bytes('one')], { close: () => (closed += 1) }),
      async () => Object.assign([bytes('one')], { close: () => (closed += 1) }),
    ])
      // oxlint-disable-next-line no-await-in-loop -- one after another
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

  test('whose request was aborted before does not pass half an answer off as a whole one', async () => {
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

  test('answers an error before the head with 500, and logs it', async () => {
    log.mockImplementation(() => undefined)
    const response = await get(() => {
      throw new Error('secret')
    })
    expect(response.status).toBe(500)
    expect(await response.text()).toBe('Internal Server Error\n')
    expect(String(log.mock.calls[0])).toMatch(/^Error: secret\n +at /)
  })

  test('breaks off at an error after the head, with that error, and logs it', async () => {
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

  test('breaks off when bytes are missing', async () => {
    log.mockImplementation(() => undefined)
    const response = await get((_environ, startResponse) => {
      ok(startResponse, ['Content-Length', '9'])
      return [bytes('hello')]
    })
    await expect(response.text()).rejects.toMatchObject({ rule: 'APP-18' })
    expect(String(log.mock.calls[0])).toContain('APP-18')
  })

  test('answers HEAD without a body', async () => {
    const response = await get(answering('hello'), '/', { method: 'HEAD' })
    expect(response.body).toBeNull()
    expect(response.headers.get('content-length')).toBe('5')
  })

  test.each(['204 No Content', '205 Reset Content', '304 Not Modified'])(
    'answers with %s, which has no body',
    async (status) => {
      for (const body of [[], [bytes('one')], [bytes('one'), bytes('two')]]) {
        // oxlint-disable-next-line no-await-in-loop -- one after another
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

  test('sends a body while it comes, and answers while it is still being sent', async () => {
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

  test('tells an error of the request’s body to whoever reads it', async () => {
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
})

describe('fromFetch', () => {
  const url: FetchHandler = ({ url }) => new Response(url)

  test('answers with what the handler answers', async () => {
    const answer = await call(
      validator(
        fromFetch(
          () =>
            new Response('grün', {
              status: 201,
              statusText: 'All made',
              headers: [['Set-Cookie', 'a=1, x'], ['X-A', 'b'], ['Set-Cookie', 'b=2']],
            }),
        ),
      ),
    ) // prettier-ignore
    expect(answer.status).toBe('201 All made')
    expect(answer.headers).toEqual([
      ['content-type', 'text/plain;charset=UTF-8'],
      ['set-cookie', 'a=1, x'],
      ['set-cookie', 'b=2'],
      ['x-a', 'b'],
    ])
    expect(answer.text()).toBe('grün')
  })

  test('answers without a body where the handler does', async () => {
    const answer = await call(validator(fromFetch(async () => new Response(null, { status: 204 }))))
    expect(answer.statusCode).toBe(204)
    expect(answer.body.byteLength).toBe(0)
  })

  test('tells the handler method, URL, headers and body', async () => {
    const answer = await call(
      validator(
        fromFetch(async (request) =>
          Response.json({
            method: request.method,
            url: request.url,
            type: request.headers.get('content-type'),
            accept: request.headers.get('accept'),
            cookie: request.headers.get('cookie'),
            body: await request.text(),
          }),
        ),
      ),
      {
        method: 'PUT',
        path: '/a/b',
        query: { c: 'd e' },
        headers: [['Content-Type', 'text/x'], ['Accept', 'a'], ['Accept', 'b'], ['Cookie', 'e=f'], ['Host', 'example.org:81']],
        body: 'grün',
      },
    ) // prettier-ignore
    expect(answer.json()).toEqual({
      method: 'PUT',
      url: 'http://example.org:81/a/b?c=d+e',
      type: 'text/x',
      accept: 'a, b',
      cookie: 'e=f',
      body: 'grün',
    })
  })

  test.each([
    ['/a%2Fb', '/a%2Fb'],
    ['/caf%C3%A9', '/caf%C3%A9'],
    ['/a%20b;c=d', '/a%20b;c=d'],
    ['/~a!b', '/~a!b'],
  ])('keeps the path %s undecoded', async (path, expected) => {
    expect((await call(fromFetch(url), { path })).text()).toBe(`http://localhost${expected}`)
  })

  test('keeps %2F under a dispatcher too', async () => {
    const app = dispatcher(answering('elsewhere'), { '/api': fromFetch(url) })
    expect((await call(app, { path: '/api/a%2Fb' })).text()).toBe('http://localhost/api/a%2Fb')
  })

  test('goes by PATH_INFO where middleware has written another one', async () => {
    const rewriting = compose((app) => (environ, startResponse) => {
      environ.PATH_INFO = '/cafÃ© x'
      return (app as Application)(environ, startResponse)
    })
    expect((await call(rewriting(fromFetch(url)), { path: '/a%2Fb?c' })).text()).toBe(
      'http://localhost/caf%C3%A9%20x?c',
    )
  })

  test('goes by PATH_INFO where there is no RAW_URI', async () => {
    const environ = { RAW_URI: undefined }
    expect((await call(fromFetch(url), { path: '/a%2Fb', environ })).text()).toBe(
      'http://localhost/a/b',
    )
  })

  test('leaves headers of one connection out, both ways', async () => {
    const answer = await call(
      fromFetch(
        (request) =>
          new Response([...request.headers.keys()].join(), {
            headers: { Connection: 'close', 'Keep-Alive': '1', 'Transfer-Encoding': 'chunked', 'X-A': 'b' },
          }),
      ),
      { headers: { Connection: 'close', TE: 'trailers', Upgrade: 'x', 'X-B': 'c' } },
    ) // prettier-ignore
    expect(answer.text()).toBe('host,x-b')
    expect(answer.headers.map(([name]) => name)).toEqual(['content-type', 'x-a'])
  })

  test('sends no body where none comes', async () => {
    for (const options of [
      {},
      { method: 'POST' },
      { method: 'POST', body: '' },
      { body: 'to GET' },
    ])
      // oxlint-disable-next-line no-await-in-loop -- one after another
      expect(
        (
          await call(
            fromFetch(({ body }) => new Response(String(body === null))),
            options,
          )
        ).text(),
      ).toBe('true')
  })

  test('streams both ways', async () => {
    const more = deferred()
    const chunks: string[] = []
    async function* sent(): AsyncGenerator<Uint8Array> {
      yield bytes('one')
      await more.promise
      yield bytes('two')
    }
    await call(
      fromFetch(({ body }) => new Response(body)),
      {
        method: 'POST',
        body: sent(),
        onChunk: (chunk) => {
          chunks.push(textOf(chunk))
          more.resolve()
        },
      },
    )
    expect(chunks).toEqual(['one', 'two'])
  })

  test('rejects with the error of the handler, or of its stream', async () => {
    const failing = new Error('broken')
    await expect(call(fromFetch(() => Promise.reject(failing)))).rejects.toBe(failing)
    const stream = new ReadableStream({ pull: (controller) => controller.error(failing) })
    await expect(call(fromFetch(() => new Response(stream)))).rejects.toBe(failing)
  })

  test.each([
    ['to HEAD', { method: 'HEAD' }],
    ['a client that leaves', { leave: true }],
    ['a client that had left', { left: true }],
  ])('cancels the handler’s stream when it is not read to its end: %s', async (_why, how) => {
    const cancelled = deferred()
    const client = new AbortController()
    if ('left' in how) client.abort()
    const stream = new ReadableStream({
      pull: (controller) => controller.enqueue(bytes('again')),
      cancel: () => cancelled.resolve(),
    })
    await call(
      fromFetch(() => new Response(stream)),
      {
        ...('method' in how && how),
        signal: client.signal,
        onChunk: () => {
          if ('leave' in how) client.abort()
        },
      },
    )
    await cancelled.promise
  })

  test('gives the handler a signal that fires when the client leaves', async () => {
    const client = new AbortController()
    let aborted: boolean | undefined
    await call(
      fromFetch(({ signal }) => {
        aborted = signal.aborted
        client.abort()
        aborted = !aborted && signal.aborted
        return new Response('late')
      }),
      { signal: client.signal },
    )
    expect(aborted).toBe(true)
  })
})

test('there and back again, nothing is lost', async () => {
  const app: Application = async (environ, startResponse) => {
    const body = await environ['wsgi.input'].read()
    startResponse('202 Well taken', [
      ['Content-Type', 'text/plain'],
      ['Set-Cookie', 'a=1'],
      ['Set-Cookie', 'b=2'],
    ])
    return [bytes(`${environ.REQUEST_METHOD} ${environ.PATH_INFO}?${environ.QUERY_STRING} `), body]
  }
  const options = { method: 'POST', path: '/a%2Fb é', query: 'c=d', body: 'grün' }
  const there = await call(validator(app), options)
  const back = await call(validator(fromFetch(toFetch(validator(app)))), options)
  expect(back.status).toBe(there.status)
  expect(back.text()).toBe(there.text())
  expect(back.headers.map(([name, value]) => `${name.toLowerCase()}: ${value}`).sort()).toEqual(
    there.headers.map(([name, value]) => `${name.toLowerCase()}: ${value}`).sort(),
  )
})
