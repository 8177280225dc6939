import type { LayerTrace } from '@phial/core'
import {
  appcontextPopped,
  appcontextPushed,
  appcontextTearingDown,
  gotRequestException,
  requestFinished,
  requestStarted,
  requestTearingDown,
  Response,
} from 'phial'
import { afterEach, expect, test } from 'vitest'
import { isObserved } from '../../../packages/framework/src/observers/observers.ts'
import { Signal } from '../../../packages/framework/src/observers/signals.ts'
import { logging, make, raise } from '../support.ts'

const disconnects: (() => void)[] = []

afterEach(() => {
  for (const disconnect of disconnects.splice(0)) disconnect()
})

/** Records the name of each signal that is sent. */
function listen(): string[] {
  const names: string[] = []
  const signals = [
    appcontextPopped,
    appcontextPushed,
    appcontextTearingDown,
    gotRequestException,
    requestFinished,
    requestStarted,
    requestTearingDown,
  ]
  for (const signal of signals) {
    disconnects.push(signal.connect(() => void names.push(signal.name)))
  }
  return names
}

test('a request is observed if a signal has a receiver or the request has a trace', () => {
  const { environ } = make().testRequestContext('/').request
  expect(isObserved(environ)).toBe(false)
  const trace: LayerTrace = {
    call: (_, app, ...rest) => app(...rest),
    note: () => {},
    span: (_, work) => work(),
  }
  expect(isObserved({ ...environ, 'phial.trace': trace })).toBe(true)
  const disconnect = new Signal('a signal').connect(() => undefined)
  expect(isObserved(environ)).toBe(true)
  disconnect()
  expect(isObserved(environ)).toBe(false)
})

test('a request sends its signals in the order of its steps', async () => {
  const app = make()
  app.get('/', () => 'x')
  const client = app.testClient()
  const names = listen()
  await client.get('/')
  expect(names).toEqual([
    'appcontextPushed',
    'requestStarted',
    'requestFinished',
    'requestTearingDown',
    'appcontextTearingDown',
    'appcontextPopped',
  ])
})

test('a request with an unhandled error sends gotRequestException in between', async () => {
  const app = make()
  app.get('/', raise(new Error('oh')))
  const client = app.testClient()
  const names = listen()
  await client.get('/', { environ: logging().environ })
  expect(names).toEqual([
    'appcontextPushed',
    'requestStarted',
    'gotRequestException',
    'requestFinished',
    'requestTearingDown',
    'appcontextTearingDown',
    'appcontextPopped',
  ])
})

test('logs the error of a receiver that throws at the end, and continues the teardown', async () => {
  const app = make()
  app.get('/', () => 'x')
  const { environ, log } = logging()
  const ended: string[] = []
  app.teardownAppContext(() => void ended.push('teardownAppContext'))
  disconnects.push(requestTearingDown.connect(raise(new Error('in the receiver'))))
  await app.testClient().get('/', { environ })
  expect(ended).toEqual(['teardownAppContext'])
  expect(log()).toContain('in the receiver')
})

test.each([false, true])(
  'a response that the gateway rejects ends its request once, without gotRequestException (async: %s)',
  async (isAsync) => {
    const app = make({ config: { PROPAGATE_EXCEPTIONS: true } })
    const rejected = (): Response => new Response('x', { headers: { 'X-Bad': 'a\nb' } })
    app.get('/', () => (isAsync ? Promise.resolve(rejected()) : rejected()))
    const { environ } = app.testRequestContext('/').request
    const names = listen()
    await expect(
      (async () =>
        app.wsgiApp(environ, () => {
          throw new Error('rejected')
        }))(),
    ).rejects.toThrow('rejected')
    expect(names.filter((name) => name !== 'requestFinished')).toEqual([
      'appcontextPushed',
      'requestStarted',
      'requestTearingDown',
      'appcontextTearingDown',
      'appcontextPopped',
    ])
  },
)
