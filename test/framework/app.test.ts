import { proxyFix } from '@phial/core'
import { Phial, int, request, Response, urlFor, g, HTTPException, currentApp } from 'phial'
import { describe, expect, expectTypeOf, test, vi } from 'vitest'

const make = (options: ConstructorParameters<typeof Phial>[1] = {}): Phial =>
  new Phial(import.meta.url, options)

/** An app whose errors are kept instead of printed. */
function logging(): { log: () => string; environ: Record<string, unknown> } {
  const texts: string[] = []
  const write = (text: string): void => void texts.push(text)
  const errors = {
    write,
    writelines: (lines: Iterable<string>) => [...lines].map(write),
    flush() {},
  }
  return { log: () => texts.join(''), environ: { 'wsgi.errors': errors } }
}

describe('routes', () => {
  test('each method has its own way in', async () => {
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

  test('values come by name, as their converters make them', async () => {
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

  test('a path of any bytes is never a 500', async () => {
    const app = make()
    app.get('/:name', ({ name }) => name)
    const client = app.testClient()
    expect(await (await client.get('/%ff')).text()).toBe('\uFFFD')
    expect(await (await client.get('/%zz')).text()).toBe('%zz')
    expect((await client.get('/a%2Fb')).status).toBe(404)
    expect((await client.get('/%00')).status).toBe(200)
  })

  test('HEAD has GET’s headers and no body', async () => {
    const app = make()
    app.get('/', () => 'four')
    const response = await app.testClient().head('/')
    expect(response.headers.get('content-length')).toBe('4')
    expect(await response.text()).toBe('')
  })

  test('OPTIONS answers the methods, unless it is switched off', async () => {
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

  test('slashes: 308 to the path only, with query and mount point', async () => {
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

  test('the app decides for rules that do not', async () => {
    const app = make({ strictSlashes: false, mergeSlashes: false })
    app.get('/dir/', () => 'dir')
    app.get('/leaf', { strictSlashes: true }, () => 'leaf')
    const client = app.testClient()
    expect((await client.get('/dir')).status).toBe(200)
    expect((await client.get('/leaf/')).status).toBe(404)
    expect((await client.get('//dir')).status).toBe(404)
  })
})

describe('endpoints', () => {
  test('are the function’s name, else the pattern’s words', () => {
    const app = make()
    app.get('/', () => '')
    app.get('/posts/:id', () => '')
    app.get('/sign-up/done', () => '')
    app.get('/x', function named() {
      return ''
    })
    app.get('/y', { endpoint: 'mine' }, () => '')
    const names = [...app.urlMap].map((rule) => rule.endpoint)
    expect(names).toEqual(['static', 'index', 'posts', 'signUpDone', 'named', 'mine'])
  })

  test('a name belongs to one function', () => {
    const app = make()
    const first = { view: (): string => '' }
    const second = { view: (): string => '' }
    app.get('/a', first.view)
    app.post('/a', first.view)
    expect(() => app.get('/b', second.view)).toThrow('The endpoint "view" of "/b" is another view')
  })

  test('words of a pattern may be shared by several views', () => {
    const app = make()
    app.get('/login', () => '')
    app.post('/login', () => '')
    app.get('/login/:step', () => '')
    expect(app.urlFor('login', {}, { external: false })).toBe('/login')
    expect(app.urlFor('login', { step: 2 }, { external: false })).toBe('/login/2')
  })
})

describe('hooks', () => {
  test('run in order around the view', async () => {
    const app = make()
    const calls: string[] = []
    app.beforeRequest(() => void calls.push('before 1'))
    app.beforeRequest(async () => void calls.push('before 2'))
    app.afterRequest(() => void calls.push('after 1'))
    app.afterRequest(async (response) => {
      calls.push('after 2')
      response.headers.set('X-After', 'yes')
    })
    app.teardownRequest((error) => void calls.push(`teardown ${String(error)}`))
    app.get('/', () => {
      calls.push('view')
      return ''
    })
    const response = await app.testClient().get('/')
    expect(response.headers.get('x-after')).toBe('yes')
    const expected = ['before 1', 'before 2', 'view', 'after 2', 'after 1', 'teardown undefined']
    expect(calls).toEqual(expected)
  })

  test('a beforeRequest hook that answers keeps the view from running', async () => {
    const app = make()
    app.beforeRequest(() => ['no', 403])
    app.beforeRequest(() => expect.unreachable())
    app.get('/', () => expect.unreachable())
    app.afterRequest(() => new Response('replaced', { status: 299 }))
    expect((await app.testClient().get('/none')).status).toBe(299)
  })

  test('teardown runs after a streamed body, and all of it', async () => {
    const app = make()
    const { log, environ } = logging()
    const calls: string[] = []
    app.teardownRequest(() => void calls.push('last'))
    app.teardownRequest(() => {
      throw new Error('in teardown')
    })
    app.get('/', function* stream() {
      calls.push('streaming')
      yield 'x'
    })
    await app.testClient().get('/', { environ })
    expect(calls).toEqual(['streaming', 'last'])
    expect(log()).toContain('in teardown')
  })

  test('teardown gets the error that nobody took', async () => {
    const app = make()
    const seen = vi.fn()
    app.teardownRequest(seen)
    const error = new Error('unexpected')
    app.get('/', () => {
      throw error
    })
    await app.testClient().get('/', { environ: logging().environ })
    expect(seen).toHaveBeenCalledWith(error, expect.anything())
  })
})

describe('the gateway', () => {
  test('wsgiApp can be wrapped', async () => {
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

  test('a view that answers at once is answered without a promise', () => {
    const app = make()
    app.get('/', () => 'now')
    const { environ } = app.testRequestContext('/').request
    const body = app.wsgiApp(environ, () => () => undefined)
    expect(Array.isArray(body)).toBe(true)
  })

  test('a header that the gateway refuses becomes a logged 500', async () => {
    const app = make()
    const { log, environ } = logging()
    app.get('/', () => ['', 200, { 'X-Bad': 'a\r\nSet-Cookie: b=c' }])
    const response = await app.testClient().get('/', { environ })
    expect(response.status).toBe(500)
    expect(response.headers.get('set-cookie')).toBeNull()
    expect(log()).toContain('X-Bad')
  })
})

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
    expect(() => wrong.get('/')).toThrow('app.get("/") needs a view')
    expect(() => wrong.get('/', { methods: ['POST'] }, () => '')).toThrow('use app.route')
  })
})

test('the current app is at hand', async () => {
  const app = make({ config: { TITLE: 'mine' } })
  app.get('/', () => {
    g['seen'] = true
    return { title: currentApp.config['TITLE'], seen: g['seen'] }
  })
  expect(await (await app.testClient().get('/')).json()).toEqual({ title: 'mine', seen: true })
  expect(HTTPException.code).toBe(500)
})
