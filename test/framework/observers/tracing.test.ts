import { AsyncLocalStorage } from 'node:async_hooks'
import { channel, tracingChannel } from 'node:diagnostics_channel'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { abort, makeResponse, renderTemplateString } from 'phial'
import { describe, expect, onTestFinished, test } from 'vitest'
import { make, raise } from '../support.ts'

const NAMES = ['phial.request', 'phial.view', 'phial.template'] as const
const MOMENTS = ['start', 'end', 'asyncStart', 'asyncEnd', 'error'] as const

/** What all channels say, in order, until the test ends. */
function listen(): { told: string[]; messages: object[] } {
  const told: string[] = []
  const messages: object[] = []
  for (const name of NAMES) {
    const subscribers = Object.fromEntries(
      MOMENTS.map((moment) => [
        moment,
        (message: object) => {
          told.push(`${name.slice('phial.'.length)} ${moment}`)
          if (moment === 'start') messages.push(message)
        },
      ]),
    ) as unknown as Parameters<ReturnType<typeof tracingChannel>['subscribe']>[0]
    tracingChannel(name).subscribe(subscribers)
    onTestFinished(() => tracingChannel(name).unsubscribe(subscribers))
  }
  return { told, messages }
}

describe('a request is told', () => {
  test('with its view, at once if they answer at once', async () => {
    const { told, messages } = listen()
    const app = make()
    app.get('/posts/:id', function post({ id }) {
      return id
    })
    await app.testClient().get('/posts/7')
    expect(told).toEqual(['request start', 'view start', 'view end', 'request end'])
    expect(messages).toMatchObject([
      { status: '200 OK', context: { request: { path: '/posts/7' } } },
      { endpoint: 'post', pattern: '/posts/:id' },
    ])
  })

  test('with the end of what takes its time', async () => {
    const { told } = listen()
    const app = make()
    app.get('/', async () => Promise.resolve('late'))
    const response = await app.testClient().get('/')
    expect(await response.text()).toBe('late')
    expect(told).toEqual([
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
    const { told, messages } = listen()
    const app = make()
    app.get('/', () => renderTemplateString('Hello'))
    await app.testClient().get('/')
    expect(told.slice(2, 4)).toEqual(['template start', 'template end'])
    expect(messages[2]).toEqual({ template: undefined })
  })

  test.each([
    ['at once', raise(new Error('no'))],
    ['later', async () => Promise.reject(new Error('no'))],
  ])(
    'with the error of its view, raised %s, and the status that it was answered with',
    async (_, view) => {
      const { told, messages } = listen()
      const app = make()
      app.get('/', view)
      app.errorHandler(Error, () => makeResponse('sorry', 503))
      await app.testClient().get('/')
      expect(told.filter((moment) => moment.endsWith('error'))).toEqual(['view error'])
      expect(messages).toMatchObject([
        { status: '503 Service Unavailable' },
        { error: { message: 'no' } },
      ])
    },
  )

  test('with an error that goes on to the server', async () => {
    const { told } = listen()
    const app = make({ config: { TESTING: true } })
    app.get('/', raise(new Error('no')))
    await expect(app.testClient().get('/')).rejects.toThrow('no')
    expect(told.filter((moment) => moment.endsWith('error'))).toEqual([
      'view error',
      'request error',
    ])
  })

  test('without a view where there is none', async () => {
    const { told, messages } = listen()
    const app = make()
    app.beforeRequest(() => abort(403))
    await app.testClient().get('/nowhere')
    expect(told).toEqual(['request start', 'request end'])
    expect(messages).toMatchObject([{ status: '403 Forbidden' }])
  })
})

test('a span can be kept from the beginning of a request to whatever it awaits', async () => {
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

test('nothing is told where nobody listens', async () => {
  const app = make()
  app.get('/', () => 'Hello')
  expect(channel('tracing:phial.request:start').hasSubscribers).toBe(false)
  expect((await app.testClient().get('/')).status).toBe(200)
})

test('an app runs where there are no channels', async () => {
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
