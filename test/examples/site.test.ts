import { expect, test } from 'vitest'
import { app } from '../../examples/site/app.ts'

const client = app.testClient()
const text = async (path: string): Promise<string> => (await client.get(path)).text()

test('each page says in its navigation where one is', async () => {
  expect(await text('/')).toContain('<a href="/" aria-current="page">Home</a>')
  expect(await text('/hello')).toContain('<a href="/hello" aria-current="page">Hello</a>')
  expect(await text('/hello/Ann')).toContain('<a href="/hello" aria-current="page">Hello</a>')
  expect(await text('/environ')).toContain('aria-current="page">Environ</a>')
})

test('the form says hello, and asks again for a name that is empty', async () => {
  const location = async (name: string): Promise<string | null> =>
    (await client.post('/hello', { form: { name } })).headers.get('location')
  expect(await location('Ann')).toBe('/hello/Ann')
  expect(await location(' ')).toBe('/hello?empty=1')
  expect(await text('/hello?empty=1')).toContain('Please give a name.')
  expect(await text('/hello')).not.toContain('Please give a name.')
})

test('the environ is a table, sorted by key, and safe to look at', async () => {
  const response = await client.get('/environ?<b>', { headers: { 'X-Test': '<script>' } })
  const page = await response.text()
  const keys = [...page.matchAll(/<th scope="row">([^<]*)/g)].map(([, key]) => key)
  expect(keys).toContain('wsgi.input')
  expect(keys).toEqual(keys.toSorted((one = '', other = '') => (one < other ? -1 : 1)))
  expect(page).toContain('<th scope="row">HTTP_X_TEST</th><td>&lt;script&gt;</td>')
})

test('an address that nothing answers has a page of the site', async () => {
  const response = await client.get('/no/<b>')
  expect(response.status).toBe(404)
  expect(await response.text()).toContain('<code>/no/&lt;b&gt;</code>')
})

test('works where it is mounted elsewhere', async () => {
  const response = await client.get('/', { environ: { SCRIPT_NAME: '/shop' } })
  expect(await response.text()).toContain('href="/shop/static/site.css?v=')
})

test('the stylesheet and the icon are there', async () => {
  const types = await Promise.all(
    ['/static/site.css', '/static/phial.svg'].map(async (path) => {
      const response = await client.get(path)
      return [response.status, response.headers.get('content-type')]
    }),
  )
  expect(types).toEqual([
    [200, 'text/css; charset=utf-8'],
    [200, 'image/svg+xml; charset=utf-8'],
  ])
})
