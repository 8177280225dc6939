import {
  abort,
  BadRequest,
  Blueprint,
  currentApp,
  HTTPException,
  InternalServerError,
  makeResponse,
  NotFound,
  type Phial,
  type PhialOptions,
  urlFor,
} from 'phial'
import { describe, expect, test } from 'vitest'
import { failing, logging, make, raise } from '../support.ts'

class Broken extends Error {}
class VeryBroken extends Broken {}
class NoPost extends NotFound {}
class Odd extends HTTPException {
  static override readonly code = 404
}

/** The response of an app with a blueprint whose only view throws. */
function within(
  error: unknown,
  setUp: (blueprint: Blueprint, app: Phial) => void,
): Promise<Response> {
  const app = make()
  const blueprint = new Blueprint('shop', import.meta.url, { urlPrefix: '/shop' })
  blueprint.get('/', raise(error))
  setUp(blueprint, app)
  app.registerBlueprint(blueprint)
  return app.testClient().get('/shop/', { environ: logging().environ })
}

/** Where a handler is registered, and for which errors. */
type Place = readonly [where: 'blueprint' | 'app', kind: number | (new () => Error)]

const orders: readonly (readonly [string, Place, ...Place[]])[] = [
  ['blueprint code', ['blueprint', 404], ['app', 404], ['blueprint', Error], ['app', Error]],
  ['app code', ['app', 404], ['blueprint', Error], ['app', Error]],
  ['blueprint class', ['blueprint', Error], ['app', Error], ['app', HTTPException]],
  ['app class', ['app', Error], ['blueprint', 403], ['blueprint', Broken]],
  ['blueprint class of a code', ['blueprint', NotFound], ['app', 404]],
  ['nearest class in one place', ['app', HTTPException], ['app', Error]],
]

describe('the lookup of error handlers', () => {
  test.each(orders)('prefers %s', async (...row) => {
    const [, winner] = row
    const handlers = row.filter((place) => typeof place === 'object')
    for (const order of [handlers, handlers.toReversed()]) {
      // oxlint-disable-next-line no-await-in-loop
      const response = await within(new NotFound(), (blueprint, app) => {
        for (const [where, kind] of order) {
          const scaffold = where === 'app' ? app : blueprint
          const answer = (): string =>
            where === winner?.[0] && kind === winner[1] ? 'won' : 'lost'
          if (typeof kind === 'number') scaffold.errorHandler(kind, answer)
          else scaffold.errorHandler(kind, answer)
        }
      })
      // oxlint-disable-next-line no-await-in-loop
      expect([response.status, await response.text()]).toEqual([404, 'won'])
    }
  })

  test('treats a status and its class as one, and uses the last registered handler', async () => {
    const { app, ask } = failing(() => abort(404))
    app.errorHandler(404, () => 'status')
    app.errorHandler(NotFound, () => 'class')
    expect(await (await ask()).text()).toBe('class')
  })

  test('looks up a custom class with a status: itself, then its ancestors, then the status', async () => {
    const { app, ask } = failing(raise(new NoPost()))
    app.errorHandler(NotFound, () => 'NotFound')
    app.errorHandler(Error, () => 'Error')
    expect(await (await ask()).text()).toBe('NotFound')
    const other = failing(raise(new Odd()))
    other.app.errorHandler(404, () => '404')
    expect(await (await other.ask()).text()).toBe('404')
    const third = failing(raise(new NoPost()))
    third.app.errorHandler(404, () => '404')
    third.app.errorHandler(NoPost, () => 'NoPost')
    expect(await (await third.ask()).text()).toBe('NoPost')
  })

  test('prefers the closest ancestor class, in the blueprint before the app', async () => {
    const response = await within(new VeryBroken(), (blueprint, app) => {
      blueprint.errorHandler(Error, () => makeResponse('blueprint', 503))
      app.errorHandler(VeryBroken, () => 'app')
    })
    expect([response.status, await response.text()]).toEqual([503, 'blueprint'])
  })

  test('responds with the error’s own page if the handler returns the error', async () => {
    const { app, ask } = failing(() => abort(403, 'Not you'))
    app.errorHandler(Error, (error) => (error instanceof HTTPException ? error : 'unexpected'))
    const response = await ask()
    expect([response.status, await response.text()]).toEqual([
      403,
      expect.stringContaining('Not you'),
    ])
  })

  test('handles a rejected promise like an error', async () => {
    const app = make()
    app.get('/', async () => {
      await Promise.resolve()
      throw new Broken('late')
    })
    app.errorHandler(Broken, async (error) => {
      await Promise.resolve()
      return makeResponse(`${error.message} in ${currentApp.constructor.name}`, 503)
    })
    const response = await app.testClient().get('/')
    expect([response.status, await response.text()]).toEqual([503, 'late in Phial'])
  })
})

describe('an unhandled error', () => {
  test('passes InternalServerError with the cause to the blueprint’s handler of 500', async () => {
    const cause = new Broken()
    const response = await within(cause, (blueprint) => {
      blueprint.errorHandler(500, (error) => {
        expect(error).toBeInstanceOf(InternalServerError)
        expect(error.cause).toBe(cause)
        return 'the shop is closed'
      })
    })
    expect([response.status, await response.text()]).toEqual([500, 'the shop is closed'])
  })

  test('treats an error of a handler as unexpected, even one with a status', async () => {
    const { app, ask, log } = failing(raise(new Broken()))
    app.errorHandler(Broken, () => abort(404))
    expect((await ask()).status).toBe(500)
    expect(log()).toContain('Not Found')
  })
})

describe('the settings for errors', () => {
  /** The result of an error: a status, or the error itself if it propagated. */
  async function outcome(error: unknown, config: PhialOptions['config'] = {}): Promise<unknown> {
    const app = make({ config })
    app.get('/', raise(error))
    const { environ } = logging()
    return app
      .testClient()
      .get('/', { environ })
      .then(({ status }) => status)
      .catch((thrown: unknown) => thrown)
  }

  test('propagates errors in TESTING and DEBUG unless PROPAGATE_EXCEPTIONS is false', async () => {
    const error = new Broken()
    expect(await outcome(error)).toBe(500)
    expect(await outcome(error, { TESTING: true })).toBe(error)
    expect(await outcome(error, { DEBUG: true })).toBe(error)
    expect(await outcome(error, { PROPAGATE_EXCEPTIONS: true })).toBe(error)
    expect(await outcome(error, { PROPAGATE_EXCEPTIONS: false, TESTING: true })).toBe(500)
    expect(await outcome(new NotFound(), { TESTING: true })).toBe(404)
  })

  test('treats a trapped HTTPException like any other error', async () => {
    const error = new NotFound()
    expect(await outcome(error, { TRAP_HTTP_EXCEPTIONS: true })).toBe(500)
    expect(await outcome(error, { TRAP_HTTP_EXCEPTIONS: true, TESTING: true })).toBe(error)
  })

  test('traps only BadRequest with TRAP_BAD_REQUEST_ERRORS', async () => {
    const config = { TRAP_BAD_REQUEST_ERRORS: true, TESTING: true }
    const error = new BadRequest()
    expect(await outcome(error)).toBe(400)
    expect(await outcome(error, config)).toBe(error)
    expect(await outcome(new NotFound(), config)).toBe(404)
  })

  test('calls handlers for trapped errors, and does not trap redirects and responses', async () => {
    const app = make({ config: { TRAP_HTTP_EXCEPTIONS: true, TESTING: true } })
    app.get('/dir/', () => '')
    app.errorHandler(404, () => 'taken')
    expect((await app.testClient().get('/none')).status).toBe(404)
    expect((await app.testClient().get('/dir')).status).toBe(308)
  })
})

test('runs afterRequest hooks after an error, the blueprint’s before the app’s', async () => {
  const response = await within(new Broken(), (blueprint, app) => {
    app.afterRequest((made) =>
      made.headers.set('X-Order', `${made.headers.get('x-order') ?? ''} app`),
    )
    blueprint.afterRequest((made) => made.headers.set('X-Order', 'blueprint'))
  })
  expect([response.status, response.headers.get('x-order')]).toEqual([500, 'blueprint app'])
})

describe('the headers of an error', () => {
  test.each<[string, (app: Phial) => void, string, number, string, string]>([
    [
      'stay if the handler returns a body',
      (app) => {
        app.post('/form', () => '')
        app.errorHandler(405, () => 'Not like this.')
      },
      '/form',
      405,
      'Allow',
      'OPTIONS, POST',
    ],
    [
      'stay if the handler returns data',
      (app) => {
        app.get('/form', () => abort(429, 'slow', { retryAfter: 30 }))
        app.errorHandler(429, () => ({ slow: true }))
      },
      '/form',
      429,
      'Retry-After',
      '30',
    ],
    [
      'stay if the handler returns a response with the same status',
      (app) => {
        app.get('/form', () => abort(401, 'who?', { wwwAuthenticate: 'Basic realm="x"' }))
        app.errorHandler(401, () => makeResponse('Sign in.', 401))
      },
      '/form',
      401,
      'WWW-Authenticate',
      'Basic realm="x"',
    ],
    [
      'are replaced by those of the handler',
      (app) => {
        app.get('/form', () => abort(503, 'later', { retryAfter: 30 }))
        app.errorHandler(503, () => makeResponse('Later.', 503, { 'Retry-After': '60' }))
      },
      '/form',
      503,
      'Retry-After',
      '60',
    ],
  ])('%s', async (_, setUp, path, status, name, value) => {
    const app = make()
    setUp(app)
    const response = await app.testClient().get(path)
    expect([response.status, response.headers.get(name)]).toEqual([status, value])
  })

  test('are not added to a response with another status', async () => {
    const app = make()
    app.post('/form', () => '')
    app.errorHandler(405, () => makeResponse('Gone.', 410))
    expect((await app.testClient().get('/form')).headers.get('allow')).toBeNull()
  })
})

test('resolves urlFor with a dot, in the handler of an unknown path, relative to the blueprint of the path', async () => {
  const app = make()
  const shop = new Blueprint('shop', import.meta.url, { urlPrefix: '/shop' })
  shop.get('/', { endpoint: 'index' }, () => '')
  shop.errorHandler(404, () => urlFor('.index'))
  app.registerBlueprint(shop)
  expect(await (await app.testClient().get('/shop/none')).text()).toBe('/shop/')
})
