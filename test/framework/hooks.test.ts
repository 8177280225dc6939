import { Response } from 'phial'
import { describe, expect, test, vi } from 'vitest'
import { logging, make, raise } from './support.ts'

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

  test('a beforeRequest hook that answers keeps the view from running', async () => {
    const app = make()
    app.beforeRequest(() => ['no', 403])
    app.beforeRequest(() => expect.unreachable())
    app.get('/', () => expect.unreachable())
    app.afterRequest(() => new Response('replaced', { status: 299 }))
    expect((await app.testClient().get('/none')).status).toBe(299)
  })

  test('teardown runs after a streamed body, and all of it', async () => {
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

  test('teardown runs although the error goes on to the test', async () => {
    const app = make({ config: { TESTING: true } })
    const seen = vi.fn()
    app.teardownRequest(seen)
    app.get('/', raise(new RangeError('to the test')))
    await expect(app.testClient().get('/')).rejects.toThrow('to the test')
    expect(seen).toHaveBeenCalledOnce()
  })

  test('teardown gets the error that nobody took', async () => {
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
