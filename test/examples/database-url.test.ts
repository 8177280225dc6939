/** Tests that the examples with a database use a server if `DATABASE_URL` names one. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Phial } from 'phial'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { root } from '../house/workspace.ts'
import { serveDatabase } from './support/hrana.ts'

/** Imports by a computed path, so that the session types of the examples do not apply to all tests. */
const load = async (name: string): Promise<Phial> =>
  ((await import(join(root, 'examples', name, 'app.ts'))) as { app: Phial }).app

const [blog, api] = await Promise.all([load('blog'), load('api')])
const folder = mkdtempSync(join(tmpdir(), 'phial-database-'))
const servers: Awaited<ReturnType<typeof serveDatabase>>[] = []

beforeAll(async () => {
  for (const app of [blog, api]) {
    const server = await serveDatabase(join(folder, `${servers.length}.db`))
    servers.push(server)
    app.config.DATABASE_URL = server.url
  }
})
afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()))
  rmSync(folder, { recursive: true })
})

test('the blog stores users and posts on the server', async () => {
  const ann = blog.testClient()
  const account = { name: 'Ann', password: 'correct horse battery' }
  const followRedirects = true
  await ann.post('/register', { form: account, followRedirects })
  const taken = { form: { ...account, password: 'another password' } }
  expect((await blog.testClient().post('/register', taken)).status).toBe(422)
  const form = { title: 'Far away', text: 'On a server.' }
  const response = await ann.post('/write', { form, followRedirects })
  expect(await response.text()).toContain('<h1>Far away</h1>')
  const { pathname } = new URL(response.url)
  const changed = { form: { ...form, title: 'Nearer' }, followRedirects }
  expect(await (await ann.post(`${pathname}/edit`, changed)).text()).toContain('<h1>Nearer</h1>')
  await ann.post(`${pathname}/delete`)
  expect((await ann.get(pathname)).status).toBe(404)
  expect(servers[0]?.asked).toContain('execute')
})

test('the API stores tasks on the server', async () => {
  const client = api.testClient()
  const made = await client.post('/tasks', { json: { title: 'Far away' } })
  expect(made.status).toBe(201)
  const path = made.headers.get('location') ?? ''
  await client.patch(path, { json: { done: true } })
  const list = await client.get('/tasks?done=true')
  expect(await list.json()).toMatchObject({ tasks: [{ title: 'Far away', done: true }] })
  expect((await client.delete(path)).status).toBe(204)
  expect(servers[1]?.asked).toContain('execute')
})
