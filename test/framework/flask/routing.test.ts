/** Tests that routing behaves as in Flask, across several parts of the app. */
import { dispatcher } from '@phial/core'
import { int, redirect, request, urlFor } from 'phial'
import { describe, expect, test } from 'vitest'
import { make } from '../support.ts'

describe('percent decoding', () => {
  test('happens once, before routing, so %2F acts as a slash', async () => {
    const app = make()
    app.get('/:a/:b', ({ a, b }) => ({ a, b }))
    const client = app.testClient()
    const at = async (path: string): Promise<unknown> => (await client.get(path)).json()
    expect(await at('/x%2Fy%2520z')).toMatchObject({ a: 'x', b: 'y%20z' })
    expect(await at('/x/%e2%82%ac')).toMatchObject({ a: 'x', b: '€' })
  })

  test.each([
    ['/%ff', '\uFFFD'],
    ['/%zz', '%zz'],
    ['/%', '%'],
    ['/%e2%82', '\uFFFD'],
    ['/%F0%9F%98%80', '😀'],
  ])('returns 200 for the path %s', async (path, expected) => {
    const app = make()
    app.get('/:name', ({ name }) => name)
    const response = await app.testClient().get(path)
    expect([response.status, await response.text()]).toEqual([200, expected])
  })
})

describe('strictSlashes', () => {
  test('redirects with a 308 that keeps the method, the body and the query', async () => {
    const app = make()
    app.post('/dir/', async () => ({
      form: (await request.formData()).get('a'),
      q: request.args.get('q'),
    }))
    const response = await app
      .testClient()
      .post('/dir?q=1', { form: { a: '2' }, followRedirects: true })
    expect(response.history.map(({ status }) => status)).toEqual([308])
    expect(await response.json()).toEqual({ form: '2', q: '1' })
  })
})

describe('a method that no rule handles', () => {
  test('gets 405 with Allow if the path matches a rule, and 404 otherwise', async () => {
    const app = make()
    app.get('/both', () => '')
    app.delete('/both', { endpoint: 'remove' }, () => '')
    const client = app.testClient()
    const refused = await client.request('/both', { method: 'BREW' })
    expect([refused.status, refused.headers.get('allow')]).toEqual([
      405,
      'DELETE, GET, HEAD, OPTIONS',
    ])
    expect((await client.request('/none', { method: 'BREW' })).status).toBe(404)
  })
})

describe('urlFor in a mounted app', () => {
  const site = make()
  site.get('/', () => '')
  site.get('/posts/:id', { params: { id: int } }, () => ({
    post: urlFor('posts', { id: 7 }),
    static: urlFor('static', { path: 'a b.txt' }),
    external: urlFor('posts', { id: 7 }, { external: true }),
  }))
  site.get('/dir/', () => '')
  site.get('/out', () => redirect(urlFor('index')))
  const app = make()
  app.wsgiApp = dispatcher(app.wsgiApp, { '/my site': site })
  const client = app.testClient()

  test('adds SCRIPT_NAME to URLs of routes and static files', async () => {
    expect(await (await client.get('/my%20site/posts/7')).json()).toEqual({
      post: '/my%20site/posts/7',
      static: expect.stringMatching(/^\/my%20site\/static\/a%20b\.txt\?v=/),
      external: 'http://localhost/my%20site/posts/7',
    })
    expect(await (await client.get('/my%20site/static/a%20b.txt')).text()).toHaveLength(1)
  })

  test('adds SCRIPT_NAME to redirects of the app and of strictSlashes', async () => {
    const to = async (path: string): Promise<string | null> =>
      (await client.get(path)).headers.get('location')
    expect(await to('/my%20site/dir?x=1')).toBe('/my%20site/dir/?x=1')
    expect(await to('/my%20site/out')).toBe('/my%20site/')
    expect(await to('/my%20site')).toBe('/my%20site/')
  })
})
