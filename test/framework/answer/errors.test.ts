import {
  abort,
  Forbidden,
  type HTTPException,
  InternalServerError,
  makeResponse,
  NotFound,
  Response,
} from 'phial'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { failing, make, raise } from '../support.ts'

class Broken extends Error {}
class VeryBroken extends Broken {}

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
    expect(log()).toContain('abort(299)')
  })

  test('raises the class of the status', () => {
    expect(() => abort(403, 'Not you')).toThrow(Forbidden)
    expect(() => abort(403, 'Not you')).toThrow('Not you')
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
      return makeResponse('Sorry', 503)
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
    expect(log()).not.toBe('')
  })

  test('is asked for unknown paths and methods, not for redirects of the routing', async () => {
    const app = make()
    app.get('/dir/', () => '')
    app.errorHandler(Error, async (error) => makeResponse(`Handled ${error.name}`, 299))
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
    expect(log()).toContain('second')
    expect(log()).toContain('third')
  })

  test('afterRequest runs on errors too', async () => {
    const { app, ask } = failing(raise(new Broken()))
    app.afterRequest((response) => response.headers.set('X-After', String(response.status)))
    expect((await ask()).headers.get('x-after')).toBe('500')
  })

  test('needs an error’s status or class', () => {
    const app = make()
    expect(() => app.errorHandler(200, () => '')).toThrow('errorHandler(200): this is no error')
  })
})

test('errors go on to the test if the app is under test, or says so', async () => {
  const tested = make({ config: { TESTING: true } })
  tested.get('/', raise(new Broken('to the test')))
  await expect(tested.testClient().get('/')).rejects.toThrow('to the test')
  const app = make({ config: { PROPAGATE_EXCEPTIONS: true } })
  app.get('/', raise(new Broken('to the test')))
  await expect(app.testClient().get('/')).rejects.toThrow('to the test')
})
