import { call } from '@phial/core'
import {
  ContextError,
  currentApp,
  g,
  hasAppContext,
  hasRequestContext,
  Phial,
  Request,
  request,
  urlFor,
} from 'phial'
import { describe, expect, test } from 'vitest'

/** Interleaves two requests: each `turn` waits for a turn of the other one. */
class Turns {
  #waiting: (() => void) | undefined

  turn(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting?.()
      this.#waiting = resolve
    })
  }

  release(): void {
    this.#waiting?.()
  }
}

describe('two concurrent requests', () => {
  test('have their own request and g at every await', async () => {
    const app = new Phial(import.meta.url)
    const turns = new Turns()
    const order: string[] = []
    const look = (): unknown => {
      order.push(request.path)
      return [request.args.get('id'), g['id'], request.path, currentApp.config === app.config]
    }
    app.beforeRequest(async () => {
      g['id'] = request.args.get('id')
      await turns.turn()
    })
    app.get('/:name', async ({ name }) => {
      const seen: unknown[] = []
      for (let step = 0; step < 10; step += 1) {
        // oxlint-disable-next-line no-await-in-loop
        await turns.turn()
        seen.push(look())
      }
      const form = request.args
      await turns.turn()
      g['name'] = name
      return { seen, same: form === request.args }
    })
    app.afterRequest(async (response) => {
      await turns.turn()
      response.headers.set('X-Name', String(g['name']))
    })
    app.teardownRequest(() => turns.release())
    const [a, b] = await Promise.all(
      ['a', 'b'].map((name) => call(app, { path: `/${name}?id=${name}` })),
    )
    for (const [name, answer] of [
      ['a', a],
      ['b', b],
    ] as const) {
      const seen = Array.from({ length: 10 }, () => [name, name, `/${name}`, true])
      expect(answer?.json()).toEqual({ seen, same: true })
      expect(answer?.headers).toContainEqual(['X-Name', name])
    }
    expect(order.slice(0, 6).join()).toBe('/a,/b,/a,/b,/a,/b')
  })

  test('have their own request and g in streamed bodies', async () => {
    const app = new Phial(import.meta.url)
    const turns = new Turns()
    app.get('/:name', async function* stream() {
      for (let step = 0; step < 5; step += 1) {
        // oxlint-disable-next-line no-await-in-loop
        await turns.turn()
        yield request.path
      }
      turns.release()
    })
    const answers = await Promise.all(['/a', '/b'].map((path) => call(app, { path })))
    expect(answers.map((answer) => answer.text())).toEqual(['/a'.repeat(5), '/b'.repeat(5)])
  })
})

describe('outside of a request', () => {
  test('throws an error for each name that says how to open a context', () => {
    expect(() => request.path).toThrow(ContextError)
    expect(() => request.path).toThrow("app.testRequestContext('/path').run(() => …)")
    expect(() => g['x']).toThrow('g was used outside of any app context')
    expect(() => (g['x'] = 1)).toThrow('app.appContext().run(() => …)')
    expect(() => 'x' in g).toThrow(ContextError)
    expect(() => currentApp.config).toThrow('currentApp was used outside')
    expect(() => urlFor('index')).toThrow('urlFor was used outside')
    expect([hasRequestContext(), hasAppContext()]).toEqual([false, false])
  })

  test('provides the app and g, but no request, in an app context', () => {
    const app = new Phial(import.meta.url)
    app.appContext().run(() => {
      g['x'] = 1
      expect([g['x'], currentApp.rootPath]).toEqual([1, app.rootPath])
      expect(() => request.path).toThrow(ContextError)
      expect([hasRequestContext(), hasAppContext()]).toEqual([false, true])
    })
    app.appContext().run(() => expect(g['x']).toBeUndefined())
  })

  test('provides everything in a test’s request context', async () => {
    const app = new Phial(import.meta.url)
    app.get('/hello/:name', () => '')
    const context = app.testRequestContext('/hello/Ann?x=1', {
      method: 'GET',
      query: { y: [2, 3] },
      headers: { 'X-Test': 'yes' },
    })
    await context.run(async () => {
      await Promise.resolve()
      expect(request.endpoint).toBe('hello')
      expect(request.viewArgs).toEqual({ name: 'Ann' })
      expect(request.queryString).toBe('x=1&y=2&y=3')
      expect(request.headers.get('x-test')).toBe('yes')
      expect(hasRequestContext()).toBe(true)
    })
  })
})

describe('the context-local proxies', () => {
  const app = new Phial(import.meta.url)

  test('behave like the objects that they represent', () => {
    app.testRequestContext('/a').run(() => {
      expect(request).toBeInstanceOf(Request)
      expect(currentApp).toBeInstanceOf(Phial)
      const { text } = request
      expect(typeof text).toBe('function')
      expect('path' in request).toBe(true)
      Object.assign(g, { a: 1, b: () => 2 })
      expect({ ...g }).toEqual({ a: 1, b: expect.any(Function) })
      expect(Object.keys(g)).toEqual(['a', 'b'])
      delete g['a']
      expect(JSON.stringify(g)).toBe('{}')
    })
  })

  test('bind a method that is read from the request', async () => {
    const text = app.testRequestContext('/').run(() => request.text)
    expect(await text()).toBe('')
  })
})
