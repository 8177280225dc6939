import { AsyncLocalStorage } from 'node:async_hooks'
import { channel, tracingChannel } from 'node:diagnostics_channel'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { abort, makeResponse, renderTemplateString } from 'phial'
import { describe, expect, onTestFinished, test } from 'vitest'
import { make, raise } from '../support.ts'

const NAMES = ['phial.request', 'phial.view', 'phial.template'] as const
const MOMENTS = ['start', 'end', 'asyncStart', 'asyncEnd', 'error'] as const

/** Records what all channels publish, in order, until the test ends. */
function listen(): { events: string[]; messages: object[] } {
  const events: string[] = []
  const messages: object[] = []
  for (const name of NAMES) {
    const subscribers = Object.fromEntries(
      MOMENTS.map((moment) => [
        moment,
        (message: object) => {
          events.push(`${name.slice('phial.'.length)} ${moment}`)
          if (moment === 'start') messages.push(message)
        },
      ]),
    ) as unknown as Parameters<ReturnType<typeof tracingChannel>['subscribe']>[0]
    tracingChannel(name).subscribe(subscribers)
    onTestFinished(() => tracingChannel(name).unsubscribe(subscribers))
  }
  return { events, messages }
}

describe('a request is traced', () => {
  test('with its view, without asynchronous events if the view is synchronous', async () => {
    const { events, messages } = listen()
    const app = make()
    app.get('/posts/:id', function post({ id }) {
      return id
    })
    await app.testClient().get('/posts/7')
    expect(events).toEqual(['request start', 'view start', 'view end', 'request end'])
    expect(messages).toMatchObject([
      { status: '200 OK', context: { request: { path: '/posts/7' } } },
      { endpoint: 'post', pattern: '/posts/:id' },
    ])
  })

  test('with asynchronous events if the view is asynchronous', async () => {
    const { events } = listen()
    const app = make()
    app.get('/', async () => Promise.resolve('late'))
    const response = await app.testClient().get('/')
    expect(await response.text()).toBe('late')
    expect(events).toEqual([
      'request start',
      'view start',
      'view end',
      'request end',
      'view asyncStart',
      'view asyncEnd',
      'request asyncStart',
      'request asyncEnd',
    ])
  })

  test('with its templates', async () => {
    const { events, messages } = listen()
    const app = make()
    app.get('/', () => renderTemplateString('Hello'))
    await app.testClient().get('/')
    expect(events.slice(2, 4)).toEqual(['template start', 'template end'])
    expect(messages[2]).toEqual({ template: undefined })
  })

  test.each([
    ['synchronously', raise(new Error('no'))],
    ['asynchronously', async () => Promise.reject(new Error('no'))],
  ])('with the error of its view, thrown %s, and the status of the response', async (_, view) => {
    const { events, messages } = listen()
    const app = make()
    app.get('/', view)
    app.errorHandler(Error, () => makeResponse('sorry', 503))
    await app.testClient().get('/')
    expect(events.filter((moment) => moment.endsWith('error'))).toEqual(['view error'])
    expect(messages).toMatchObject([
      { status: '503 Service Unavailable' },
      { error: { message: 'no' } },
    ])
  })

  test('with an error that is propagated to the server', async () => {
    const { events } = listen()
    const app = make({ config: { TESTING: true } })
    app.get('/', raise(new Error('no')))
    await expect(app.testClient().get('/')).rejects.toThrow('no')
    expect(events.filter((moment) => moment.endsWith('error'))).toEqual([
      'view error',
      'request error',
    ])
  })

  test('without a view if no rule matches', async () => {
    const { events, messages } = listen()
    const app = make()
    app.beforeRequest(() => abort(403))
    await app.testClient().get('/nowhere')
    expect(events).toEqual(['request start', 'request end'])
    expect(messages).toMatchObject([{ status: '403 Forbidden' }])
  })
})

test('a store bound to the start of a request is available in asynchronous code of the request', async () => {
  const spans = new AsyncLocalStorage<string>()
  const { start } = tracingChannel('phial.request')
  start.bindStore(spans, () => 'span-1')
  onTestFinished(() => void start.unbindStore(spans))
  const app = make()
  app.get('/', async () => {
    await Promise.resolve()
    return spans.getStore() ?? 'none'
  })
  expect(await (await app.testClient().get('/')).text()).toBe('span-1')
  expect(spans.getStore()).toBeUndefined()
})

test('a request without subscribers is not traced', async () => {
  const app = make()
  app.get('/', () => 'Hello')
  expect(channel('tracing:phial.request:start').hasSubscribers).toBe(false)
  expect((await app.testClient().get('/')).status).toBe(200)
})

test('an app runs if the platform has no diagnostics channels', async () => {
  const program = `process.getBuiltinModule = undefined
    const { Phial } = await import('phial')
    const app = new Phial('file:///app.js')
    app.get('/', () => 'Hello')
    console.log(await (await app.testClient().get('/')).text())`
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', program],
    { cwd: import.meta.dirname },
  )
  expect(stdout).toBe('Hello\n')
})
