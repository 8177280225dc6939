import { compose, proxyFix, type Application, type Middleware, traced } from '@phial/core'
import { record, type Layer } from '@phial/xray'
import { Phial } from 'phial'
import { describe, expect, test } from 'vitest'
import { application as exceptions, corrected } from '../../examples/03-middleware/middleware.ts'
import { createApp as guestBook } from '../../examples/ladder/5-phial/app.ts'
import { nameOf } from '../../packages/xray/src/steps.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

const hello: Application = (environ, startResponse) => {
  startResponse('200 OK', [['Content-Type', 'text/plain']])
  return [bytes(`Hello ${environ.QUERY_STRING}`)]
}

const kinds = ({ events }: Layer): string[] => events.map(({ kind }) => kind)

test('records the request, the status and headers, and the answer of a single function', async () => {
  const { picture, answer } = await record(hello, { path: '/', query: 'a=1' })
  expect(answer?.text()).toBe('Hello a=1')
  expect(picture.request).toMatchObject({ method: 'GET', target: '/?a=1' })
  expect(picture.top).toMatchObject({ kind: 'application', name: 'hello', layers: [] })
  expect(picture.top && kinds(picture.top)).toEqual(['startResponse', 'returned', 'chunk'])
  expect(picture.answer).toMatchObject({ status: '200 OK', bytes: 9 })
  expect(picture.answer.chunks.map(({ text }) => text)).toEqual(['Hello a=1'])
  expect(picture.duration).toBeGreaterThan(0)
})

test('records nested layers, and the changes of each to the environ', async () => {
  const marked: Middleware = (app) => {
    const inner = traced(app as Application, 'inner')
    return function marking(environ, startResponse) {
      return inner({ ...environ, 'test.mark': 'x', QUERY_STRING: 'b=2' }, startResponse)
    }
  }
  const { picture } = await record(compose(marked)(hello), { query: 'a=1' })
  expect(picture.top).toMatchObject({
    name: 'marking',
    changes: [
      { key: 'QUERY_STRING', before: 'a=1', after: 'b=2' },
      { key: 'test.mark', before: undefined, after: 'x' },
    ],
    layers: [{ name: 'inner', changes: [] }],
  })
})

test('records middleware of the gateway automatically', async () => {
  const headers: [string, string][] = [['X-Forwarded-For', '203.0.113.7']]
  const { picture } = await record(proxyFix()(hello), { headers })
  expect(picture.top?.layers.map(({ name }) => name)).toEqual(['hello'])
  expect(picture.top?.changes).toContainEqual(
    expect.objectContaining({ key: 'REMOTE_ADDR', after: '203.0.113.7' }),
  )
})

test('records an object with a wsgiApp under composed middleware as one layer, named by its class', async () => {
  class Site {
    wsgiApp = hello
  }
  const { picture } = await record(compose(proxyFix())(new Site()))
  expect(picture.top?.layers).toMatchObject([{ name: 'Site', layers: [] }])
})

describe('an error', () => {
  test('is recorded where it was thrown, and a rejected startResponse where it was rejected', async () => {
    const { picture } = await record(exceptions, { query: 'subject=john' })
    const [greeting] = picture.top?.layers ?? []
    expect(greeting?.name).toBe('greeting')
    expect(greeting?.events.at(-1)).toMatchObject({ kind: 'threw', error: 'Error: Cannot be john' })
    expect(picture.top?.events).toContainEqual(
      expect.objectContaining({ refused: expect.stringContaining('APP-2') }),
    )
    expect(picture.answer.status).toBe('200 OK')
  })

  test('that replaces an earlier status is recorded with the new one', async () => {
    const { picture } = await record(corrected, { query: 'subject=john' })
    expect(picture.top?.events).toContainEqual(
      expect.objectContaining({
        status: '500 Internal Server Error',
        because: 'Error: Cannot be john',
      }),
    )
    expect(picture.answer.status).toBe('500 Internal Server Error')
  })

  test('that is not handled is returned', async () => {
    const broken: Application = () => {
      throw new Error('broken')
    }
    const { picture, error } = await record(broken)
    expect(error).toMatchObject({ message: 'broken' })
    expect(picture.top?.events).toMatchObject([{ kind: 'threw', error: 'Error: broken' }])
  })
})

test('records each chunk, and the end of the body', async () => {
  const counting: Application = (_environ, startResponse) => {
    startResponse('200 OK', [['Content-Type', 'text/plain']])
    return (async function* count() {
      yield bytes('one')
      yield bytes('two')
    })()
  }
  const { picture } = await record(counting)
  expect(picture.answer.chunks.map(({ text }) => text)).toEqual(['one', 'two'])
  const told = ['startResponse', 'returned', 'chunk', 'chunk', 'ended']
  expect(picture.top && kinds(picture.top)).toEqual(told)
})

test('captures a body that is read, without secrets', async () => {
  const reading: Application = async (environ, startResponse) => {
    await environ['wsgi.input'].read()
    startResponse('204 No Content', [['Set-Cookie', 'session=abc; HttpOnly']])
    return []
  }
  const { picture } = await record(reading, {
    method: 'POST',
    body: 'name=Ada&password=hunter2',
    headers: [
      ['Cookie', 'session=abc; theme=dark'],
      ['Authorization', 'Bearer topsecret'],
    ],
  })
  expect(picture.request).toMatchObject({
    body: { text: 'name=Ada&password=•••(7)', bytes: 25, isCut: false },
  })
  const text = JSON.stringify({ ...picture, top: undefined })
  for (const secret of ['abc', 'topsecret', 'hunter2']) expect(text).not.toContain(secret)
  expect(picture.request.headers).toContainEqual(['Authorization', 'Bearer •••(9)'])
})

test('records the routes that a framework tried, and its view', async () => {
  const { picture } = await record(guestBook(), { path: '/entries/one' })
  const layers: Layer[] = []
  const collect = (layer: Layer): void => {
    layers.push(layer)
    layer.layers.forEach(collect)
  }
  if (picture.top) collect(picture.top)
  const routes = layers.flatMap(({ events }) => events).filter(({ kind }) => kind === 'note')
  expect(JSON.stringify(routes)).toContain('a parameter does not fit: id')
  expect(picture.answer.status).toBe('404 Not Found')
})

test('names an application of Phial "Phial › wsgiApp", even if a hook is awaited before its answer', async () => {
  const app = new Phial(import.meta.url)
  app.beforeRequest(async () => {
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
  })
  app.get('/', () => 'Hello')
  const { picture } = await record(app.wsgiApp)
  expect(picture.top && nameOf(picture.top)).toBe('Phial › wsgiApp')
})
