/** Tests that Phial handles a request as Flask does, before and after the view. */
import {
  Blueprint,
  g,
  hasAppContext,
  hasRequestContext,
  makeResponse,
  NotFound,
  Response,
} from 'phial'
import { describe, expect, test } from 'vitest'
import { logging, make, raise } from '../support.ts'

describe('beforeRequest and afterRequest', () => {
  test('also run for 404 and 405, where beforeRequest may return a response', async () => {
    const app = make()
    const calls: string[] = []
    app.beforeRequest(({ request }) => {
      calls.push(`before ${request.method}`)
      return request.args.has('open') ? makeResponse('opened') : undefined
    })
    app.afterRequest((response) => void calls.push(`after ${response.status}`))
    app.get('/', () => '')
    const client = app.testClient()
    await client.get('/none')
    await client.post('/')
    expect(calls).toEqual(['before GET', 'after 404', 'before POST', 'after 405'])
    expect(await (await client.get('/none?open')).text()).toBe('opened')
  })

  test('let an error handler handle an error that beforeRequest throws', async () => {
    const app = make()
    app.beforeRequest(raise(new NotFound('hidden')))
    app.errorHandler(404, (error) => `handled ${error.message}`)
    app.get('/', () => expect.unreachable())
    const response = await app.testClient().get('/')
    expect([response.status, await response.text()]).toEqual([404, 'handled hidden'])
  })
})

describe('g', () => {
  test('is new for each request', async () => {
    const app = make()
    app.get('/', () => {
      g.count = Number(g.count ?? 0) + 1
      return { count: g.count, inside: hasRequestContext() }
    })
    const client = app.testClient()
    const answers = [await client.get('/'), await client.get('/')]
    const bodies = await Promise.all(answers.map((answer) => answer.json()))
    expect(bodies).toEqual([
      { count: 1, inside: true },
      { count: 1, inside: true },
    ])
    expect([hasRequestContext(), hasAppContext()]).toEqual([false, false])
  })
})

describe('the default error page', () => {
  test('shows no details for a 500, for any Accept header', async () => {
    const app = make()
    app.get('/', raise(new Error('the password is hunter2')))
    const client = app.testClient()
    for (const accept of ['text/html', 'application/json', '*/*']) {
      const { log, environ } = logging()
      // oxlint-disable-next-line no-await-in-loop
      const response = await client.get('/', { headers: { accept }, environ })
      // oxlint-disable-next-line no-await-in-loop
      expect(await response.text()).not.toMatch(/hunter2|Error:|\.ts/)
      expect(log()).toMatch(/ERROR Exception on "\/" \[GET\]\n[^]*hunter2/)
    }
  })
})

describe('header injection', () => {
  test.each<[string, () => Response]>([
    ['a value', () => new Response('', { headers: { 'X-A': 'a\r\nX-Evil: 1' } })],
    ['a name', () => new Response('', { headers: { 'X-A: 1\r\nX-Evil': '1' } })],
    ['a lone line feed', () => new Response('', { headers: { 'X-A': 'a\nX-Evil: 1' } })],
    ['a status', () => new Response('', { status: '200 OK\r\nX-Evil: 1' })],
  ])('returns 500 and does not send the header if it is in %s', async (_, view) => {
    const app = make()
    app.get('/', view)
    const { environ } = logging()
    const response = await app.testClient().get('/', { environ })
    expect(response.status).toBe(500)
    expect(response.headers.get('x-evil')).toBeNull()
  })

  test('is impossible with the name or the value of a cookie', async () => {
    const app = make()
    app.get('/value', () => {
      const response = new Response('')
      response.setCookie('a', 'x\r\nX-Evil: 1')
      return response
    })
    app.get('/name', () => {
      const response = new Response('')
      response.setCookie('a\r\nX-Evil: 1', 'x')
      return response
    })
    const client = app.testClient()
    const { environ } = logging()
    for (const path of ['/value', '/name']) {
      // oxlint-disable-next-line no-await-in-loop
      const response = await client.get(path, { environ })
      expect(response.headers.get('x-evil')).toBeNull()
      expect(response.headers.get('set-cookie') ?? '').not.toMatch(/[\r\n]/)
    }
  })
})

describe('request.endpoint, request.blueprint and request.blueprints', () => {
  test('are empty if no rule matches', async () => {
    const app = make()
    const shop = new Blueprint('shop', import.meta.url, { urlPrefix: '/shop' })
    shop.get('/', () => '')
    app.registerBlueprint(shop)
    app.errorHandler(404, (_, { request }) => ({
      endpoint: request.endpoint ?? null,
      blueprint: request.blueprint ?? null,
      blueprints: request.blueprints,
    }))
    const response = await app.testClient().get('/shop/none')
    expect(await response.json()).toEqual({ endpoint: null, blueprint: null, blueprints: [] })
  })
})
