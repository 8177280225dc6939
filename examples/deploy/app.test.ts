import { MemoryStore, StoredSessions } from 'phial'
import { expect, test } from 'vitest'
import { app } from './app.ts'

// The store is in memory, so that the tests need no Redis. test/examples/deploy.test.ts uses a real one.
app.sessionInterface = new StoredSessions(new MemoryStore())

test('remembers a login, and welcomes the user once', async () => {
  const ann = app.testClient()
  const welcome = await ann.post('/login', { form: { name: 'Ann' }, followRedirects: true })
  const page = await welcome.text()
  expect(page).toContain('Welcome, Ann.')
  expect(page).toContain('Hello, Ann.')
  expect(await (await ann.get('/')).text()).not.toContain('Welcome')
})

test('shows the form again for an empty name', async () => {
  const response = await app.testClient().post('/login', { form: { name: ' ' } })
  expect(response.status).toBe(422)
  expect(await response.text()).toContain('Enter a name.')
})

test('forgets the user after a logout', async () => {
  const ann = app.testClient()
  await ann.post('/login', { form: { name: 'Ann' } })
  const page = await ann.post('/logout', { followRedirects: true })
  expect(await page.text()).toContain('Hello.')
})

test('answers pages that do not read the session while the store is down', async () => {
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
