import { BuildError, urlFor } from 'phial'
import { describe, expect, test } from 'vitest'
import { make } from '../support.ts'

const app = make({ config: { SERVER_NAME: 'example.com', APPLICATION_ROOT: '/root/' } })
app.get('/', () => '')
app.get('/posts/:id', () => '')

describe('urlFor within a request', () => {
  const environ = { SCRIPT_NAME: '/m n', HTTP_HOST: 'localhost:8000' }
  const within = <T>(work: () => T): T => app.testRequestContext('/', { environ }).run(work)

  test.each<[string, () => string, string]>([
    [
      'returns a path under the mount path',
      () => urlFor('posts', { id: 1, q: 'x' }),
      '/m%20n/posts/1?q=x',
    ],
    ['resolves .index outside of a blueprint', () => urlFor('.index'), '/m%20n/'],
    [
      'adds an anchor',
      () => urlFor('index', {}, { anchor: 'a b#?/é' }),
      '/m%20n/#a%20b%23?/%C3%A9',
    ],
    [
      'builds an external URL',
      () => urlFor('index', {}, { external: true }),
      'http://localhost:8000/m%20n/',
    ],
    [
      'builds an external URL for a scheme',
      () => urlFor('index', {}, { scheme: 'https' }),
      'https://localhost:8000/m%20n/',
    ],
    ['accepts a method', () => urlFor('index', {}, { method: 'GET' }), '/m%20n/'],
    ['is a method of the app', () => app.urlFor('index'), '/m%20n/'],
  ])('%s', (_, build, expected) => {
    expect(within(build)).toBe(expected)
  })

  test('throws for a scheme with external false', () => {
    const build = (): string => urlFor('index', {}, { scheme: 'https', external: false })
    expect(() => within(build)).toThrow('a scheme makes the URL external')
  })

  test('throws with the most similar name for an unknown endpoint', () => {
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

describe('urlFor outside of a request', () => {
  test('returns an external URL from the settings', () => {
    expect(app.appContext().run(() => urlFor('index'))).toBe('http://example.com/root/')
    expect(app.urlFor('posts', { id: 1 }, { scheme: 'https' })).toBe(
      'https://example.com/root/posts/1',
    )
  })

  test('throws without SERVER_NAME, unless external is false', () => {
    const nameless = make()
    nameless.get('/', () => '')
    expect(() => nameless.urlFor('index')).toThrow('Set app.config.SERVER_NAME')
    expect(nameless.urlFor('index', {}, { external: false })).toBe('/')
  })
})

test('rootPath omits trailing slashes of the mount path', () => {
  const root = (SCRIPT_NAME: string): string =>
    app.testRequestContext('/', { environ: { SCRIPT_NAME } }).request.rootPath
  expect(root('/a//')).toBe('/a')
  expect(root(`${'/'.repeat(100_000)}a`)).toHaveLength(100_001)
})

describe('a relative endpoint', () => {
  const nested = make()
  nested.get('/a', { endpoint: 'admin.index' }, () => urlFor('.list', { q: 1 }))
  nested.get('/b', { endpoint: 'admin.list' }, () => urlFor('.index'))
  nested.get('/c', { endpoint: 'admin.users.list' }, () => urlFor('.list'))
  nested.get('/d', { endpoint: 'list' }, () => urlFor('.list'))

  test.each([
    ['/a', '/b?q=1'],
    ['/c', '/c'],
    ['/d', '/d'],
  ])('in %s is resolved to %s', async (path, url) => {
    expect(await (await nested.testClient().get(path)).text()).toBe(url)
  })

  test('loses its dot outside of a request', () => {
    expect(nested.urlFor('.list', {}, { external: false })).toBe('/d')
  })
})

describe('urlBuildErrorHandlers', () => {
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

  test('the first URL that a handler returns is used', () => {
    expect(lost.urlFor('wiki', { page: 'x' })).toBe('https://wiki.example/x')
    expect(seen).toEqual([['BuildError', 'wiki', { page: 'x' }]])
  })

  test('the last error is thrown if no handler returns a URL', () => {
    expect(() => lost.urlFor('other')).toThrow('No route has the endpoint "other"')
    expect(() => lost.urlFor('twice')).toThrow('another')
  })
})
