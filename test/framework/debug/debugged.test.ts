import { type Application, call, validator } from '@phial/core'
import { type Phial, redirect } from 'phial'
import { debugged, errorApplication } from 'phial/debug'
import { describe, expect, test } from 'vitest'
import { logging } from '../support.ts'
import { makeApp } from './app.ts'
import { ask, header } from './support.ts'

const stranger = '10.0.0.7'

function appWith(settings: Partial<Phial['config']>): Phial {
  const app = makeApp()
  Object.assign(app.config, settings)
  return app
}

describe('an app in debug mode', () => {
  test('answers an error with a page, and logs it', async () => {
    const { answer, log } = await ask('/says')
    expect(answer.status).toBe('500 Internal Server Error')
    expect(header(answer, 'content-length')).toBe(String(answer.body.length))
    expect(log).toMatch(/Exception on "\/says" \[GET\]\nTypeError: The key was/)
  })

  test('answers everything else as ever, without a promise', () => {
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

  test('has a page for a stream that fails before its first chunk', async () => {
    const { answer } = await ask('/stream')
    expect(answer.statusCode).toBe(500)
    expect(answer.text()).toContain('before the first chunk')
  })

  test('cuts a stream that fails later: what is sent is sent', async () => {
    await expect(ask('/broken')).rejects.toThrow('halfway')
  })

  test('keeps the rules of the gateway', async () => {
    for (const path of ['/says', '/stream', '/link']) {
      const answer = await call(validator(debugged(validator(makeApp()))), {
        path,
        environ: { ...logging().environ, REMOTE_ADDR: '127.0.0.1' },
      })
      expect(answer.statusCode, path).toBe(500)
    }
  })

  test('ends its contexts, with the error', async () => {
    const app = makeApp()
    const ended: unknown[] = []
    app.teardownRequest((error) => void ended.push(error))
    await ask('/says', {}, { app })
    expect(ended).toEqual([expect.any(TypeError)])
  })

  test('shows strangers nothing, and says why in the log', async () => {
    const environ = { ...logging().environ, REMOTE_ADDR: stranger }
    await expect(call(debugged(makeApp()), { path: '/says', environ })).rejects.toThrow('The key')
    const { log, environ: logged } = logging()
    await call(debugged(makeApp()), {
      path: '/says',
      environ: { ...logged, REMOTE_ADDR: stranger },
    }).catch(() => undefined)
    expect(log()).toBe('No debug page for this request: the client is 10.0.0.7.\n')
  })

  test('is not fooled by an app that believes its client about who it is', async () => {
    const app = makeApp()
    app.beforeRequest((context) => {
      context.request.environ.REMOTE_ADDR = '127.0.0.1'
      delete context.request.environ['HTTP_X_FORWARDED_FOR']
    })
    const headers = { 'X-Forwarded-For': '127.0.0.1' }
    await expect(ask('/says', headers, { app })).rejects.toThrow('The key')
    await expect(ask('/says', {}, { app, address: stranger })).rejects.toThrow('The key')
  })

  test('shows strangers its pages if that was asked for beside debug mode', async () => {
    const app = appWith({ DEBUG_PAGE_FROM_ANYWHERE: true })
    const { answer } = await ask('/says', { Host: 'example.com' }, { app, address: stranger })
    expect(answer.text()).toContain('The key was')
  })
})

describe('an app that is not in debug mode', () => {
  test('has no page, whatever else is set', async () => {
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

test('an application of the gateway alone has pages too', async () => {
  const app: Application = () => {
    throw new Error('bare')
  }
  const { log, environ } = logging()
  const here = { ...environ, REMOTE_ADDR: '127.0.0.1' }
  const answer = await call(debugged(app), { environ: here })
  expect(answer.text()).toContain('Error: bare')
  expect(log()).toMatch(/^Exception on "\/" \[GET\]\nError: bare\n/)
  const there = call(debugged(app), { environ: { ...environ, REMOTE_ADDR: stranger } })
  await expect(there).rejects.toThrow('bare')
})

describe('an application that could not be loaded', () => {
  const app = errorApplication(new SyntaxError('There is a } too many.'))

  test('answers with the page about that', async () => {
    const environ = { REMOTE_ADDR: '127.0.0.1' }
    const answer = await call(validator(app), { headers: { Accept: 'text/html' }, environ })
    expect(answer.status).toBe('500 Internal Server Error')
    expect(answer.text()).toContain('There is a } too many.')
  })

  test('tells strangers that alone', async () => {
    const answer = await call(validator(app), { environ: { REMOTE_ADDR: stranger } })
    expect(answer.status).toBe('500 Internal Server Error')
    expect(answer.text()).toBe('The application could not be loaded. The log says why.\n')
  })
})
