import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { type Answer, makeResponse, request, Response } from 'phial'
import { describe, expect, test } from 'vitest'
import { logging, make } from '../support.ts'

const FILE = fileURLToPath(import.meta.url)

/** A streamed body, and whether it was closed. */
interface Source {
  readonly chunks: Answer
  readonly isClosed: () => boolean
}

const sources: Record<string, () => Source> = {
  'a file of Node’s': () => {
    const stream = createReadStream(FILE)
    return { chunks: stream, isClosed: () => stream.destroyed }
  },
  'a stream of Node’s': () => {
    const stream = Readable.from(['a', 'b'])
    return { chunks: stream, isClosed: () => stream.destroyed }
  },
  'a stream of the platform’s': () => {
    let isClosed = false
    const pull = (controller: ReadableStreamDefaultController): void => controller.enqueue('a')
    const cancel = (): void => void (isClosed = true)
    return { chunks: new ReadableStream({ pull, cancel }), isClosed: () => isClosed }
  },
  'an iterable with close': () => {
    let isClosed = false
    async function* letters(): AsyncGenerator<string> {
      yield 'a'
    }
    const close = (): void => void (isClosed = true)
    const chunks = { [Symbol.asyncIterator]: letters, close }
    return { chunks, isClosed: () => isClosed }
  },
}

const ways: Record<string, (chunks: Answer) => Answer | Promise<Answer>> = {
  sent: (chunks) => chunks,
  'with a status that has no body': (chunks) => makeResponse(chunks, 204),
  'not modified': (chunks) => {
    const response = new Response(chunks as never, { headers: { ETag: '"x"' } })
    return response.makeConditional(request)
  },
}

describe.each(Object.entries(sources))('%s is closed', (name, make_) => {
  const endless = name === 'a stream of the platform’s'

  test.each(Object.entries(ways))('%s', async (way, answer) => {
    if (endless && way === 'sent') return
    const source = make_()
    const app = make()
    app.get('/', () => answer(source.chunks))
    const headers = { 'If-None-Match': '"x"' }
    await (await app.testClient().get('/', { headers })).text()
    expect(source.isClosed()).toBe(true)
  })

  test.each([
    'HEAD',
    'replaced by a hook',
    'with headers that the gateway rejects',
    'abandoned by the client',
  ])('%s', async (way) => {
    const source = make_()
    const app = make()
    const bad = { 'X-Bad': 'a\nb' }
    app.get('/', () =>
      way.endsWith('rejects') ? makeResponse(source.chunks as never, 200, bad) : source.chunks,
    )
    if (way.startsWith('replaced')) app.afterRequest(() => new Response('other'))
    const { environ } = logging()
    if (way === 'abandoned by the client') {
      const body = await app.wsgiApp(app.testRequestContext('/').request.environ, () => () => {})
      const iterator = Symbol.asyncIterator in body ? body[Symbol.asyncIterator]() : undefined
      await iterator?.next()
      expect(source.isClosed()).toBe(false)
      await body.close?.()
    } else {
      const method = way === 'HEAD' ? 'HEAD' : 'GET'
      await (await app.testClient().request('/', { method, environ })).text()
    }
    expect(source.isClosed()).toBe(true)
  })
})

test('provides the request within a stream', async () => {
  const app = make()
  app.get('/:name', async function* stream() {
    yield request.path
    await new Promise(setImmediate)
    yield request.path
  })
  const client = app.testClient()
  const texts = ['/a', '/b'].map(async (path) => (await client.get(path)).text())
  expect(await Promise.all(texts)).toEqual(['/a/a', '/b/b'])
})
