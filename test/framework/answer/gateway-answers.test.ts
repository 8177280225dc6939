import type { Application, Environ, StartResponse } from '@phial/core'
import { type Answer, makeResponse, request } from 'phial'
import { describe, expect, test } from 'vitest'
import { logging, make } from '../support.ts'

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

async function ask(answer: () => Answer, method = 'GET'): Promise<Response> {
  const app = make()
  app.get('/view', { endpoint: 'the view' }, answer)
  app.afterRequest((response) => response.headers.set('X-After', String(response.status)))
  const { environ } = logging()
  return app.testClient().request('/view?q=1', { method, environ })
}

const hello: Application = (environ, startResponse) => {
  startResponse('202 Fine', [
    ['Content-Type', 'text/plain'],
    ['X-Path', environ.PATH_INFO],
  ])
  return environ.REQUEST_METHOD === 'HEAD' ? [] : [encode(`hello ${environ.QUERY_STRING}`)]
}

describe('a gateway application as the return value', () => {
  const other = make()
  other.get('/view', () => makeResponse(`other ${request.path}`, 202, { 'X-Path': '/view' }))

  test.each<[string, () => Answer, string]>([
    ['a function', () => hello, 'hello q=1'],
    ['another app', () => other, 'other /view'],
    [
      'an async function',
      () =>
        async (...call: Parameters<Application>) =>
          hello(...call),
      'hello q=1',
    ],
  ])('is called if it is %s', async (_, answer, text) => {
    const response = await ask(answer)
    expect([response.status, await response.text()]).toEqual([202, text])
    expect(response.headers.get('x-path')).toBe('/view')
    expect(response.headers.get('x-after')).toBe('202')
    expect((await ask(answer, 'HEAD')).status).toBe(202)
  })

  test('may call startResponse with its first chunk, and write', async () => {
    async function* late(_: Environ, startResponse: StartResponse): AsyncGenerator<Uint8Array> {
      yield new Uint8Array()
      const write = startResponse('200 OK', [['Content-Type', 'text/plain']])
      await write(encode('a'))
      yield encode('b')
      yield encode('c')
    }
    expect(await (await ask(() => late)).text()).toBe('abc')
  })

  test('is a 500 if it throws, and may replace its head', async () => {
    const failing: Application = () => {
      throw new Error('oh')
    }
    expect((await ask(() => failing)).status).toBe(500)
    const again: Application = (_, startResponse) => {
      startResponse('200 OK', [])
      startResponse('404 Not Found', [['Content-Type', 'text/plain']], new Error('none'))
      return [encode('none')]
    }
    expect((await ask(() => again)).status).toBe(404)
  })

  test('is a 500 that names the view if it never calls startResponse', async () => {
    const app = make({ config: { PROPAGATE_EXCEPTIONS: true } })
    app.get('/view', { endpoint: 'the view' }, () => () => [encode('x')])
    await expect(app.testClient().get('/view')).rejects.toThrow('The view of "the view" (/view)')
  })

  test.each(['GET', 'HEAD'])('has its body closed once: %s', async (method) => {
    let closed = 0
    const closing: Application = (_, startResponse) => {
      startResponse('200 OK', [['Content-Type', 'text/plain']])
      return Object.assign([encode('x')], { close: () => (closed += 1) })
    }
    await (await ask(() => closing, method)).text()
    expect(closed).toBe(1)
  })
})
