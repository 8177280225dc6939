import { Blueprint } from 'phial'
import { describe, expect, test } from 'vitest'
import { make } from '../support.ts'

describe('setup methods', () => {
  test('throw an error with their names after the first request', async () => {
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

  test.each([
    [[], 'received get("/").'],
    [['Hello'], 'received get("/", string).'],
    [[{}], 'received get("/", object).'],
    [['index', () => ''], 'received get("/", string, function).'],
  ])('throw for a route without a view or with invalid options: %j', (rest, received) => {
    const app: { get: (...values: unknown[]) => void } = make() as never
    const expected = 'Expected get("/", view) or get("/", options, view)'
    expect(() => app.get('/', ...rest)).toThrow(`${expected}, ${received}`)
  })

  test('throw for the option methods in a method that handles one HTTP method', () => {
    const app: { get: (...values: unknown[]) => void } = make() as never
    expect(() => app.get('/', { methods: ['POST'] }, () => '')).toThrow(
      'get("/") handles GET, so it does not accept the option methods',
    )
  })
})
