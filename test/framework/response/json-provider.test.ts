import { call } from '@phial/core'
import { JsonProvider, makeResponse, Phial, renderTemplateString, request, Response } from 'phial'
import { describe, expect, test } from 'vitest'
import { make } from '../support.ts'

/** Writes a bigint as text, and parses such text as a bigint. */
class Big extends JsonProvider {
  override dumps(value: unknown): string {
    return JSON.stringify(value, (_key, one: unknown) =>
      typeof one === 'bigint' ? `${one}n` : one,
    )
  }

  override loads(text: string): unknown {
    return JSON.parse(text, (_key, one: unknown) =>
      typeof one === 'string' && /^\d+n$/.test(one) ? BigInt(one.slice(0, -1)) : one,
    )
  }
}

function bigApp(): Phial {
  const app = make()
  app.json = new Big(app)
  return app
}

describe('app.json', () => {
  test('uses the platform’s JSON', () => {
    const { json } = make()
    expect(json.dumps({ b: 1, a: 'é', at: new Date(0) })).toBe(
      '{"b":1,"a":"é","at":"1970-01-01T00:00:00.000Z"}',
    )
    expect(json.loads('[1]')).toEqual([1])
    expect(() => json.dumps(undefined)).toThrow(TypeError)
    expect(() => json.loads('{')).toThrow(SyntaxError)
  })

  test('makes responses', () => {
    const answer = make().json.response({ id: 1 }, { status: 201, headers: { 'X-A': 'b' } })
    expect(answer.status).toBe(201)
    expect(answer.headers.get('Content-Type')).toBe('application/json')
    expect(answer.headers.get('X-A')).toBe('b')
    expect(answer.body).toBe('{"id":1}')
  })

  test('writes the return values of views, and parses request bodies', async () => {
    const app = bigApp()
    app.post('/', async () => {
      const { sum } = (await request.json()) as { sum: bigint }
      return { sum: sum + 1n }
    })
    app.get('/list', () => [{ of: 2n }])
    const client = app.testClient()
    const response = await client.post('/', { json: { sum: '9007199254740993n' } })
    expect(await response.json()).toEqual({ sum: '9007199254740994n' })
    expect(await (await client.get('/list')).text()).toBe('[{"of":"2n"}]')
    const bad = { body: '{', headers: { 'Content-Type': 'application/json' } }
    expect((await client.post('/', bad)).status).toBe(400)
  })

  test('writes values in the scripts of templates', () => {
    const page = () =>
      renderTemplateString('<%= tojson(it.sum) %><%= tojson(it.no) %>', { sum: [2n] })
    expect(bigApp().testRequestContext('/').run(page)).toBe('["2n"]null')
    const unsafe = () => renderTemplateString('<%= tojson(it.a) %>', { a: '</script>' })
    expect(bigApp().testRequestContext('/').run(unsafe)).toBe(String.raw`"\u003c/script\u003e"`)
  })
})

describe('responseClass', () => {
  class Titled extends Response {
    readonly title = 'Shop'
  }
  class Shop extends Phial {
    override readonly responseClass = Titled
  }

  test('is the class of responses from views and makeResponse', async () => {
    const app = new Shop(import.meta.url)
    const seen: unknown[] = []
    app.afterRequest((response) => void seen.push(response instanceof Titled))
    app.get('/text', () => 'Hello')
    app.get('/data', () => ({ a: 1 }))
    app.get('/both', () => makeResponse('Hello', 201))
    app.get('/stream', function* () {
      yield 'Hello'
    })
    app.get('/made', () => makeResponse('Hello'))
    app.get('/own', () => new Response('Hello'))
    for (const path of ['/text', '/data', '/both', '/stream', '/made', '/own']) {
      const answer = await call(app, { path })
      expect(answer.statusCode, path).toBeLessThan(300)
    }
    expect(seen).toEqual([true, true, true, true, true, false])
  })
})

describe('throws an error that names the key of a value that JSON would lose, in debug mode:', () => {
  test.each<[string, object, string]>([
    ['a promise', { got: Promise.resolve(1) }, 'The value of "got" is a promise'],
    ['a promise further in', { a: [{ b: Promise.resolve(1) }] }, 'The value of "b" is a promise'],
    ['a function', { name: () => 'Ann' }, 'The value of "name" is a function'],
  ])('%s', async (_, value, message) => {
    const app = make({ config: { DEBUG: true } })
    app.get('/', () => value)
    await expect(app.testClient().get('/')).rejects.toThrow(message)
  })

  test('does not check for it outside of debug mode', async () => {
    const app = make()
    app.get('/', () => ({ got: Promise.resolve(1) }))
    expect(await (await app.testClient().get('/')).json()).toEqual({ got: {} })
  })
})
