import {
  type AppContext,
  appcontextPopped,
  appcontextPushed,
  appcontextTearingDown,
  gotRequestException,
  type Phial,
  requestFinished,
  requestStarted,
  requestTearingDown,
  type Response,
  Signal,
} from 'phial'
import { describe, expect, expectTypeOf, test, vi } from 'vitest'
import { logging, make, raise } from '../support.ts'

/** Connects to all signals about requests of one app. */
function listen(app: Phial): { events: string[]; disconnect: () => void } {
  const events: string[] = []
  const signals = {
    appcontextPushed,
    requestStarted,
    requestFinished,
    gotRequestException,
    requestTearingDown,
    appcontextTearingDown,
    appcontextPopped,
  }
  const ends = Object.entries(signals).map(([name, signal]) => {
    expect(signal.name).toBe(name)
    const one: Signal<{ context: AppContext }> = signal as never
    return one.connect((sender, { context }) => {
      expect([sender, context.app]).toEqual([app, app])
      events.push(name)
    }, app)
  })
  return { events, disconnect: () => ends.forEach((end) => end()) }
}

describe('the signals of an app', () => {
  test('are sent from the start of a request to its end', async () => {
    const app = make()
    const { events, disconnect } = listen(app)
    app.beforeRequest(() => void events.push('(before)'))
    app.afterRequest(() => void events.push('(after)'))
    app.teardownRequest(() => void events.push('(teardown)'))
    app.get('/', function* stream() {
      events.push('(body)')
      yield ''
    })
    await app.testClient().get('/')
    disconnect()
    expect(events).toEqual([
      'appcontextPushed',
      'requestStarted',
      '(before)',
      '(after)',
      'requestFinished',
      '(body)',
      '(teardown)',
      'requestTearingDown',
      'appcontextTearingDown',
      'appcontextPopped',
    ])
    events.length = 0
    await app.testClient().get('/')
    expect(events).toEqual(['(before)', '(after)', '(body)', '(teardown)'])
  })

  test('include gotRequestException for an unhandled error, even if it is propagated', async () => {
    const app = make()
    const error = new Error('unexpected')
    app.get('/', raise(error))
    app.get('/handled', raise(new RangeError('handled')))
    app.errorHandler(RangeError, () => '')
    const seen: unknown[] = []
    const end = gotRequestException.connect((_, { exception, context }) => {
      expectTypeOf(exception).toBeUnknown()
      seen.push([exception, context.request.path])
    }, app)
    await app.testClient().get('/', { environ: logging().environ })
    await app.testClient().get('/handled')
    app.config.PROPAGATE_EXCEPTIONS = true
    await expect(app.testClient().get('/')).rejects.toBe(error)
    end()
    expect(seen).toEqual([
      [error, '/'],
      [error, '/'],
    ])
  })

  test('include requestFinished with the response that is sent, even for an error page', async () => {
    const app = make()
    const statuses: number[] = []
    const end = requestFinished.connect((_, { response }) => {
      expectTypeOf(response).toEqualTypeOf<Response>()
      statuses.push(response.status)
    }, app)
    await app.testClient().get('/none')
    end()
    expect(statuses).toEqual([404])
  })

  test('cause a 500 if a receiver of requestStarted throws', async () => {
    const app = make()
    const { environ, log } = logging()
    app.get('/', () => '')
    const end = requestStarted.connect(raise(new Error('receiver')), app)
    expect((await app.testClient().get('/', { environ })).status).toBe(500)
    end()
    expect(log()).toContain('receiver')
  })

  test('are sent for an app context without a request', () => {
    const app = make()
    const { events, disconnect } = listen(app)
    app.appContext().run(() => events.push('(work)'))
    disconnect()
    expect(events).toEqual([
      'appcontextPushed',
      '(work)',
      'appcontextTearingDown',
      'appcontextPopped',
    ])
  })
})

describe('a receiver', () => {
  const [one, other] = [make(), make()]

  test('is called for its sender, or for all senders, until it disconnects', () => {
    const signal = new Signal<number>('test')
    const [own, every] = [vi.fn(), vi.fn()]
    expect(signal.hasReceivers).toBe(false)
    const ends = [signal.connect(own, one), signal.connect(every)]
    signal.connect(own, one)
    signal.send(one, 1)
    signal.send(other, 2)
    expect(own.mock.calls).toEqual([[one, 1]])
    expect(every.mock.calls).toEqual([
      [one, 1],
      [other, 2],
    ])
    for (const end of [...ends, ...ends]) end()
    expect(signal.hasReceivers).toBe(false)
    signal.send(one, 3)
    expect(every).toHaveBeenCalledTimes(2)
    signal.connect(own, one)
    expect(signal.hasReceivers).toBe(true)
    signal.send(one, 4)
    expect(own).toHaveBeenLastCalledWith(one, 4)
  })

  test('may disconnect while it is called', () => {
    const signal = new Signal<number>('test')
    const after = vi.fn()
    const end = signal.connect(() => end())
    signal.connect(after)
    signal.send(one, 1)
    signal.send(one, 2)
    expect(after).toHaveBeenCalledTimes(2)
  })

  test('causes a TypeError if it is asynchronous', () => {
    const signal = new Signal<number>('test')
    const late: () => unknown = async () => undefined
    signal.connect(late)
    expect(() => signal.send(one, 1)).toThrow(
      'Expected a synchronous receiver for the signal test, received one that returned a promise',
    )
  })
})
