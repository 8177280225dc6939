import { createReadStream, type ReadStream } from 'node:fs'
import { abort, makeResponse, type Phial, Response as PhialResponse } from 'phial'
import { describe, expect, test } from 'vitest'
import { logging, make } from '../support.ts'

describe('streams', () => {
  test('are closed once if the client disconnects, and for HEAD', async () => {
    const closed: string[] = []
    const app = make()
    app.get('/:name', async function* stream({ name }) {
      try {
        yield 'a'
        yield 'b'
      } finally {
        closed.push(name)
      }
    })
    const { environ } = app.testRequestContext('/left').request
    const body = await app.wsgiApp(environ, () => () => undefined)
    const iterator = Symbol.asyncIterator in body ? body[Symbol.asyncIterator]() : undefined
    await iterator?.next()
    await body.close?.()
    await body.close?.()
    expect(closed).toEqual(['left'])
    expect(await (await app.testClient().head('/head')).text()).toBe('')
  })

  test('read each chunk only when it is requested', async () => {
    let made = 0
    const app = make()
    app.get('/', function* stream() {
      for (;;) yield String((made += 1))
    })
    const { environ } = app.testRequestContext('/').request
    const body = await app.wsgiApp(environ, () => () => undefined)
    const iterator = Symbol.asyncIterator in body ? body[Symbol.asyncIterator]() : undefined
    expect(made).toBe(0)
    await iterator?.next()
    expect(made).toBe(1)
    await body.close?.()
  })

  test('abort the response for a chunk that is neither text nor bytes', async () => {
    const app = make()
    app.get('/', () => [1, 2].values())
    await expect(app.testClient().get('/')).rejects.toThrow('Yield strings or bytes')
  })
})

test('closes a stream whose headers the gateway rejects', async () => {
  const app = make()
  const { environ } = logging()
  const closed = new Promise<string>((resolve) => {
    const stream = new ReadableStream({ cancel: () => resolve('closed') })
    app.get('/', () => makeResponse(stream, 200, { 'X-Bad': 'a\nb' }))
  })
  expect((await app.testClient().get('/', { environ })).status).toBe(500)
  expect(await closed).toBe('closed')
})

describe('a Node stream that fails before it is read', () => {
  const missing = (): ReadStream => createReadStream('/no/such/file')

  test.each<[string, (app: Phial, stream: () => ReadStream) => void, number?]>([
    ['as a body', (app, stream) => app.get('/', () => stream())],
    ['in a Response', (app, stream) => app.get('/', () => new PhialResponse(stream()))],
    [
      'with a status that has no content',
      (app, stream) => app.get('/', () => makeResponse(stream(), 204)),
      204,
    ],
    [
      'and an asynchronous hook',
      (app, stream) => {
        app.get('/', () => stream())
        app.afterRequest((response) => failed(response.body as ReadStream))
      },
    ],
    [
      'and a hook that throws',
      (app, stream) => {
        app.get('/', () => stream())
        app.afterRequest(async (response) => {
          await failed(response.body as ReadStream)
          throw new Error('in the hook')
        })
      },
      500,
    ],
    [
      'and a hook that returns another response',
      (app, stream) => {
        app.get('/', () => stream())
        app.afterRequest(() => makeResponse('other'))
      },
      200,
    ],
    [
      'and set by a hook',
      (app, stream) => {
        app.get('/', () => '')
        app.afterRequest((response) => void (response.body = stream()))
        app.afterRequest(() => Promise.resolve())
      },
    ],
    [
      'from an error handler',
      (app, stream) => {
        app.get('/', () => abort(404))
        app.errorHandler(404, () => stream())
      },
    ],
  ])('aborts its own response and is destroyed: %s', async (_, setUp, status) => {
    const app = make()
    const streams: ReadStream[] = []
    setUp(app, () => {
      const stream = missing()
      streams.push(stream)
      return stream
    })
    const answer = app.testClient().get('/', { environ: logging().environ })
    if (status === undefined) await expect(answer).rejects.toThrow('ENOENT')
    else expect((await answer).status).toBe(status)
    expect(streams.map(({ destroyed }) => destroyed)).toEqual([true])
  })

  test('does not affect the head of a HEAD request', async () => {
    const app = make()
    app.get('/', () => missing())
    expect((await app.testClient().head('/', { environ: logging().environ })).status).toBe(200)
  })
})

/** Resolves once a stream has failed. */
async function failed(stream: ReadStream): Promise<void> {
  if (stream.closed) return
  await new Promise<void>((resolve) => stream.once('close', () => resolve()))
}

test('sends a 205 without content', async () => {
  const app = make()
  app.get('/', () => makeResponse('reset', 205))
  const response = await app.testClient().get('/')
  expect([response.status, await response.text()]).toEqual([205, ''])
  expect(response.headers.get('content-length')).toBe('0')
})

test.each([
  ['/日本', '/%E6%97%A5%E6%9C%AC'],
  ['/ü?q=ü#ü', '/%C3%BC?q=%C3%BC#%C3%BC'],
  ['/a%20b', '/a%20b'],
])('percent-encodes a Location that was set as a header: %s', async (Location, sent) => {
  const app = make()
  app.get('/', () => makeResponse('', 302, { Location }))
  const answer = await app.testClient().get('/')
  expect([answer.status, answer.headers.get('location')]).toEqual([302, sent])
})
