import { MemoryStore, Phial, session, type SessionStore, StoredSessions } from 'phial'
import { describe, expect, test, vi } from 'vitest'
import { cookieOf } from './support.ts'

/** Returns an app without a secret, and its session store. */
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
  test('stores large sessions under a random id', async () => {
    const [app, store] = make()
    const client = app.testClient()
    const id = idOf(await client.get('/write'))
    expect(id).toMatch(/^[\w-]{43}$/)
    expect(idOf(await app.testClient().get('/write'))).not.toBe(id)
    expect(await (await client.get('/read')).text()).toBe('Ann')
    expect(store.size).toBe(2)
  })

  test('ignores an invented id, and does not adopt it', async () => {
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

  test('does not query the store for a malformed id', async () => {
    const [app, store] = make()
    const queried: string[] = []
    app.sessionInterface = new StoredSessions({
      get: (id) => {
        queried.push(id)
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
    expect(queried).toEqual([id])
  })

  test('regenerate changes the id and invalidates the old one', async () => {
    const [app, store] = make()
    const client = app.testClient()
    const before = idOf(await client.get('/write'))
    const after = idOf(await client.get('/sign-in'))
    expect([after.length, after === before, store.size]).toEqual([43, false, 1])
    expect(await (await client.get('/read')).text()).toBe('Ann')
    const old = await app.testClient().get('/read', { headers: { cookie: `session=${before}` } })
    expect(await old.text()).toBe('undefined')
  })

  test('regenerate works without another change, and does not create an empty session', async () => {
    const [app, store] = make()
    const client = app.testClient()
    expect(cookieOf(await client.get('/renew'))).toEqual([])
    const before = idOf(await client.get('/write'))
    const after = idOf(await client.get('/renew'))
    expect([after.length, after === before, store.size]).toEqual([43, false, 1])
    expect(await (await client.get('/read')).text()).toBe('Ann')
  })

  test('removes an empty session from the store', async () => {
    const [app, store] = make()
    const client = app.testClient()
    await client.get('/write')
    expect(cookieOf(await client.get('/clear'))).toContain('Max-Age=0')
    expect(store.size).toBe(0)
  })
})

describe('a session that has ended is not stored again', () => {
  /** Returns an app whose view `/slow` reads the session, waits for `go`, and then changes it. */
  function slow(store: SessionStore): { app: Phial; reached: Promise<void>; go: () => void } {
    const app = new Phial(import.meta.url)
    app.sessionInterface = new StoredSessions(store)
    const [gate, at] = [latch(), latch()]
    const wait = async (): Promise<void> => {
      void session['user']
      at.open()
      await gate.opened
    }
    app.get('/in', () => {
      session['user'] = 'Ann'
      return ''
    })
    app.get('/out', () => {
      session.clear()
      return ''
    })
    app.get('/renew', () => {
      session.regenerate()
      return ''
    })
    app.get('/slow', async () => {
      await wait()
      session['seen'] = true
      return ''
    })
    app.get('/slow-renew', async () => {
      await wait()
      session.regenerate()
      return ''
    })
    app.get('/who', () => String(session['user']))
    return { app, reached: at.opened, go: gate.open }
  }

  const plain = (): SessionStore => {
    const memory = new MemoryStore()
    return {
      get: async (id) => memory.get(id),
      set: async (id, text, seconds) => memory.set(id, text, seconds),
      delete: async (id) => memory.delete(id),
    }
  }

  const ways = ['/out', '/renew'].flatMap((end) =>
    ['/slow', '/slow-renew'].map((late) => [end, late] as const),
  )

  describe.each([
    ['a store with replace', () => new MemoryStore()],
    ['a store without replace', plain],
  ])('in %s', (_, make_) => {
    test.each(ways)('if %s ends it while %s is in progress', async (end, late) => {
      const { app, reached, go } = slow(make_())
      const cookie = `session=${idOf(await app.testClient().get('/in'))}`
      const ask = (path: string): Promise<globalThis.Response> =>
        app.testClient({ cookies: false }).get(path, { headers: { cookie } })
      const pending = ask(late)
      await reached
      await ask(end)
      go()
      const response = await pending
      expect(response.status).toBe(200)
      expect(response.headers.getSetCookie()).toEqual([])
      expect(await (await ask('/who')).text()).toBe('undefined')
    })
  })
})

describe('an unavailable store', () => {
  test('fails only requests that use their session, and is retried in the background', async () => {
    vi.useFakeTimers()
    try {
      const memory = new MemoryStore()
      let isDown = false
      const hang = new Promise<never>(() => undefined)
      const app = new Phial(import.meta.url, { config: { PROPAGATE_EXCEPTIONS: true } })
      app.sessionInterface = new StoredSessions(
        {
          get: async (id) => (isDown ? hang : memory.get(id)),
          set: async (id, text, seconds) => (isDown ? hang : memory.set(id, text, seconds)),
          delete: async (id) => memory.delete(id),
        },
        { timeout: 2 },
      )
      app.get('/in', () => {
        session['user'] = 'Ann'
        return ''
      })
      app.get('/who', () => String(session['user']))
      app.get('/health', () => 'fine')
      const client = app.testClient()
      await client.get('/in')
      isDown = true
      const first = client.get('/health')
      await vi.advanceTimersByTimeAsync(2000)
      expect(await (await first).text()).toBe('fine')
      // Later requests do not wait.
      expect(await (await client.get('/health')).text()).toBe('fine')
      await expect(client.get('/who')).rejects.toThrow(
        'The session store Object is unavailable: the last operation failed.',
      )
      isDown = false
      await vi.advanceTimersByTimeAsync(1000)
      // After a second, the next request retries the store in the background.
      await client.get('/health')
      await vi.advanceTimersByTimeAsync(0)
      expect(await (await client.get('/who')).text()).toBe('Ann')
    } finally {
      vi.useRealTimers()
    }
  })
})

/** Returns a promise, and a function that resolves it. */
function latch(): { opened: Promise<void>; open: () => void } {
  let open = (): void => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}
