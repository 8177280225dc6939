import { setImmediate } from 'node:timers/promises'
import {
  appcontextPopped,
  appcontextPushed,
  appcontextTearingDown,
  currentApp,
  g,
  hasRequestContext,
  makeResponse,
  type Phial,
  request,
  requestTearingDown,
} from 'phial'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { logging, make, raise } from '../support.ts'

afterEach(() => vi.restoreAllMocks())

/** An app that records its teardown hooks. */
function ending(): { app: Phial; calls: unknown[] } {
  const app = make()
  const calls: unknown[] = []
  const name = (error: unknown): string => (error instanceof Error ? error.message : 'fine')
  app.teardownAppContext((error) => void calls.push(`app context, first: ${name(error)}`))
  app.teardownAppContext(async (error) => void calls.push(`app context, last: ${name(error)}`))
  app.teardownRequest((error) => void calls.push(`request: ${name(error)}`))
  return { app, calls }
}

const all = (error: string): string[] => [
  `request: ${error}`,
  `app context, last: ${error}`,
  `app context, first: ${error}`,
]

describe('teardownRequest and teardownAppContext hooks run', () => {
  test('after a response', async () => {
    const { app, calls } = ending()
    app.get('/', () => '')
    await app.testClient().get('/')
    expect(calls).toEqual(all('fine'))
  })

  test('with the unhandled error, and only with that', async () => {
    const { app, calls } = ending()
    const { environ } = logging()
    app.get('/a', raise(new Error('unhandled')))
    app.get('/b', raise(new RangeError('handled')))
    app.errorHandler(RangeError, () => 'sorry')
    app.errorHandler(500, () => 'a page does not make it handled')
    await app.testClient().get('/a', { environ })
    await app.testClient().get('/b', { environ })
    await app.testClient().get('/none')
    expect(calls).toEqual([...all('unhandled'), ...all('fine'), ...all('fine')])
  })

  test('if an error propagates to the server', async () => {
    const { app, calls } = ending()
    app.config.PROPAGATE_EXCEPTIONS = true
    app.get('/', raise(new Error('goes on')))
    await expect(app.testClient().get('/')).rejects.toThrow('goes on')
    expect(calls).toEqual(all('goes on'))
  })

  test('if the gateway rejects the response', async () => {
    const { app, calls } = ending()
    app.get('/', () => makeResponse('', 200, { 'X-Bad': 'a\nb' }))
    await app.testClient().get('/', { environ: logging().environ })
    expect(calls).toHaveLength(3)
    expect(calls[0]).not.toBe('request: fine')
  })

  test('after the last chunk of a streamed body, in its context', async () => {
    const { app, calls } = ending()
    app.teardownRequest(() => void calls.push(`still ${request.path}`))
    app.get('/stream', async function* stream() {
      yield 'a'
      calls.push('a was sent')
      yield 'b'
    })
    expect(await (await app.testClient().get('/stream')).text()).toBe('ab')
    expect(calls).toEqual(['a was sent', 'still /stream', ...all('fine')])
  })

  test('with the error that aborted a streamed body', async () => {
    const { app, calls } = ending()
    app.get('/', function* stream() {
      yield 'x'
      throw new Error('in the stream')
    })
    await expect(app.testClient().get('/')).rejects.toThrow('in the stream')
    expect(calls).toEqual(all('in the stream'))
  })

  test('if a receiver of the very first signal throws', async () => {
    const { app, calls } = ending()
    const end = appcontextPushed.connect(raise(new Error('receiver')), app)
    await expect(app.testClient().get('/')).rejects.toThrow('receiver')
    end()
    expect(calls).toEqual(all('receiver'))
  })

  test('once, if the client disconnects during a streamed body', async () => {
    const { app, calls } = ending()
    app.get('/', function* stream() {
      for (;;) yield 'x'
    })
    const { environ } = app.testRequestContext('/').request
    const body = await app.wsgiApp(environ, () => () => undefined)
    const iterator = Symbol.asyncIterator in body ? body[Symbol.asyncIterator]() : undefined
    await iterator?.next()
    expect(calls).toEqual([])
    await Promise.all([body.close?.(), body.close?.()])
    expect(calls).toEqual(all('fine'))
  })
})

describe('appContext and testRequestContext', () => {
  test('end with their function and return its value', async () => {
    const { app, calls } = ending()
    expect(app.appContext().run(() => 7)).toBe(7)
    await setImmediate()
    expect(calls.splice(0)).toEqual(all('fine').slice(1))
    const late = app.testRequestContext('/x').run(async () => {
      await Promise.resolve()
      calls.push('work')
      return request.path
    })
    expect(await late).toBe('/x')
    expect(calls).toEqual(['work', ...all('fine')])
  })

  test('end with the error of their function, and rethrow it', async () => {
    const { app, calls } = ending()
    const fail = raise(new Error('mine'))
    await expect(app.appContext().run(async () => fail())).rejects.toThrow('mine')
    expect(() => app.testRequestContext('/').run(fail)).toThrow('mine')
    await setImmediate()
    expect(calls).toEqual([...all('mine').slice(1), ...all('mine')])
  })

  test('end once if they are nested in themselves', async () => {
    const { app, calls } = ending()
    const context = app.appContext()
    await context.run(async () => {
      g['x'] = 1
      context.run(() => expect(g['x']).toBe(1))
      await Promise.resolve()
      expect(calls).toEqual([])
    })
    expect(calls).toHaveLength(2)
  })

  test('print the error of a hook without a request', () => {
    const print = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const app = make()
    const error = new Error('in teardown')
    app.teardownAppContext(raise(error))
    app
      .appContext()
      .run(() => expect([currentApp.rootPath, hasRequestContext()]).toEqual([app.rootPath, false]))
    expect(print).toHaveBeenCalledWith(
      expect.stringMatching(/^\S+ ERROR Exception\nError: in teardown\n +at /),
    )
  })
})

test('ends everything else if a receiver of a signal throws', async () => {
  const { app, calls } = ending()
  const { environ, log } = logging()
  app.get('/', () => '')
  const disconnect = [
    requestTearingDown.connect(raise(new Error('first')), app),
    appcontextTearingDown.connect(raise(new Error('second')), app),
    appcontextPopped.connect(() => void calls.push('popped'), app),
  ]
  await app.testClient().get('/', { environ })
  for (const end of disconnect) end()
  expect(calls).toEqual([...all('fine'), 'popped'])
  expect(log()).toMatch(/first[^]*second/)
})
