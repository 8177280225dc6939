import { expect, test } from 'vitest'
import { app } from './app.ts'

const client = app.testClient()
const text = async (path: string): Promise<string> => (await client.get(path)).text()

test('the first page has a form and links to squares', async () => {
  const page = await text('/')
  expect(page).toContain('<form method="post" action="/">')
  expect(page).toContain('<a href="/squares/12">12 squared</a>')
})

test('the form redirects to a greeting', async () => {
  const location = async (name: string): Promise<string | null> =>
    (await client.post('/', { form: { name } })).headers.get('location')
  expect(await location(' Ann Ö ')).toBe('/hello/Ann%20%C3%96')
  expect(await location(' ')).toBe('/')
})

test('escapes the name', async () => {
  expect(await text('/hello/%3Cb%3Eyou')).toContain('<h1>Hello &lt;b&gt;you</h1>')
})

test('squares are JSON, and accept only whole numbers', async () => {
  expect(await (await client.get('/squares/12')).json()).toEqual({ number: 12, square: 144 })
  expect((await client.get('/squares/twelve')).status).toBe(404)
})
