import { EventEmitter, once } from 'node:events'
import {
  afterThisRequest,
  ContextError,
  copyCurrentRequestContext,
  g,
  request,
  Response,
  streamWithContext,
} from 'phial'
import { describe, expect, test } from 'vitest'
import { make } from '../support.ts'

describe('afterThisRequest', () => {
  test('runs first, in order of registration, before the hooks of child and app, for one request', async () => {
    const app = make()
    const order = (response: Response, name: string): void =>
      response.headers.set('X-Order', `${response.headers.get('x-order') ?? ''}${name};`)
    app.afterRequest((response) => order(response, 'app'))
    app.get('/', () => {
      afterThisRequest((response) => order(response, 'first'))
      afterThisRequest(async (response) => order(response, 'second'))
      return ''
    })
    app.get('/other', () => '')
    const client = app.testClient()
    expect((await client.get('/')).headers.get('x-order')).toBe('first;second;app;')
    expect((await client.get('/other')).headers.get('x-order')).toBe('app;')
  })

  test('may return another response, also after an error', async () => {
    const app = make()
    app.beforeRequest(() => afterThisRequest(() => new Response('another', { status: 299 })))
    expect(await (await app.testClient().get('/none')).text()).toBe('another')
  })

  test('throws an error outside of a request', () => {
    expect(() => afterThisRequest(() => undefined)).toThrow('afterThisRequest was used outside')
    expect(() =>
      make()
        .appContext()
        .run(() => afterThisRequest(() => undefined)),
    ).toThrow(ContextError)
  })
})

describe('copyCurrentRequestContext', () => {
  test('runs a listener that was registered before the request in the request', async () => {
    const app = make()
    const events = new EventEmitter()
    const jobs: ((last: string) => void)[] = []
    events.on('work', (last: string) => jobs.forEach((job) => job(last)))
    app.get('/:name', ({ name }) => {
      g['name'] = name
      jobs.push(
        copyCurrentRequestContext((last: string) => {
          events.emit('done', `${request.path} ${String(g['name'])} ${last}`)
        }),
      )
      return ''
    })
    await app.testClient().get('/a')
    const done = once(events, 'done')
    events.emit('work', 'z')
    expect(await done).toEqual(['/a a z'])
    expect(() => request.path).toThrow(ContextError)
  })

  test('throws an error outside of a request', () => {
    expect(() => copyCurrentRequestContext(() => 1)).toThrow(ContextError)
  })
})

describe('streamWithContext', () => {
  test.each([
    [
      'a generator function',
      function* make() {
        yield request.path
        yield request.path
      },
    ],
    [
      'an asynchronous one',
      async function* make() {
        yield request.path
        await Promise.resolve()
        yield request.path
      },
    ],
  ])('keeps the request for %s that another reader reads', async (_, source) => {
    const app = make()
    const context = app.testRequestContext('/a')
    for (const given of [source, source()]) {
      const stream = context.enter(() => streamWithContext<string>(given))
      const chunks: string[] = []
      // oxlint-disable-next-line no-await-in-loop
      for await (const chunk of stream) chunks.push(chunk)
      expect(chunks).toEqual(['/a', '/a'])
    }
  })

  test('may be returned by a view, and is closed within the request if the reader stops', async () => {
    const app = make()
    const ends: string[] = []
    function* source(): Generator<string> {
      try {
        yield 'a'
        yield 'b'
      } finally {
        ends.push(request.path)
      }
    }
    app.get('/whole', () => streamWithContext(source))
    expect(await (await app.testClient().get('/whole')).text()).toBe('ab')
    const stream = app.testRequestContext('/part').enter(() => streamWithContext(source))
    for await (const chunk of stream) {
      expect(chunk).toBe('a')
      break
    }
    expect(ends).toEqual(['/whole', '/part'])
  })

  test('throws an error outside of a request', () => {
    expect(() => streamWithContext(['a'])).toThrow(ContextError)
  })
})
