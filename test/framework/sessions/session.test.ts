import { type Config, Phial, request, type Session, session, SessionError } from 'phial'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { signedApp } from './support.ts'

declare module 'phial' {
  interface Session {
    visits?: number
  }
  interface Config {
    SHOP_NAME: string
  }
}

describe('a session', () => {
  test('accepts any name, and does not inherit from Object.prototype', async () => {
    const app = signedApp()
    app.get('/', () => {
      expect(Object.keys(session)).toEqual([])
      expect(['toString' in session, session['constructor'], session['__proto__']]).toEqual([
        false,
        undefined,
        undefined,
      ])
      session['__proto__'] = { admin: true }
      Object.assign(session, { constructor: 'x' })
      expect(session['admin']).toBeUndefined()
      return Object.keys(session)
    })
    app.get('/again', () => ({ ...session }))
    const client = app.testClient()
    expect(await (await client.get('/')).json()).toEqual(['__proto__', 'constructor'])
    expect(Object.entries((await (await client.get('/again')).json()) as object)).toEqual([
      ['__proto__', { admin: true }],
      ['constructor', 'x'],
    ])
  })

  test('is available as context.session', async () => {
    const app = signedApp()
    app.get('/', (_, context) => {
      context.session.visits = 1
      return [session.visits === 1, context.session === context.session]
    })
    expect(await (await app.testClient().get('/')).json()).toEqual([true, true])
  })

  test('throws outside of a request', () => {
    const app = new Phial(import.meta.url)
    expect(() => session['user']).toThrow('session was used outside of any request context')
    app.appContext().run(() => {
      expect(() => session['user']).toThrow("app.testRequestContext('/path').run(() => …)")
    })
  })

  test('has types that the app declares', () => {
    expectTypeOf<Session['visits']>().toEqualTypeOf<number | undefined>()
    expectTypeOf<Session['permanent']>().toEqualTypeOf<boolean | undefined>()
    expectTypeOf<Session['else']>().toEqualTypeOf<unknown>()
    expectTypeOf<Config['SHOP_NAME']>().toEqualTypeOf<string>()
    expectTypeOf<Config['DEBUG']>().toEqualTypeOf<boolean>()
  })

  test('is separate for concurrent requests', async () => {
    const app = signedApp()
    const waiting: (() => void)[] = []
    app.get('/:name', async ({ name }) => {
      session['name'] = name
      await new Promise<void>((resolve) => {
        if (waiting.push(resolve) === 2) for (const go of waiting) go()
      })
      return [name, session['name'], request.path]
    })
    const client = app.testClient({ cookies: false })
    const answers = await Promise.all([client.get('/a'), client.get('/b')])
    const texts = await Promise.all(answers.map((answer) => answer.json()))
    expect(texts).toEqual([
      ['a', 'a', '/a'],
      ['b', 'b', '/b'],
    ])
  })
})

describe('after the headers have been sent', () => {
  test('a streamed body can read but not change the session', async () => {
    const app = signedApp({ PROPAGATE_EXCEPTIONS: true })
    app.get('/read', () => {
      session['user'] = 'Ann'
      return (function* stream() {
        yield `Hello ${String(session['user'])}`
      })()
    })
    app.get('/write', function* stream() {
      yield 'x'
      session['user'] = 'Bob'
    })
    const client = app.testClient()
    expect(await (await client.get('/read')).text()).toBe('Hello Ann')
    await expect(client.get('/write')).rejects.toThrow(
      'session.user was changed, but the response headers, which contain the session cookie, have already been sent',
    )
    await expect(client.get('/write')).rejects.toThrow(SessionError)
  })

  test('a teardown function cannot change the session', async () => {
    const app = signedApp()
    const seen: unknown[] = []
    app.teardownRequest(() => {
      for (const change of [
        () => (session['user'] = 'Bob'),
        () => delete session['user'],
        () => session.clear(),
        () => session.regenerate(),
      ]) {
        try {
          change()
          seen.push('changed')
        } catch (error) {
          seen.push(error instanceof SessionError)
        }
      }
    })
    app.get('/', () => {
      session['user'] = 'Ann'
      return ''
    })
    await app.testClient().get('/')
    expect(seen).toEqual([true, true, true, true])
  })
})
