import { describe, expect, test } from 'vitest'
import { logging, make } from '../support.ts'

describe('streams', () => {
  test('are closed once when the client leaves, HEAD included', async () => {
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

  test('ask for each chunk only when it is wanted', async () => {
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

  test('refuse chunks that are neither text nor bytes', async () => {
    const app = make()
    app.get('/', () => [1, 2].values())
    await expect(app.testClient().get('/')).rejects.toThrow('Yield strings or bytes')
  })
})

test('a stream whose headers are refused is ended', async () => {
  const app = make()
  const { environ } = logging()
  const closed = new Promise<string>((resolve) => {
    const stream = new ReadableStream({ cancel: () => resolve('closed') })
    app.get('/', () => [stream, 200, { 'X-Bad': 'a\nb' }])
  })
  expect((await app.testClient().get('/', { environ })).status).toBe(500)
  expect(await closed).toBe('closed')
})
