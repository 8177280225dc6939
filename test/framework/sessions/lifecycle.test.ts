import {
  makeResponse,
  MemoryStore,
  Phial,
  readSession,
  Response,
  saveSession,
  session,
  type SessionStore,
  StoredSessions,
} from 'phial'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { cookieOf, signedApp } from './support.ts'

afterEach(() => {
  vi.useRealTimers()
})

/** Adds a view for each operation on a session. */
function visited(app: Phial): Phial {
  app.get('/nothing', () => 'x')
  app.get('/read', () => `${String(session['user'])} ${String(session.permanent)}`)
  app.get('/has', () => String('user' in session))
  app.get('/keys', () => Object.keys(session))
  app.get('/write', () => {
    session['user'] = 'Ann'
    return ''
  })
  app.get('/permanent', () => {
    session.permanent = true
    session['user'] = 'Ann'
    return ''
  })
  app.get('/same', () => {
    const { user } = session
    session['user'] = user
    return ''
  })
  app.get('/push', () => {
    const list = (session['list'] ??= []) as unknown[]
    list.push(list.length)
    return list
  })
  app.get('/delete', () => {
    delete session['user']
    return ''
  })
  app.get('/clear', () => {
    session.clear()
    return ''
  })
  return app
}

describe('a signed cookie session', () => {
  test('is written only if it changed, with safe attributes', async () => {
    const client = visited(signedApp()).testClient()
    const first = cookieOf(await client.get('/write'))
    expect(first[0]).toMatch(/^session=[\w-]+\.[a-z\d]+\.[\w-]{43}$/)
    expect(first.slice(1).sort()).toEqual(['HttpOnly', 'Path=/', 'SameSite=Lax'])
    expect(await (await client.get('/read')).text()).toBe('Ann undefined')
    for (const path of ['/read', '/same', '/nothing', '/has', '/none']) {
      // oxlint-disable-next-line no-await-in-loop
      expect(cookieOf(await client.get(path)), path).toEqual([])
    }
  })

  test('is saved after an error', async () => {
    const app = signedApp()
    app.get('/', () => {
      session['seen'] = true
      throw new Error('unexpected')
    })
    const write = (): void => undefined
    const errors = { write, writelines: write, flush: write }
    const response = await app.testClient().get('/', { environ: { 'wsgi.errors': errors } })
    expect([response.status, cookieOf(response).length]).toEqual([500, 4])
  })

  test('can be changed in afterRequest', async () => {
    const app = signedApp()
    app.get('/', () => '')
    app.get('/read', () => String(session['late']))
    app.afterRequest(async () => {
      await Promise.resolve()
      session['late'] = true
    })
    const client = app.testClient()
    await client.get('/')
    expect(await (await client.get('/read')).text()).toBe('true')
  })
})

describe('Vary', () => {
  const vary = async (path: string, headers = {}): Promise<string | null> =>
    (await visited(signedApp()).testClient().get(path, { headers })).headers.get('vary')

  test('is Cookie if the session is read, tested, listed or written', async () => {
    for (const path of ['/read', '/has', '/keys', '/write', '/delete', '/clear']) {
      // oxlint-disable-next-line no-await-in-loop
      expect(await vary(path), path).toBe('Cookie')
    }
  })

  test('is missing if the session is not accessed, even if the request has a cookie', async () => {
    expect(await vary('/nothing')).toBeNull()
    expect(await vary('/nothing', { cookie: 'session=x; other=y' })).toBeNull()
  })

  test('keeps existing values', async () => {
    const app = signedApp()
    const say = (value: string) => (): Response =>
      makeResponse(String(session['x']), 200, { Vary: value })
    app.get('/a', say('Accept'))
    app.get('/b', say('accept, cookie'))
    app.get('/c', say('*'))
    const client = app.testClient()
    const found = ['/a', '/b', '/c'].map(async (path) =>
      (await client.get(path)).headers.get('vary'),
    )
    expect(await Promise.all(found)).toEqual(['Accept, Cookie', 'accept, cookie', '*'])
  })
})

describe('a session that becomes empty', () => {
  test.for(['/delete', '/clear'])(
    'by %s deletes the cookie with the same attributes',
    async (path) => {
      const app = visited(signedApp({ SESSION_COOKIE_PATH: '/', SESSION_COOKIE_DOMAIN: 'x.org' }))
      const client = app.testClient()
      const onHost = { headers: { host: 'x.org' } }
      const set = cookieOf(await client.get('/write', onHost)).slice(1)
      const [name, ...flags] = cookieOf(await client.get(path, onHost))
      expect(name).toBe('session=')
      expect(flags).toContain('Max-Age=0')
      expect(flags).toEqual(expect.arrayContaining(set))
      expect(await (await client.get('/read', onHost)).text()).toBe('undefined undefined')
    },
  )

  test('does not set a cookie if it was empty before', async () => {
    const client = visited(signedApp()).testClient()
    expect(cookieOf(await client.get('/clear'))).toEqual([])
  })
})

describe('a change in a nested value', () => {
  test('is saved', async () => {
    const client = visited(signedApp()).testClient()
    await client.get('/push')
    await client.get('/push')
    expect(await (await client.get('/push')).json()).toEqual([0, 1, 2])
  })
})

describe('a permanent session', () => {
  const DAY = 24 * 60 * 60 * 1000

  test('lasts for 31 days from each response', async () => {
    vi.useFakeTimers({ now: new Date('2030-01-01T00:00:00Z'), toFake: ['Date'] })
    const client = visited(signedApp()).testClient()
    const first = cookieOf(await client.get('/permanent'))
    expect(first).toContain('Expires=Fri, 01 Feb 2030 00:00:00 GMT')
    vi.setSystemTime(Date.now() + 30 * DAY)
    const later = await client.get('/nothing')
    expect(cookieOf(later)).toContain('Expires=Sun, 03 Mar 2030 00:00:00 GMT')
    expect(later.headers.get('vary')).toBe('Cookie')
    vi.setSystemTime(Date.now() + 30 * DAY)
    expect(await (await client.get('/read')).text()).toBe('Ann true')
  })

  test('is not refreshed if SESSION_REFRESH_EACH_REQUEST is off', async () => {
    const app = visited(signedApp({ SESSION_REFRESH_EACH_REQUEST: false }))
    const client = app.testClient()
    await client.get('/permanent')
    expect(cookieOf(await client.get('/read'))).toEqual([])
    const untouched = await client.get('/nothing')
    expect([cookieOf(untouched), untouched.headers.get('vary')]).toEqual([[], null])
  })

  test('expires after PERMANENT_SESSION_LIFETIME, as does any other session', async () => {
    vi.useFakeTimers({ now: 0, toFake: ['Date'] })
    const app = visited(signedApp({ PERMANENT_SESSION_LIFETIME: 60 }))
    const client = app.testClient({ cookies: false })
    const [cookie = ''] = cookieOf(await client.get('/write'))
    const read = async (): Promise<string> =>
      (await client.get('/read', { headers: { cookie } })).text()
    vi.setSystemTime(60_000)
    expect(await read()).toBe('Ann undefined')
    vi.setSystemTime(61_000)
    expect(await read()).toBe('undefined undefined')
  })
})

describe('sessions in a store', () => {
  const failing: SessionStore = {
    get: () => Promise.reject(new Error('the store is down')),
    set: () => Promise.reject(new Error('the store is down')),
    delete: () => undefined,
  }

  test('answer 500 with the error page if the store fails', async () => {
    const app = visited(new Phial(import.meta.url))
    app.sessionInterface = new StoredSessions(failing)
    app.errorHandler(500, () => `sorry${Object.keys(session).join('')}`)
    const log = vi.fn()
    const environ = { 'wsgi.errors': { write: log, writelines: log, flush: log } }
    const client = app.testClient()
    const written = await client.get('/write', { environ })
    expect([written.status, await written.text()]).toEqual([500, 'sorryuser'])
    const headers = { cookie: `session=${'a'.repeat(43)}` }
    const read = await client.get('/read', { environ, headers })
    expect([read.status, await read.text()]).toEqual([500, 'sorry'])
    expect(log).toHaveBeenCalledWith(expect.stringContaining('the store is down'))
  })

  test('are read before the first hook and saved after the last one', async () => {
    const calls: string[] = []
    const memory = new MemoryStore()
    const app = visited(new Phial(import.meta.url))
    app.sessionInterface = new StoredSessions({
      get: async (id) => {
        calls.push('get')
        return memory.get(id)
      },
      set: async (id, text, seconds) => {
        calls.push('set')
        memory.set(id, text, seconds)
      },
      delete: (id) => memory.delete(id),
    })
    app.beforeRequest(() => void calls.push('before'))
    app.afterRequest(() => void calls.push('after'))
    const client = app.testClient()
    await client.get('/write')
    await client.get('/delete')
    expect(calls).toEqual(['before', 'after', 'set', 'get', 'before', 'after'])
    expect(memory.size).toBe(0)
  })

  test('can be read and saved in a script', async () => {
    const app = visited(new Phial(import.meta.url))
    app.sessionInterface = new StoredSessions(new MemoryStore())
    const first = app.testRequestContext('/')
    first.session['user'] = 'Ann'
    const response = await saveSession(new Response(''), first)
    const [, cookie = ''] = /^(session=[^;]*)/.exec(response.headers.get('Set-Cookie') ?? '') ?? []
    const second = app.testRequestContext('/', { headers: { cookie } })
    await readSession(second)
    expect(second.session['user']).toBe('Ann')
  })

  test('are empty and read-only after the store has failed', async () => {
    const app = new Phial(import.meta.url)
    app.sessionInterface = new StoredSessions(failing)
    const headers = { cookie: `session=${'a'.repeat(43)}` }
    const context = app.testRequestContext('/', { headers })
    await readSession(context)
    expect(() => context.session).toThrow('the store is down')
    expect(Object.keys(context.session)).toEqual([])
    expect(() => (context.session['user'] = 'Ann')).toThrow(
      'session.user was changed, but the session could not be read from its store.',
    )
  })

  test('are refreshed with each response if they are permanent', async () => {
    const app = visited(new Phial(import.meta.url, { config: { PERMANENT_SESSION_LIFETIME: 60 } }))
    app.sessionInterface = new StoredSessions(new MemoryStore())
    vi.useFakeTimers({ now: 0, toFake: ['Date'] })
    const client = app.testClient()
    await client.get('/permanent')
    for (const now of [50_000, 100_000, 150_000]) {
      vi.setSystemTime(now)
      // oxlint-disable-next-line no-await-in-loop
      expect(cookieOf(await client.get('/nothing')).length).toBeGreaterThan(1)
    }
    expect(await (await client.get('/read')).text()).toBe('Ann true')
    vi.setSystemTime(210_000)
    expect(await (await client.get('/read')).text()).toBe('undefined undefined')
  })

  test('throw with a hint if they were not read first', () => {
    const app = new Phial(import.meta.url)
    app.sessionInterface = new StoredSessions({ ...failing, get: async () => undefined })
    const headers = { cookie: `session=${'a'.repeat(43)}` }
    expect(() => app.testRequestContext('/', { headers }).session).toThrow(
      'await readSession(context)',
    )
  })
})
