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
  test('sends a response that is passed to it', async () => {
    const { app, ask } = failing(() => abort(new Response('as it is', { status: 418 })))
    app.errorHandler(Error, () => expect.unreachable())
    const response = await ask()
    expect([response.status, await response.text()]).toEqual([418, 'as it is'])
  })

  test('throws RangeError for a status that is not an error', async () => {
    expect(() => abort(200)).toThrow(
      'Expected an error status in abort(…), such as 400, 403 or 404, received 200',
    )
    const { ask, log } = failing(() => abort(299))
    expect((await ask()).status).toBe(500)
    expect(log()).toContain('such as 400, 403 or 404, received 299')
  })

  test('throws the class of the status', () => {
    expect(() => abort(403, 'Not you')).toThrow(Forbidden)
    expect(() => abort(403, 'Not you')).toThrow('Not you')
  })
})

describe('errorHandler', () => {
  test('handles a status, which a response without a status keeps', async () => {
    const { app, ask } = failing(() => abort(403, 'Not you'))
    app.errorHandler(403, (error) => {
      expectTypeOf(error).toEqualTypeOf<HTTPException>()
      return `Handled: ${error.description}`
    })
    const response = await ask()
    expect([response.status, await response.text()]).toEqual([403, 'Handled: Not you'])
  })

  test('may respond with another status', async () => {
    const { app, ask } = failing(raise(new Broken()))
    app.errorHandler(Broken, (error) => {
      expectTypeOf(error).toEqualTypeOf<Broken>()
      return makeResponse('Sorry', 503)
    })
    expect((await ask()).status).toBe(503)
  })

  test('prefers the closest class, in any order of registration', async () => {
    const { app, ask } = failing(raise(new VeryBroken()))
    app.errorHandler(Error, () => 'Error')
    app.errorHandler(VeryBroken, () => 'VeryBroken')
    app.errorHandler(Broken, () => 'Broken')
    expect(await (await ask()).text()).toBe('VeryBroken')
  })

  test('prefers a status to a class', async () => {
    const { app, ask } = failing(() => abort(404))
    app.errorHandler(NotFound, () => 'class')
    app.errorHandler(404, () => 'status')
    expect(await (await ask()).text()).toBe('status')
  })

  test('passes InternalServerError with the cause to the handler of 500', async () => {
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

  test('handles unknown paths and methods, but not redirects of the routing', async () => {
    const app = make()
    app.get('/dir/', () => '')
    app.errorHandler(Error, async (error) => makeResponse(`Handled ${error.name}`, 299))
    const client = app.testClient()
    expect(await (await client.get('/none')).text()).toBe('Handled Not Found')
    expect(await (await client.post('/dir/')).text()).toBe('Handled Method Not Allowed')
    expect((await client.get('/dir')).status).toBe(308)
  })

  test('returns a 500 and logs the error if the handler throws', async () => {
    const { app, ask, log } = failing(raise(new Broken('first')))
    app.errorHandler(Broken, raise(new Error('second')))
    app.errorHandler(500, raise(new Error('third')))
    const response = await ask()
    expect(response.status).toBe(500)
    expect(log()).toContain('second')
    expect(log()).toContain('third')
  })

  test('runs afterRequest hooks after an error', async () => {
    const { app, ask } = failing(raise(new Broken()))
    app.afterRequest((response) => response.headers.set('X-After', String(response.status)))
    expect((await ask()).headers.get('x-after')).toBe('500')
  })

  test('throws an error for anything but an error’s status or class', () => {
    const app = make()
    expect(() => app.errorHandler(200, () => '')).toThrow('in errorHandler(…), received 200')
  })
})

test('propagates errors to the test if TESTING or PROPAGATE_EXCEPTIONS is set', async () => {
  const tested = make({ config: { TESTING: true } })
  tested.get('/', raise(new Broken('to the test')))
  await expect(tested.testClient().get('/')).rejects.toThrow('to the test')
  const app = make({ config: { PROPAGATE_EXCEPTIONS: true } })
  app.get('/', raise(new Broken('to the test')))
  await expect(app.testClient().get('/')).rejects.toThrow('to the test')
})
