import { BuildError, urlFor } from 'phial'
import { describe, expect, test } from 'vitest'
import { make } from '../support.ts'

const app = make({ config: { SERVER_NAME: 'example.com', APPLICATION_ROOT: '/root/' } })
app.get('/', () => '')
app.get('/posts/:id', () => '')

describe('within a request', () => {
  const environ = { SCRIPT_NAME: '/m n', HTTP_HOST: 'localhost:8000' }
  const within = <T>(work: () => T): T => app.testRequestContext('/', { environ }).run(work)

  test.each<[string, () => string, string]>([
    [
      'a path under the mount point',
      () => urlFor('posts', { id: 1, q: 'x' }),
      '/m%20n/posts/1?q=x',
    ],
    ['relative to no blueprint', () => urlFor('.index'), '/m%20n/'],
    ['anchor', () => urlFor('index', {}, { anchor: 'a b#?/é' }), '/m%20n/#a%20b%23?/%C3%A9'],
    ['external', () => urlFor('index', {}, { external: true }), 'http://localhost:8000/m%20n/'],
    ['scheme', () => urlFor('index', {}, { scheme: 'https' }), 'https://localhost:8000/m%20n/'],
    ['method', () => urlFor('index', {}, { method: 'GET' }), '/m%20n/'],
    ['by the app', () => app.urlFor('index'), '/m%20n/'],
  ])('%s', (_, build, expected) => {
    expect(within(build)).toBe(expected)
  })

  test('a scheme that is not to be shown is a contradiction', () => {
    const build = (): string => urlFor('index', {}, { scheme: 'https', external: false })
    expect(() => within(build)).toThrow('a scheme makes the URL external')
  })

  test('an unknown endpoint names the nearest', () => {
    expect(() => within(() => urlFor('post'))).toThrow(BuildError)
    expect(() => within(() => urlFor('post'))).toThrow('Did you mean "posts"?')
  })

  test('never starts with two slashes', () => {
    const url = app
      .testRequestContext('/', { environ: { SCRIPT_NAME: '//evil.com' } })
      .run(() => urlFor('index'))
    expect(url).toBe('/evil.com/')
  })
})

describe('outside of a request', () => {
  test('is external, by the settings', () => {
    expect(app.appContext().run(() => urlFor('index'))).toBe('http://example.com/root/')
    expect(app.urlFor('posts', { id: 1 }, { scheme: 'https' })).toBe(
      'https://example.com/root/posts/1',
    )
  })

  test('without a host only the path is known', () => {
    const nameless = make()
    nameless.get('/', () => '')
    expect(() => nameless.urlFor('index')).toThrow('Set app.config.SERVER_NAME')
    expect(nameless.urlFor('index', {}, { external: false })).toBe('/')
  })
})

test('slashes at the end of a mount point are left out, however many', () => {
  const root = (SCRIPT_NAME: string): string =>
    app.testRequestContext('/', { environ: { SCRIPT_NAME } }).request.rootPath
  expect(root('/a//')).toBe('/a')
  expect(root(`${'/'.repeat(100_000)}a`)).toHaveLength(100_001)
})

describe('relative .index', () => {
  const nested = make()
  nested.get('/a', { endpoint: 'admin.index' }, () => urlFor('.list', { q: 1 }))
  nested.get('/b', { endpoint: 'admin.list' }, () => urlFor('.index'))
  nested.get('/c', { endpoint: 'admin.users.list' }, () => urlFor('.list'))
  nested.get('/d', { endpoint: 'list' }, () => urlFor('.list'))

  test.each([
    ['/a', '/b?q=1'],
    ['/c', '/c'],
    ['/d', '/d'],
  ])(
    'from %s resolves to the current blueprint; outside one the dot is dropped',
    async (path, url) => {
      expect(await (await nested.testClient().get(path)).text()).toBe(url)
    },
  )

  test('outside of a request the dot is dropped', () => {
    expect(nested.urlFor('.list', {}, { external: false })).toBe('/d')
  })
})

describe('url_build_error_handlers', () => {
  const lost = make()
  const seen: unknown[] = []
  lost.urlBuildErrorHandlers.push(
    (error, endpoint, values) => {
      seen.push([error.name, endpoint, values])
      if (endpoint === 'twice') throw new BuildError('another', endpoint, values)
      return undefined
    },
    (error, endpoint) =>
      endpoint === 'wiki' ? `https://wiki.example/${String(error.values['page'])}` : null,
  )

  test('the first that has an answer gives it', () => {
    expect(lost.urlFor('wiki', { page: 'x' })).toBe('https://wiki.example/x')
    expect(seen).toEqual([['BuildError', 'wiki', { page: 'x' }]])
  })

  test('the last error is raised if none has', () => {
    expect(() => lost.urlFor('other')).toThrow('No route has the endpoint "other"')
    expect(() => lost.urlFor('twice')).toThrow('another')
  })
})
