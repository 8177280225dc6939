import { Blueprint, Phial } from 'phial'
import { describe, expect, test } from 'vitest'
import { make } from '../support.ts'

describe('setting up', () => {
  test('Setup lock: after the first request each setup method raises, naming itself', async () => {
    const app = make()
    await app.testClient().get('/')
    const nothing = (): undefined => undefined
    const late: Record<string, () => void> = {
      get: () => app.get('/', () => ''),
      post: () => app.post('/', () => ''),
      put: () => app.put('/', () => ''),
      patch: () => app.patch('/', () => ''),
      delete: () => app.delete('/', () => ''),
      route: () => app.route('/', () => ''),
      beforeRequest: () => app.beforeRequest(nothing),
      afterRequest: () => app.afterRequest(nothing),
      teardownRequest: () => app.teardownRequest(nothing),
      teardownAppContext: () => app.teardownAppContext(nothing),
      contextProcessor: () => app.contextProcessor(() => ({})),
      errorHandler: () => app.errorHandler(404, () => ''),
      urlDefaults: () => app.urlDefaults(nothing),
      urlValuePreprocessor: () => app.urlValuePreprocessor(nothing),
      templateFilter: () => app.templateFilter('filter', nothing),
      templateGlobal: () => app.templateGlobal('global', 1),
      registerBlueprint: () => app.registerBlueprint(new Blueprint('late', import.meta.url)),
    }
    for (const [name, setUp] of Object.entries(late)) {
      expect(setUp, name).toThrow(`app.${name}(…) was called after the first request`)
    }
  })

  test('needs the URL of the app’s file', () => {
    expect(() => new Phial(__filename)).toThrow('Write new Phial(import.meta.url)')
  })

  test('says what a route lacks', () => {
    const app = make()
    const wrong: { get: (...values: unknown[]) => void } = app as never
    expect(() => wrong.get('/')).toThrow('get("/") has no view')
    expect(() => wrong.get('/', { methods: ['POST'] }, () => '')).toThrow('use route')
  })
})
