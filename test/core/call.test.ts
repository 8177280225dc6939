import { call, GatewayError, validator, type Application, type CallOptions } from '@phial/core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { deferred } from '../support/deferred.ts'
import { turn } from '../support/turn.ts'
import { bytes, textOf } from './support/bytes.ts'
import { ok } from './support/drive.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

/** Responds with some keys of its environ and the request body. */
const mirror =
  (...keys: string[]): Application =>
  async (environ, startResponse) => {
    const body = textOf(await environ['wsgi.input'].read())
    startResponse('200 OK', [['Content-Type', 'application/json']])
    return [
      bytes(
        JSON.stringify({ ...Object.fromEntries(keys.map((key) => [key, environ[key]])), body }),
      ),
    ]
  }

const seen = async (options: CallOptions, ...keys: string[]): Promise<unknown> =>
  (await call(validator(mirror(...keys)), options)).json()

describe('the request', () => {
  test('defaults to GET / on localhost', async () => {
    const keys = ['REQUEST_METHOD', 'SCRIPT_NAME', 'PATH_INFO', 'QUERY_STRING', 'SERVER_NAME', 'SERVER_PORT',
      'SERVER_PROTOCOL', 'REMOTE_ADDR', 'HTTP_HOST', 'CONTENT_LENGTH', 'wsgi.url_scheme'] // prettier-ignore
    expect(await seen({}, ...keys)).toEqual({
      REQUEST_METHOD: 'GET',
      SCRIPT_NAME: '',
      PATH_INFO: '/',
      QUERY_STRING: '',
      SERVER_NAME: 'localhost',
      SERVER_PORT: '80',
      SERVER_PROTOCOL: 'HTTP/1.1',
      REMOTE_ADDR: '127.0.0.1',
      HTTP_HOST: 'localhost',
      'wsgi.url_scheme': 'http',
      body: '',
    })
  })

  const queries: [what: string, options: CallOptions, query: string][] = [
    ['text', { query: 'a=1&b=ü c' }, 'a=1&b=%C3%BC%20c'],
    ['text with a leading question mark', { query: '?a=1' }, 'a=1'],
    ['parameters', { query: new URLSearchParams([['a', '1'], ['a', 'ü']]) }, 'a=1&a=%C3%BC'],
    ['an object', { query: { subject: 'john doe', page: 2, all: true } }, 'subject=john+doe&page=2&all=true'],
    ['a list', { query: { a: ['1', 2], b: [] } }, 'a=1&a=2'],
    ['nothing', { query: {} }, ''],
    ['the path', { path: '/x?a=1' }, 'a=1'],
    ['the path and the option', { path: '/x?a=1', query: { b: 2 } }, 'a=1&b=2'],
  ] // prettier-ignore

  test.each(queries)('has a query from %s', async (_what, options, query) => {
    expect(await seen(options, 'QUERY_STRING')).toMatchObject({ QUERY_STRING: query })
  })

  test('has the headers of pairs or of an object', async () => {
    for (const headers of [
      [
        ['X-A', '1'],
        ['Host', 'h'],
      ] as [string, string][],
      new Map([
        ['X-A', '1'],
        ['host', 'h'],
      ]),
      new Headers([
        ['X-A', '1'],
        ['Host', 'h'],
      ]),
      { 'X-A': '1', host: 'h' },
    ])
      // prettier-ignore
      // oxlint-disable-next-line no-await-in-loop -- sequentially
      expect(await seen({ headers }, 'HTTP_X_A', 'HTTP_HOST')).toMatchObject({
        HTTP_X_A: '1',
        HTTP_HOST: 'h',
      })
  })

  test('joins repeated headers', async () => {
    const headers: [string, string][] = [
      ['Accept', 'a'],
      ['Accept', 'b'],
    ]
    expect(await seen({ headers }, 'HTTP_ACCEPT')).toMatchObject({ HTTP_ACCEPT: 'a, b' })
  })

  async function* later(): AsyncGenerator<Uint8Array> {
    yield bytes('grü')
    yield bytes('n')
  }
  const bodies: [what: string, body: CallOptions['body'], length: string | undefined][] = [
    ['text', 'grün', '5'],
    ['bytes', bytes('grün'), '5'],
    ['a Buffer', Buffer.from('grün'), '5'],
    ['chunks', [bytes('grü'), bytes('n')], undefined],
    ['asynchronous chunks', later(), undefined],
  ]

  test.each(bodies)('has a body from %s', async (_what, body, length) => {
    const keys = ['CONTENT_LENGTH', 'HTTP_TRANSFER_ENCODING']
    expect(await seen({ method: 'POST', ...(body && { body }) }, ...keys)).toEqual({
      body: 'grün',
      ...(length === undefined
        ? { HTTP_TRANSFER_ENCODING: 'chunked' }
        : { CONTENT_LENGTH: length }),
    })
  })

  test('has Content-Length: 0 for an empty body', async () => {
    expect(await seen({ body: '' }, 'CONTENT_LENGTH')).toEqual({ body: '', CONTENT_LENGTH: '0' })
  })

  test('keeps a Content-Length that was passed', async () => {
    const headers = { 'content-length': '9' }
    const keys = ['CONTENT_LENGTH', 'HTTP_TRANSFER_ENCODING']
    expect(await seen({ headers, body: 'hello' }, ...keys)).toEqual({
      body: 'hello',
      CONTENT_LENGTH: '9',
    })
  })

  test('applies the environ option last', async () => {
    const environ = { REMOTE_ADDR: '10.0.0.1', SCRIPT_NAME: '/app', 'my.key': 1, HTTP_HOST: 'h' }
    expect(await seen({ environ, headers: { Host: 'other' } }, ...Object.keys(environ))).toEqual({
      ...environ,
      body: '',
    })
  })

  test('does not modify the options', async () => {
    const options = Object.freeze({
      headers: Object.freeze({ A: 'b' }),
      environ: Object.freeze({ 'my.key': 1 }),
      query: Object.freeze({ a: 1 }),
    })
    await call((environ, startResponse) => {
      environ['my.key'] = 2
      ok(startResponse)
      return []
    }, options)
    expect(options.environ).toEqual({ 'my.key': 1 })
  })
})

describe('the response', () => {
  test('has the status, the headers in order, and the body', async () => {
    const answer = await call((_environ, startResponse) => {
      startResponse('201 Created', [
        ['Set-Cookie', 'a=1'],
        ['Content-Type', 'application/json'],
        ['set-cookie', 'b=2'],
      ])
      return [bytes('{"a":'), bytes('"ü"}')]
    })
    expect(answer.status).toBe('201 Created')
    expect(answer.statusCode).toBe(201)
    expect(answer.headers).toEqual([
      ['Set-Cookie', 'a=1'],
      ['Content-Type', 'application/json'],
      ['set-cookie', 'b=2'],
    ])
    expect(answer.body).toEqual(bytes('{"a":"ü"}'))
    expect(answer.text()).toBe('{"a":"ü"}')
    expect(answer.json()).toEqual({ a: 'ü' })
  })

  test('has no body for HEAD, but the Content-Length of GET', async () => {
    const app: Application = (_environ, startResponse) => {
      ok(startResponse)
      return [bytes('hello')]
    }
    const { body, headers } = await call(app, { method: 'HEAD' })
    expect(body.byteLength).toBe(0)
    expect(headers).toEqual((await call(app)).headers)
  })

  test('is copied, so that an application may reuse its buffer and headers', async () => {
    const headers: [string, string][] = [['A', 'b']]
    const answer = await call(function* app(_environ, startResponse) {
      startResponse('200 OK', headers)
      const buffer = new Uint8Array(3)
      for (const text of ['one', 'two']) {
        buffer.set(bytes(text))
        yield buffer
      }
      buffer.fill(0)
    })
    for (const pair of headers) pair[1] = 'changed'
    expect(answer.text()).toBe('onetwo')
    expect(answer.headers).toEqual([['A', 'b']])
  })

  test('is passed to onChunk chunk by chunk, and the application waits for it', async () => {
    const notes: string[] = []
    const taken = deferred()
    const first = deferred()
    const calling = call(
      function* app(_environ, startResponse) {
        ok(startResponse)
        notes.push('requested one')
        yield bytes('one')
        notes.push('requested two')
        yield bytes('two')
      },
      {
        onChunk: (chunk) => {
          notes.push(`received ${textOf(chunk)}`)
          first.resolve()
          return taken.promise
        },
      },
    )
    await first.promise
    await turn()
    expect(notes).toEqual(['requested one', 'received one'])
    taken.resolve()
    await calling
    expect(notes).toEqual(['requested one', 'received one', 'requested two', 'received two'])
  })

  test('is passed to onChunk even if there is only one chunk', async () => {
    const chunks: string[] = []
    await call(
      (_environ, startResponse) => {
        ok(startResponse)
        return [bytes('all')]
      },
      { onChunk: (chunk) => void chunks.push(textOf(chunk)) },
    )
    expect(chunks).toEqual(['all'])
  })
})

describe('an error', () => {
  const failing = new Error('broken')

  const apps: [where: string, app: Application][] = [
    ['thrown', () => {
      throw failing
    }],
    ['rejected', () => Promise.reject(failing)],
    ['thrown in the middle of a body', function* app(_environ, startResponse) {
      ok(startResponse)
      yield bytes('one')
      throw failing
    }],
    ['thrown by close()', (_environ, startResponse) => {
      ok(startResponse)
      return Object.assign([bytes('one')], { close: () => Promise.reject(failing) })
    }],
  ] // prettier-ignore

  test.each(apps)('of the application, %s, rejects the call', async (_where, app) => {
    const log = vi.spyOn(console, 'error')
    await expect(call(app)).rejects.toBe(failing)
    await expect(call(validator(app))).rejects.toBe(failing)
    expect(log).not.toHaveBeenCalled()
  })

  test('may be any value', async () => {
    for (const thrown of [undefined, null, 'text']) {
      const caught = await call(() => {
        throw thrown
      }).catch((error: unknown) => ({ error }))
      expect(caught).toEqual({ error: thrown })
    }
  })

  test('is the first one if there are several', async () => {
    await expect(
      call((_environ, startResponse) => {
        ok(startResponse)
        return {
          [Symbol.iterator]: () => {
            throw failing
          },
          close: () => {
            throw new Error('not closed either')
          },
        }
      }),
    ).rejects.toBe(failing)
  })

  test('is a GatewayError if a rule was broken', async () => {
    const answer = call((_environ, startResponse) => {
      ok(startResponse, ['Content-Length', '9'])
      return [bytes('hello')]
    })
    await expect(answer).rejects.toBeInstanceOf(GatewayError)
    await expect(answer).rejects.toMatchObject({ rule: 'APP-18' })
  })

  test('of onChunk rejects the call', async () => {
    let closed = 0
    const app: Application = (_environ, startResponse) => {
      ok(startResponse)
      return Object.assign([bytes('one')], { close: () => void (closed += 1) })
    }
    for (const onChunk of [
      () => Promise.reject(failing),
      () => {
        throw failing
      },
    ])
      // oxlint-disable-next-line no-await-in-loop -- sequentially
      await expect(call(app, { onChunk })).rejects.toBe(failing)
    expect(closed).toBe(2)
  })
})

describe('wsgi.errors', () => {
  test('writes to the console, line by line', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    await call((environ, startResponse) => {
      environ['wsgi.errors'].write('something odd\n')
      ok(startResponse)
      return []
    })
    expect(log.mock.calls).toEqual([['something odd']])
  })
})

describe('a signal', () => {
  test('becomes phial.signal, and aborting it ends the call with the chunks so far', async () => {
    const client = new AbortController()
    const left = deferred()
    const notes: string[] = []
    const answer = await call(
      async function* app(environ, startResponse) {
        try {
          expect(environ['phial.signal']).toBe(client.signal)
          environ['phial.signal']?.addEventListener('abort', () => left.resolve())
          ok(startResponse)
          yield bytes('one')
          await left.promise
          yield bytes('never')
        } finally {
          notes.push('finally')
        }
      },
      { signal: client.signal, onChunk: () => client.abort() },
    )
    expect(answer.status).toBe('200 OK')
    expect(answer.text()).toBe('one')
    expect(notes).toEqual(['finally'])
  })

  test('is absent by default', async () => {
    expect(await seen({}, 'phial.signal')).toEqual({ body: '' })
  })
})

test('rejects with the reason of the signal if it aborts before the head', async () => {
  const reason = new Error('gone home')
  const leaving = new AbortController()
  const answer = call(
    async function* answer(_environ, startResponse) {
      startResponse('200 OK', [['Content-Type', 'text/plain']])
      leaving.abort(reason)
      yield new Uint8Array(0)
    },
    { signal: leaving.signal },
  )
  await expect(answer).rejects.toBe(reason)
})
