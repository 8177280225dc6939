import { Phial } from 'phial'
import { describe, expect, test } from 'vitest'
import { make } from './support.ts'

describe('setting up', () => {
  test('is over with the first request', async () => {
    const app = make()
    await app.testClient().get('/')
    expect(() => app.get('/', () => '')).toThrow('app.get(…) was called after the first request')
    expect(() => app.beforeRequest(() => undefined)).toThrow('app.beforeRequest(…)')
    expect(() => app.errorHandler(404, () => '')).toThrow('app.errorHandler(…)')
  })

  test('needs the URL of the app’s file', () => {
    expect(() => new Phial(__filename)).toThrow('Write new Phial(import.meta.url)')
    expect(() => Reflect.construct(Phial, [])).toThrow('Write new Phial(import.meta.url)')
  })

  test('says what a route lacks', () => {
    const app = make()
    const wrong: { get: (...values: unknown[]) => void } = app as never
    expect(() => wrong.get('/')).toThrow('get("/") needs a view')
    expect(() => wrong.get('/', { methods: ['POST'] }, () => '')).toThrow('use route')
  })
})
