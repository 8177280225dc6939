import { MemoryStore, StoredSessions } from 'phial'
import { expect, test } from 'vitest'
import { app } from './app.ts'

// The store is memory here, so that the tests need no Redis. test/examples/deploy.test.ts runs the whole with one.
app.sessionInterface = new StoredSessions(new MemoryStore())

test('a login is remembered and welcomed once', async () => {
  const ann = app.testClient()
  const welcome = await ann.post('/login', { form: { name: 'Ann' }, followRedirects: true })
  const page = await welcome.text()
  expect(page).toContain('Welcome, Ann.')
  expect(page).toContain('Hello, Ann.')
  expect(await (await ann.get('/')).text()).not.toContain('Welcome')
})

test('an empty name gets the form again', async () => {
  const response = await app.testClient().post('/login', { form: { name: ' ' } })
  expect(response.status).toBe(422)
  expect(await response.text()).toContain('Enter a name.')
})

test('a logout forgets the visitor', async () => {
  const ann = app.testClient()
  await ann.post('/login', { form: { name: 'Ann' } })
  const page = await ann.post('/logout', { followRedirects: true })
  expect(await page.text()).toContain('Hello.')
})

test('pages that read no session are answered while the store is down', async () => {
  const sessions = app.sessionInterface
  const fails = (): Promise<never> => Promise.reject(new Error('down'))
  app.sessionInterface = new StoredSessions({ get: fails, set: fails, delete: fails })
  const ann = app.testClient()
  ann.setCookie('session', 'x'.repeat(43))
  expect((await ann.get('/about')).status).toBe(200)
  expect((await ann.get('/health')).status).toBe(200)
  const home = await ann.get('/')
  expect(home.status).toBe(503)
  expect(home.headers.get('retry-after')).toBe('5')
  app.sessionInterface = sessions
})
