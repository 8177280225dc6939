import { MemoryStore, Phial, session, StoredSessions } from 'phial'
import { describe, expect, test } from 'vitest'
import { cookieOf } from './support.ts'

/** An app with a store and no secret, and its store. */
function make(): [app: Phial, store: MemoryStore] {
  const store = new MemoryStore()
  const app = new Phial(import.meta.url)
  app.sessionInterface = new StoredSessions(store)
  app.get('/write', () => {
    session['user'] = 'Ann'
    session['large'] = 'x'.repeat(10_000)
    return ''
  })
  app.get('/read', () => String(session['user']))
  app.get('/sign-in', () => {
    session['signedIn'] = true
    session.regenerate()
    return ''
  })
  app.get('/renew', () => {
    session.regenerate()
    return ''
  })
  app.get('/clear', () => {
    session.clear()
    session.regenerate()
    return ''
  })
  return [app, store]
}

const idOf = (response: globalThis.Response): string =>
  (cookieOf(response)[0] ?? '').replace('session=', '')

describe('StoredSessions', () => {
  test('keeps what no cookie could, under a random id', async () => {
    const [app, store] = make()
    const client = app.testClient()
    const id = idOf(await client.get('/write'))
    expect(id).toMatch(/^[\w-]{43}$/)
    expect(idOf(await app.testClient().get('/write'))).not.toBe(id)
    expect(await (await client.get('/read')).text()).toBe('Ann')
    expect(store.size).toBe(2)
  })

  test('an id that a client made up is nobody’s, and is not taken over', async () => {
    const [app, store] = make()
    const client = app.testClient({ cookies: false })
    for (const made of ['a'.repeat(43), '', '../x', '%00', 'a'.repeat(5000)]) {
      const headers = { cookie: `session=${made}` }
      // oxlint-disable-next-line no-await-in-loop
      expect(await (await client.get('/read', { headers })).text()).toBe('undefined')
      // oxlint-disable-next-line no-await-in-loop
      expect(idOf(await client.get('/write', { headers }))).not.toBe(made)
    }
    expect(store.get('a'.repeat(43))).toBeUndefined()
  })

  test('what cannot be an id is not asked for', async () => {
    const [app, store] = make()
    const asked: string[] = []
    app.sessionInterface = new StoredSessions({
      get: (id) => {
        asked.push(id)
        return store.get(id)
      },
      set: (id, text, seconds) => store.set(id, text, seconds),
      delete: (id) => store.delete(id),
    })
    const id = 'a'.repeat(43)
    for (const made of ['', 'x', '../x', `${id}a`, `${id}%0a`, id.replace('a', '*'), id]) {
      // oxlint-disable-next-line no-await-in-loop
      await app.testClient().get('/read', { headers: { cookie: `session=${made}` } })
    }
    expect(asked).toEqual([id])
  })

  test('regenerate gives it another id, and the old one leads nowhere', async () => {
    const [app, store] = make()
    const client = app.testClient()
    const before = idOf(await client.get('/write'))
    const after = idOf(await client.get('/sign-in'))
    expect([after.length, after === before, store.size]).toEqual([43, false, 1])
    expect(await (await client.get('/read')).text()).toBe('Ann')
    const old = await app.testClient().get('/read', { headers: { cookie: `session=${before}` } })
    expect(await old.text()).toBe('undefined')
  })

  test('it does so where nothing else changed, and makes nothing out of nothing', async () => {
    const [app, store] = make()
    const client = app.testClient()
    expect(cookieOf(await client.get('/renew'))).toEqual([])
    const before = idOf(await client.get('/write'))
    const after = idOf(await client.get('/renew'))
    expect([after.length, after === before, store.size]).toEqual([43, false, 1])
    expect(await (await client.get('/read')).text()).toBe('Ann')
  })

  test('an empty one leaves the store', async () => {
    const [app, store] = make()
    const client = app.testClient()
    await client.get('/write')
    expect(cookieOf(await client.get('/clear'))).toContain('Max-Age=0')
    expect(store.size).toBe(0)
  })
})
