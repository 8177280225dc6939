import fc from 'fast-check'
import { makeResponse, Response } from 'phial'
import { describe, expect, test, vi } from 'vitest'
import { logging, make, raise } from '../support.ts'

describe('hooks', () => {
  test('run in order around the view', async () => {
    const app = make()
    const calls: string[] = []
    app.beforeRequest(() => void calls.push('before 1'))
    app.beforeRequest(async () => void calls.push('before 2'))
    app.afterRequest(() => void calls.push('after 1'))
    app.afterRequest(async (response) => {
      calls.push('after 2')
      response.headers.set('X-After', 'yes')
    })
    app.teardownRequest((error) => void calls.push(`teardown ${String(error)}`))
    app.get('/', () => {
      calls.push('view')
      return ''
    })
    const response = await app.testClient().get('/')
    expect(response.headers.get('x-after')).toBe('yes')
    const expected = ['before 1', 'before 2', 'view', 'after 2', 'after 1', 'teardown undefined']
    expect(calls).toEqual(expected)
  })

  test('skip the view if a beforeRequest hook returns a response', async () => {
    const app = make()
    app.beforeRequest(() => makeResponse('no', 403))
    app.beforeRequest(() => expect.unreachable())
    app.get('/', () => expect.unreachable())
    app.afterRequest(() => new Response('replaced', { status: 299 }))
    expect((await app.testClient().get('/none')).status).toBe(299)
  })

  test('run teardown hooks after a streamed body, all of them', async () => {
    const app = make()
    const { log, environ } = logging()
    const calls: string[] = []
    app.teardownRequest(() => void calls.push('last'))
    app.teardownRequest(() => {
      throw new Error('in teardown')
    })
    app.get('/', function* stream() {
      calls.push('streaming')
      yield 'x'
    })
    await app.testClient().get('/', { environ })
    expect(calls).toEqual(['streaming', 'last'])
    expect(log()).toContain('in teardown')
  })

  test('run teardown hooks if the error propagates to the test', async () => {
    const app = make({ config: { TESTING: true } })
    const seen = vi.fn()
    app.teardownRequest(seen)
    app.get('/', raise(new RangeError('to the test')))
    await expect(app.testClient().get('/')).rejects.toThrow('to the test')
    expect(seen).toHaveBeenCalledOnce()
  })

  test('pass the unhandled error to teardown hooks', async () => {
    const app = make()
    const seen = vi.fn()
    app.teardownRequest(seen)
    const error = new Error('unexpected')
    app.get('/', () => {
      throw error
    })
    await app.testClient().get('/', { environ: logging().environ })
    expect(seen).toHaveBeenCalledWith(error, expect.anything())
  })
})

/** A hook that returns a response or not, synchronously or asynchronously. */
const hook = fc.record({ answers: fc.boolean(), isLate: fc.boolean() })

/** The return value of a hook: a value, or a promise of it. */
function given<T>(value: T, isLate: boolean): T | Promise<T> {
  return isLate ? Promise.resolve(value) : value
}

test('uses the first response of a beforeRequest hook and runs no later one, for synchronous and asynchronous hooks', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(hook, { maxLength: 6 }), async (hooks) => {
      const app = make()
      const ran: number[] = []
      for (const [index, { answers, isLate }] of hooks.entries()) {
        app.beforeRequest(() => {
          ran.push(index)
          return given(answers ? makeResponse(`hook ${index}`) : undefined, isLate)
        })
      }
      app.get('/', () => 'view')
      const text = await (await app.testClient().get('/')).text()
      const first = hooks.findIndex(({ answers }) => answers)
      expect(text).toBe(first === -1 ? 'view' : `hook ${first}`)
      const last = first === -1 ? hooks.length : first + 1
      expect(ran).toEqual(Array.from({ length: last }, (_, index) => index))
    }),
    { numRuns: 50 },
  )
})

test('passes the response from afterRequest hook to afterRequest hook, in reverse order of registration', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(hook, { maxLength: 6 }), async (hooks) => {
      const app = make()
      for (const [index, { answers, isLate }] of hooks.entries()) {
        app.afterRequest((response) => {
          if (answers) return given(new Response(`${String(response.body)}${index}`), isLate)
          response.body = `${String(response.body)}.`
          return given(undefined, isLate)
        })
      }
      app.get('/', () => '')
      const text = await (await app.testClient().get('/')).text()
      const parts = hooks.map(({ answers }, index) => (answers ? String(index) : '.'))
      expect(text).toBe(parts.toReversed().join(''))
    }),
    { numRuns: 50 },
  )
})

test('runs all teardownRequest hooks in reverse order, even if one throws', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(hook, { maxLength: 6 }), async (hooks) => {
      const app = make()
      const { environ, log } = logging()
      const ran: string[] = []
      for (const [index, { answers: fails, isLate }] of hooks.entries()) {
        app.teardownRequest(async () => {
          ran.push(`${index} begins`)
          if (isLate) await Promise.resolve()
          ran.push(`${index} ends`)
          if (fails) throw new Error(`teardown ${index}`)
        })
      }
      app.get('/', () => '')
      expect((await app.testClient().get('/', { environ })).status).toBe(200)
      const all = hooks.flatMap((_, index) => [`${index} ends`, `${index} begins`])
      expect(ran).toEqual(all.toReversed())
      for (const [index, { answers: fails }] of hooks.entries()) {
        expect(log().includes(`teardown ${index}`)).toBe(fails)
      }
    }),
    { numRuns: 50 },
  )
})

describe('the return value of a hook', () => {
  test.each<[string, unknown]>([
    ['a string', 'text'],
    ['an empty string', ''],
    ['an array', ['x', 200]],
    ['an object', { user: 'Ann' }],
    ['null', null],
    ['false', false],
    ['a number', 7],
  ])('is an error that names the hook if it is not a Response: %s', async (_, value) => {
    for (const isLate of [false, true]) {
      const app = make({ config: { PROPAGATE_EXCEPTIONS: true } })
      app.beforeRequest(function loadUser() {
        return given(value as never, isLate)
      })
      app.get('/', () => expect.unreachable())
      // oxlint-disable-next-line no-await-in-loop -- one app after another
      await expect(app.testClient().get('/')).rejects.toThrow(
        /^The beforeRequest hook "loadUser" returned .*makeResponse/,
      )
      const later = make({ config: { PROPAGATE_EXCEPTIONS: true } })
      later.afterRequest(function stamp() {
        return given(value as never, isLate)
      })
      later.get('/', () => '')
      // oxlint-disable-next-line no-await-in-loop -- one app after another
      await expect(later.testClient().get('/')).rejects.toThrow('The afterRequest hook "stamp"')
    }
  })

  test('may be the platform’s Response', async () => {
    const app = make()
    app.beforeRequest(() => new globalThis.Response('early', { status: 202 }))
    app.afterRequest((response) => new globalThis.Response(`${String(response.status)} late`))
    app.get('/', () => expect.unreachable())
    expect(await (await app.testClient().get('/')).text()).toBe('202 late')
  })
})
