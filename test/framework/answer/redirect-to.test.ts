import { int, urlFor } from 'phial'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { make } from '../support.ts'

const environ = { SCRIPT_NAME: '/mount' }

describe('redirectTo', () => {
  const app = make()
  app.get('/posts/:id', { endpoint: 'post' }, ({ id }) => id)
  app.get('/old/:id/:extra', { params: { id: int }, redirectTo: '/posts/:id' })
  app.get('/short{/:id}', { defaults: { id: '1' }, redirectTo: '/posts{/:id}' })
  app.route('/by/:id', {
    params: { id: int },
    methods: ['POST'],
    redirectTo: ({ id }) => {
      expectTypeOf(id).toEqualTypeOf<number>()
      return urlFor('post', { id, from: 'by' })
    },
  })
  app.get('/away', { redirectTo: async () => 'https://example.com/x' })

  test.each([
    ['GET', '/old/007/x', '/mount/posts/7'],
    ['GET', '/old/7/x?q=1', '/mount/posts/7?q=1'],
    ['GET', '/short', '/mount/posts/1'],
    ['GET', '/short/a%20b%3F', '/mount/posts/a%20b%3F'],
    ['POST', '/by/7', '/mount/posts/7?from=by'],
    ['GET', '/away', 'https://example.com/x'],
  ])('redirects %s %s to %s', async (method, path, location) => {
    const answer = await app.testClient().request(path, { method, environ })
    expect([answer.status, answer.headers.get('location')]).toEqual([308, location])
  })

  test('rejects a target with other params', () => {
    expect(() => make().get('/a/:b', { redirectTo: '/c/:d' })).toThrow(
      'Pattern "/a/:b" cannot redirect to "/c/:d": it does not always have a value for d.',
    )
    expect(() => make().get('/a{/:b}', { redirectTo: '/c/:b' })).toThrow('a value for b')
  })

  test('rejects a route with both redirectTo and a view', () => {
    const both: (...given: unknown[]) => void = make().get as never
    expect(() => both('/both', { redirectTo: '/' }, () => '')).toThrow('cannot have a view')
  })

  test('never redirects to another host because of a value', async () => {
    const open = make()
    open.get('/go/*path', { redirectTo: '/*path' })
    for (const path of ['/go/%5Cevil.com', '/go/x//evil.com']) {
      // oxlint-disable-next-line no-await-in-loop
      const answer = await open.testClient().get(path)
      expect(answer.headers.get('location')).toMatch(/^\/(?![/\\])/)
    }
  })
})

describe('buildOnly', () => {
  test('needs no view and is available to urlFor', async () => {
    const app = make({ config: { SERVER_NAME: 'example.com' } })
    app.get('/cdn/:file', { endpoint: 'cdn', buildOnly: true })
    app.get('/more/:file', { buildOnly: true })
    expect(app.urlFor('cdn', { file: 'x' })).toBe('http://example.com/cdn/x')
    expect(app.urlFor('more', { file: 'x' })).toBe('http://example.com/more/x')
    expect((await app.testClient().get('/cdn/x')).status).toBe(404)
  })
})

describe('several rules of a view with defaults', () => {
  const posts = ({ page }: { page: number }): string => `page ${page}`
  const app = make()
  app.get('/posts/', { defaults: { page: 1 } }, posts)
  app.get('/posts/page/:page', { params: { page: int } }, posts)
  app.get('/articles/', { endpoint: 'posts', alias: true, defaults: { page: 1 } }, posts)

  test.each([
    ['/posts/page/1?q=a%20b', '/mount/posts/?q=a%20b'],
    ['/articles/', '/mount/posts/'],
    ['/articles', '/mount/articles/'],
  ])('redirects %s to the canonical URL %s', async (path, location) => {
    const answer = await app.testClient().get(path, { environ })
    expect([answer.status, answer.headers.get('location')]).toEqual([308, location])
  })

  test('passes the default to the view', async () => {
    expect(await (await app.testClient().get('/posts/')).text()).toBe('page 1')
    expect(await (await app.testClient().get('/posts/page/2')).text()).toBe('page 2')
  })
})
