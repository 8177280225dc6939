import { type Application, call, validator } from '@phial/core'
import { type Phial, redirect } from 'phial'
import { debugged, errorApplication } from 'phial/debug'
import { describe, expect, test } from 'vitest'
import { logging } from '../support.ts'
import { makeApp } from './app.ts'
import { ask, header } from './support.ts'

const remoteAddress = '10.0.0.7'

function appWith(settings: Partial<Phial['config']>): Phial {
  const app = makeApp()
  Object.assign(app.config, settings)
  return app
}

describe('an app in debug mode', () => {
  test('responds to an error with a page, and logs the error', async () => {
    const { answer, log } = await ask('/says')
    expect(answer.status).toBe('500 Internal Server Error')
    expect(header(answer, 'content-length')).toBe(String(answer.body.length))
    expect(log).toMatch(/Exception on "\/says" \[GET\]\nTypeError: The key was/)
  })

  test('does not change other responses, and returns no promise for a synchronous one', () => {
    const app = makeApp()
    app.get('/fine', () => redirect('/'))
    const statuses: string[] = []
    const { environ } = app.testRequestContext('/fine').request
    const body = debugged(app)(environ, (status) => {
      statuses.push(status)
      return () => undefined
    })
    expect(Array.isArray(body)).toBe(true)
    expect(statuses).toEqual(['303 See Other'])
  })

  test('responds with a page if a stream fails before its first chunk', async () => {
    const { answer } = await ask('/stream')
    expect(answer.statusCode).toBe(500)
    expect(answer.text()).toContain('before the first chunk')
  })

  test('rethrows the error if a stream fails after its first chunk', async () => {
    await expect(ask('/broken')).rejects.toThrow('halfway')
  })

  test('follows the rules of the gateway', async () => {
    for (const path of ['/says', '/stream', '/link']) {
      const answer = await call(validator(debugged(validator(makeApp()))), {
        path,
        environ: { ...logging().environ, REMOTE_ADDR: '127.0.0.1' },
      })
      expect(answer.statusCode, path).toBe(500)
    }
  })

  test('ends its contexts with the error', async () => {
    const app = makeApp()
    const ended: unknown[] = []
    app.teardownRequest((error) => void ended.push(error))
    await ask('/says', {}, { app })
    expect(ended).toEqual([expect.any(TypeError)])
  })

  test('rethrows the error for a remote client, and logs the reason', async () => {
    const environ = { ...logging().environ, REMOTE_ADDR: remoteAddress }
    await expect(call(debugged(makeApp()), { path: '/says', environ })).rejects.toThrow('The key')
    const { log, environ: logged } = logging()
    await call(debugged(makeApp()), {
      path: '/says',
      environ: { ...logged, REMOTE_ADDR: remoteAddress },
    }).catch(() => undefined)
    expect(log()).toBe('No debug page for this request: the client is 10.0.0.7.\n')
  })

  test('ignores a client address that the app changed', async () => {
    const app = makeApp()
    app.beforeRequest((context) => {
      context.request.environ.REMOTE_ADDR = '127.0.0.1'
      delete context.request.environ['HTTP_X_FORWARDED_FOR']
    })
    const headers = { 'X-Forwarded-For': '127.0.0.1' }
    await expect(ask('/says', headers, { app })).rejects.toThrow('The key')
    await expect(ask('/says', {}, { app, address: remoteAddress })).rejects.toThrow('The key')
  })

  test('shows its pages to remote clients if DEBUG_PAGE_FROM_ANYWHERE is set', async () => {
    const app = appWith({ DEBUG_PAGE_FROM_ANYWHERE: true })
    const { answer } = await ask('/says', { Host: 'example.com' }, { app, address: remoteAddress })
    expect(answer.text()).toContain('The key was')
  })
})

describe('an app that is not in debug mode', () => {
  test('shows no page, even with DEBUG_PAGE_FROM_ANYWHERE', async () => {
    const app = appWith({
      DEBUG: false,
      PROPAGATE_EXCEPTIONS: true,
      DEBUG_PAGE_FROM_ANYWHERE: true,
    })
    await expect(ask('/says', {}, { app })).rejects.toThrow('The key was')
    const { answer } = await ask('/says', {}, { app: appWith({ DEBUG: false }) })
    expect(answer.text()).not.toMatch(/The key|app\.ts/)
    expect(answer.statusCode).toBe(500)
  })
})

test('a gateway application without Phial has pages, too', async () => {
  const app: Application = () => {
    throw new Error('bare')
  }
  const { log, environ } = logging()
  const local = { ...environ, REMOTE_ADDR: '127.0.0.1' }
  const answer = await call(debugged(app), { environ: local })
  expect(answer.text()).toContain('Error: bare')
  expect(log()).toMatch(/^Exception on "\/" \[GET\]\nError: bare\n/)
  const remote = call(debugged(app), { environ: { ...environ, REMOTE_ADDR: remoteAddress } })
  await expect(remote).rejects.toThrow('bare')
})

describe('an application that could not be loaded', () => {
  const app = errorApplication(new SyntaxError('There is a } too many.'))

  test('responds with a page about the error', async () => {
    const environ = { REMOTE_ADDR: '127.0.0.1' }
    const answer = await call(validator(app), { headers: { Accept: 'text/html' }, environ })
    expect(answer.status).toBe('500 Internal Server Error')
    expect(answer.text()).toContain('There is a } too many.')
  })

  test('tells remote clients only that loading failed', async () => {
    const answer = await call(validator(app), { environ: { REMOTE_ADDR: remoteAddress } })
    expect(answer.status).toBe('500 Internal Server Error')
    expect(answer.text()).toBe('The application could not be loaded. The log says why.\n')
  })
})
