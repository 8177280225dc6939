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

/** Connects to everything about requests, for one app. */
function listen(app: Phial): { said: string[]; disconnect: () => void } {
  const said: string[] = []
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
      said.push(name)
    }, app)
  })
  return { said, disconnect: () => ends.forEach((end) => end()) }
}

describe('Signals', () => {
  test('tell a request from its start to its end', async () => {
    const app = make()
    const { said, disconnect } = listen(app)
    app.beforeRequest(() => void said.push('(before)'))
    app.afterRequest(() => void said.push('(after)'))
    app.teardownRequest(() => void said.push('(teardown)'))
    app.get('/', function* stream() {
      said.push('(body)')
      yield ''
    })
    await app.testClient().get('/')
    disconnect()
    expect(said).toEqual([
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
    said.length = 0
    await app.testClient().get('/')
    expect(said).toEqual(['(before)', '(after)', '(body)', '(teardown)'])
  })

  test('got_request_exception, for what no handler took, also when it goes on', async () => {
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

  test('request_finished has the response that is sent, error pages included', async () => {
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

  test('a receiver of requestStarted that fails is an error of the request', async () => {
    const app = make()
    const { environ, log } = logging()
    app.get('/', () => '')
    const end = requestStarted.connect(raise(new Error('receiver')), app)
    expect((await app.testClient().get('/', { environ })).status).toBe(500)
    end()
    expect(log()).toContain('receiver')
  })

  test('app contexts are told of without a request too', () => {
    const app = make()
    const { said, disconnect } = listen(app)
    app.appContext().run(() => said.push('(work)'))
    disconnect()
    expect(said).toEqual([
      'appcontextPushed',
      '(work)',
      'appcontextTearingDown',
      'appcontextPopped',
    ])
  })
})

describe('subscribe per sender', () => {
  const [one, other] = [make(), make()]

  test('a receiver hears its sender, or all of them, until it disconnects', () => {
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

  test('a receiver may disconnect while it is told', () => {
    const signal = new Signal<number>('test')
    const after = vi.fn()
    const end = signal.connect(() => end())
    signal.connect(after)
    signal.send(one, 1)
    signal.send(one, 2)
    expect(after).toHaveBeenCalledTimes(2)
  })

  test('a receiver that takes its time is refused', () => {
    const signal = new Signal<number>('test')
    const late: () => unknown = async () => undefined
    signal.connect(late)
    expect(() => signal.send(one, 1)).toThrow('A receiver of the signal test returned a promise')
  })
})
