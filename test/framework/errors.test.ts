import {
  abort,
  BadRequest,
  Forbidden,
  type HTTPException,
  InternalServerError,
  MethodNotAllowed,
  NotFound,
  Phial,
  Response,
  ServiceUnavailable,
  TooManyRequests,
  RequestedRangeNotSatisfiable,
  Unauthorized,
} from 'phial'
import { describe, expect, expectTypeOf, test } from 'vitest'

class Broken extends Error {}
class VeryBroken extends Broken {}

/** An app whose view fails, and what it logs. */
function failing(fail: () => never): {
  app: Phial
  log: string[]
  ask: (headers?: Record<string, string>) => Promise<globalThis.Response>
} {
  const app = new Phial(import.meta.url)
  const log: string[] = []
  const write = (text: string): void => void log.push(text)
  const environ = { 'wsgi.errors': { write, writelines: () => undefined, flush: () => undefined } }
  app.get('/', fail)
  const ask = (headers = {}): Promise<globalThis.Response> =>
    app.testClient().get('/', { headers, environ })
  return { app, log, ask }
}

const raise = (error: unknown) => (): never => {
  throw error
}

describe('an error’s answer', () => {
  test('is a small page with its description, escaped', async () => {
    const { ask, log } = failing(() => abort(404, 'No <b>post</b>'))
    const response = await ask({ Accept: 'text/html,*/*;q=0.8' })
    const text = await response.text()
    expect(response.status).toBe(404)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(text).toContain('<title>404 Not Found</title>')
    expect(text).toContain('No &lt;b&gt;post&lt;/b&gt;')
    expect(log).toEqual([])
  })

  test.each([
    ['application/json', true],
    ['application/problem+json', true],
    ['application/json, text/html;q=0.9', true],
    ['*/*', false],
    ['text/html, application/json', false],
    ['text/plain', false],
    [';;;q=x', false],
  ])('is problem details for clients that prefer JSON: %s', async (accept, isJson) => {
    const response = await failing(() => abort(404, 'No post')).ask({ Accept: accept })
    expect(response.headers.get('vary')).toBe('Accept')
    expect(response.headers.get('content-type')).toContain(isJson ? 'problem+json' : 'text/html')
    if (!isJson) return
    const problem = { type: 'about:blank', title: 'Not Found', status: 404, detail: 'No post' }
    expect(await response.json()).toEqual(problem)
  })

  test('says nothing of an error that nobody expected, which is logged', async () => {
    const { ask, log } = failing(raise(new Broken('the password is x')))
    const response = await ask()
    expect(response.status).toBe(500)
    expect(await response.text()).not.toMatch(/password|Broken|\.ts/)
    expect(log.join('')).toMatch(/Exception on "\/" \[GET\]\n.*the password is x\n +at /s)
  })

  test('is a 500 whatever was thrown', async () => {
    for (const thrown of ['text', undefined, null, 7, {}]) {
      const { ask, log } = failing(raise(thrown))
      // oxlint-disable-next-line no-await-in-loop
      expect((await ask()).status).toBe(500)
      expect(log.join('')).toContain('Exception on "/" [GET]')
    }
  })

  test('carries the headers of its status', async () => {
    const headers = async (error: HTTPException, name: string): Promise<string | null> =>
      (await failing(raise(error)).ask()).headers.get(name)
    const none = undefined
    expect(await headers(new MethodNotAllowed(none, { validMethods: ['GET'] }), 'allow')).toBe(
      'GET',
    )
    expect(await headers(new TooManyRequests(none, { retryAfter: 5 }), 'retry-after')).toBe('5')
    const date = new Date(0)
    expect(await headers(new ServiceUnavailable(none, { retryAfter: date }), 'retry-after')).toBe(
      'Thu, 01 Jan 1970 00:00:00 GMT',
    )
    const range = new RequestedRangeNotSatisfiable(none, { length: 7 })
    expect(await headers(range, 'content-range')).toBe('bytes */7')
    const basic = new Unauthorized(none, { wwwAuthenticate: 'Basic realm="x"' })
    expect(await headers(basic, 'www-authenticate')).toBe('Basic realm="x"')
  })
})

describe('abort', () => {
  test('with a response sends that', async () => {
    const { app, ask } = failing(() => abort(new Response('as it is', { status: 418 })))
    app.errorHandler(Error, () => expect.unreachable())
    const response = await ask()
    expect([response.status, await response.text()]).toEqual([418, 'as it is'])
  })

  test('with a status that is no error’s is the app’s mistake', async () => {
    expect(() => abort(200)).toThrow('abort(200): this is no error’s status'.replace('’', "'"))
    const { ask, log } = failing(() => abort(299))
    expect((await ask()).status).toBe(500)
    expect(log.join('')).toContain('abort(299)')
  })

  test('raises the class of the status', () => {
    expect(() => abort(403, 'Not you')).toThrow(Forbidden)
    expect(() => abort(403, 'Not you')).toThrow('Not you')
    expect(new NotFound().name).toBe('Not Found')
    expect(new BadRequest('x', { cause: 'y' }).cause).toBe('y')
  })
})

describe('errorHandler', () => {
  test('by status; a body alone keeps the error’s status', async () => {
    const { app, ask } = failing(() => abort(403, 'Not you'))
    app.errorHandler(403, (error) => {
      expectTypeOf(error).toEqualTypeOf<HTTPException>()
      return `Handled: ${error.description}`
    })
    const response = await ask()
    expect([response.status, await response.text()]).toEqual([403, 'Handled: Not you'])
  })

  test('with a status of its own', async () => {
    const { app, ask } = failing(raise(new Broken()))
    app.errorHandler(Broken, (error) => {
      expectTypeOf(error).toEqualTypeOf<Broken>()
      return ['Sorry', 503]
    })
    expect((await ask()).status).toBe(503)
  })

  test('the nearest class wins, whatever the order', async () => {
    const { app, ask } = failing(raise(new VeryBroken()))
    app.errorHandler(Error, () => 'Error')
    app.errorHandler(VeryBroken, () => 'VeryBroken')
    app.errorHandler(Broken, () => 'Broken')
    expect(await (await ask()).text()).toBe('VeryBroken')
  })

  test('a status comes before a class', async () => {
    const { app, ask } = failing(() => abort(404))
    app.errorHandler(NotFound, () => 'class')
    app.errorHandler(404, () => 'status')
    expect(await (await ask()).text()).toBe('status')
  })

  test('of 500 gets InternalServerError, with the cause', async () => {
    const cause = new Broken()
    const { app, ask, log } = failing(raise(cause))
    app.errorHandler(500, (error) => {
      expect(error).toBeInstanceOf(InternalServerError)
      expect(error.cause).toBe(cause)
      return 'Handled'
    })
    const response = await ask()
    expect([response.status, await response.text()]).toEqual([500, 'Handled'])
    expect(log).not.toEqual([])
  })

  test('is asked for unknown paths and methods, not for redirects of the routing', async () => {
    const app = new Phial(import.meta.url)
    app.get('/dir/', () => '')
    app.errorHandler(Error, async (error) => [`Handled ${error.name}`, 299])
    const client = app.testClient()
    expect(await (await client.get('/none')).text()).toBe('Handled Not Found')
    expect(await (await client.post('/dir/')).text()).toBe('Handled Method Not Allowed')
    expect((await client.get('/dir')).status).toBe(308)
  })

  test('that fails itself is a logged 500', async () => {
    const { app, ask, log } = failing(raise(new Broken('first')))
    app.errorHandler(Broken, raise(new Error('second')))
    app.errorHandler(500, raise(new Error('third')))
    const response = await ask()
    expect(response.status).toBe(500)
    expect(log.join('')).toContain('second')
    expect(log.join('')).toContain('third')
  })

  test('afterRequest runs on errors too', async () => {
    const { app, ask } = failing(raise(new Broken()))
    app.afterRequest((response) => response.headers.set('X-After', String(response.status)))
    expect((await ask()).headers.get('x-after')).toBe('500')
  })

  test('needs an error’s status or class', () => {
    const app = new Phial(import.meta.url)
    expect(() => app.errorHandler(200, () => '')).toThrow('errorHandler(200): this is no error')
  })
})

test('errors go on to the test if the app says so', async () => {
  const app = new Phial(import.meta.url, { config: { PROPAGATE_EXCEPTIONS: true } })
  app.get('/', raise(new Broken('to the test')))
  await expect(app.testClient().get('/')).rejects.toThrow('to the test')
})
