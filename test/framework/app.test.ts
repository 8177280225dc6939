import { proxyFix } from '@phial/core'
import {
  currentApp,
  g,
  HTTPException,
  int,
  makeResponse,
  Phial,
  Request,
  request,
  TestClient,
  urlFor,
} from 'phial'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { logging, make, raise } from './support.ts'

describe('routes', () => {
  test('get, post, put, patch, delete and route add routes for their methods', async () => {
    const app = make()
    for (const method of ['get', 'post', 'put', 'patch', 'delete'] as const) {
      app[method]('/', () => method)
    }
    app.route('/any', { methods: ['GET', 'post'] }, () => request.method)
    const client = app.testClient()
    for (const method of ['get', 'post', 'put', 'patch', 'delete'] as const) {
      // oxlint-disable-next-line no-await-in-loop
      expect(await (await client[method]('/')).text()).toBe(method)
    }
    expect(await (await client.post('/any')).text()).toBe('POST')
    expect((await client.put('/any')).headers.get('allow')).toBe('GET, HEAD, OPTIONS, POST')
  })

  test('passes path values by name, converted by their converters', async () => {
    const app = make()
    app.get('/hello/:name', ({ name }) => {
      expectTypeOf(name).toEqualTypeOf<string>()
      return `Hello ${name}`
    })
    app.get('/posts/:id{/:page}', { params: { id: int } }, ({ id, page }, { request: asked }) => {
      expectTypeOf(id).toEqualTypeOf<number>()
      expectTypeOf(page).toEqualTypeOf<string | undefined>()
      return { id, page: page ?? null, endpoint: asked.endpoint, viewArgs: asked.viewArgs }
    })
    const client = app.testClient()
    expect(await (await client.get('/hello/J%C3%BCrgen%2E')).text()).toBe('Hello Jürgen.')
    expect(await (await client.get('/posts/7/x')).json()).toEqual({
      id: 7,
      page: 'x',
      endpoint: 'posts',
      viewArgs: { id: 7, page: 'x' },
    })
    expect((await client.get('/posts/x')).status).toBe(404)
  })

  test('never returns 500 for invalid bytes or escapes in a path', async () => {
    const app = make()
    app.get('/:name', ({ name }) => name)
    const client = app.testClient()
    expect(await (await client.get('/%ff')).text()).toBe('\uFFFD')
    expect(await (await client.get('/%zz')).text()).toBe('%zz')
    expect((await client.get('/a%2Fb')).status).toBe(404)
    expect((await client.get('/%00')).status).toBe(200)
  })

  test('responds to HEAD with the headers of GET and without a body', async () => {
    const app = make()
    app.get('/', () => 'four')
    const response = await app.testClient().head('/')
    expect(response.headers.get('content-length')).toBe('4')
    expect(await response.text()).toBe('')
  })

  test('responds to OPTIONS with the methods, unless provideAutomaticOptions is false', async () => {
    const app = make()
    app.get('/', () => '')
    app.get('/off', { provideAutomaticOptions: false }, () => '')
    const client = app.testClient()
    const response = await client.options('/')
    expect([response.status, response.headers.get('allow')]).toEqual([200, 'GET, HEAD, OPTIONS'])
    expect(await response.text()).toBe('')
    expect((await client.options('/off')).status).toBe(405)
    expect((await client.options('/none')).status).toBe(404)
  })

  test('redirects to the correct slashes with a 308 that keeps the query and the mount point', async () => {
    const app = make()
    app.get('/dir/', () => 'dir')
    app.get('/a/b', () => 'ab')
    app.get('/', () => 'root')
    const client = app.testClient()
    const at = async (path: string, environ = {}): Promise<unknown> => {
      const response = await client.get(path, { environ })
      return [response.status, response.headers.get('location')]
    }
    expect(await at('/dir?x=1&y=%20')).toEqual([308, '/dir/?x=1&y=%20'])
    expect(await at('//a///b')).toEqual([308, '/a/b'])
    expect(await at('/dir', { SCRIPT_NAME: '/m n' })).toEqual([308, '/m%20n/dir/'])
    expect(await at('/dir', { SCRIPT_NAME: '//evil.com' })).toEqual([308, '/evil.com/dir/'])
    expect(await at('/', { SCRIPT_NAME: '/m', PATH_INFO: '' })).toEqual([308, '/m/'])
    expect(await at('/', { PATH_INFO: '' })).toEqual([200, null])
  })

  test('uses strictSlashes and mergeSlashes of the app for rules that do not set them', async () => {
    const app = make({ strictSlashes: false, mergeSlashes: false })
    app.get('/dir/', () => 'dir')
    app.get('/leaf', { strictSlashes: true }, () => 'leaf')
    const client = app.testClient()
    expect((await client.get('/dir')).status).toBe(200)
    expect((await client.get('/leaf/')).status).toBe(404)
    expect((await client.get('//dir')).status).toBe(404)
  })
})

describe('wsgiApp', () => {
  test('can be wrapped in middleware', async () => {
    const app = make()
    app.get('/', () => urlFor('index', {}, { external: true }))
    app.wsgiApp = proxyFix({ for: 1, proto: 1, host: 1, prefix: 1 })(app.wsgiApp)
    const headers = {
      'X-Forwarded-For': '10.0.0.1',
      'X-Forwarded-Proto': 'https',
      'X-Forwarded-Host': 'example.com',
      'X-Forwarded-Prefix': '/shop',
    }
    const response = await app.testClient().get('/', { headers })
    expect(await response.text()).toBe('https://example.com/shop/')
  })

  test('returns an array, not a promise, if the view is synchronous', () => {
    const app = make()
    app.get('/', () => 'now')
    const { environ } = app.testRequestContext('/').request
    const body = app.wsgiApp(environ, () => () => undefined)
    expect(Array.isArray(body)).toBe(true)
  })

  test('returns 500 and logs the error if the gateway rejects a header', async () => {
    const app = make()
    const { log, environ } = logging()
    app.get('/', () => makeResponse('', 200, { 'X-Bad': 'a\r\nSet-Cookie: b=c' }))
    const response = await app.testClient().get('/', { environ })
    expect(response.status).toBe(500)
    expect(response.headers.get('set-cookie')).toBeNull()
    expect(log()).toContain('X-Bad')
  })
})

test('currentApp and g are available in a view', async () => {
  const app = make({ config: { TITLE: 'mine' } })
  app.get('/', () => {
    g['seen'] = true
    return { title: currentApp.config['TITLE'], seen: g['seen'] }
  })
  expect(await (await app.testClient().get('/')).json()).toEqual({ title: 'mine', seen: true })
  expect(HTTPException.code).toBe(500)
})

test('a converter that throws causes a 500, which errorHandler can handle', async () => {
  const app = make()
  const { environ, log } = logging()
  const params = { x: { parse: raise(new RangeError('in a converter')), format: String } }
  app.get('/:x', { params }, () => '')
  app.errorHandler(500, () => 'Handled')
  const response = await app.testClient().get('/1', { environ })
  expect([response.status, await response.text()]).toEqual([500, 'Handled'])
  expect(log()).toContain('in a converter')
})

describe('extensions', () => {
  /** An extension that counts requests: one instance for any number of apps. */
  class Counter {
    initApp(app: Phial): void {
      const start = Number(app.config['COUNTER_START'] ?? 0)
      let count = start
      app.extensions.set('counter', () => count)
      app.beforeRequest(() => void (count += 1))
    }

    get count(): unknown {
      const read = currentApp.extensions.get('counter')
      return typeof read === 'function' ? (read() as unknown) : undefined
    }
  }

  test('one instance can serve several apps, with its state in app.extensions', async () => {
    const counter = new Counter()
    const [one, two] = [make(), make({ config: { COUNTER_START: 10 } })]
    for (const app of [one, two]) {
      app.get('/', () => ({ count: counter.count }))
      counter.initApp(app)
    }
    const ask = async (app: Phial): Promise<unknown> => (await app.testClient().get('/')).json()
    expect(await ask(one)).toEqual({ count: 1 })
    expect(await ask(two)).toEqual({ count: 11 })
    expect(await ask(one)).toEqual({ count: 2 })
  })

  test('requestClass and testClientClass of a subclass replace the default classes', async () => {
    class ApiRequest extends Request {
      get version(): string {
        return this.headers.get('x-version') ?? '1'
      }
    }
    class ApiClient extends TestClient {
      version(version: string): Promise<globalThis.Response> {
        return this.get('/', { headers: { 'X-Version': version } })
      }
    }
    class Api extends Phial {
      override readonly requestClass = ApiRequest
      override readonly testClientClass = ApiClient
    }
    const app = new Api(import.meta.url)
    app.get('/', (_, context) => (context.request as ApiRequest).version)
    const client = app.testClient()
    expectTypeOf(client).toEqualTypeOf<ApiClient>()
    expectTypeOf(make().testClient()).toEqualTypeOf<TestClient>()
    expect(await (await client.version('2')).text()).toBe('2')
  })
})
