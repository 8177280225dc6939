import { eventStream, g, makeResponse, request } from 'phial'
import { describe, expect, test } from 'vitest'
import { deferred } from '../../support/deferred.ts'
import { make, raise } from '../support.ts'
import { reading, serving } from './support.ts'

const never = new Promise<never>(() => undefined)

/** Rejects when the signal fires, like an operation that accepts a signal. */
const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error))
  })

test('eventStream has the type text/event-stream, and disables caches and proxy buffering', async () => {
  const app = make()
  app.get('/', () =>
    eventStream(async function* () {
      yield 'one'
      yield { event: 'tick', data: { n: 2 }, id: 2 }
    }),
  )
  const response = await app.testClient().get('/')
  expect(Object.fromEntries(response.headers)).toEqual({
    'content-type': 'text/event-stream',
    'cache-control': 'no-cache',
    'x-accel-buffering': 'no',
  })
  expect(await response.text()).toBe('data: one\n\nevent: tick\nid: 2\ndata: {"n":2}\n\n')
})

test('headers can be overridden, and any iterable can be the source', async () => {
  const app = make()
  app.get('/', () => eventStream(['a'], { headers: { 'Cache-Control': 'no-store', 'X-A': 'b' } }))
  const response = await app.testClient().get('/')
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(response.headers.get('x-a')).toBe('b')
  expect(response.headers.get('content-type')).toBe('text/event-stream')
  expect(await response.text()).toBe('data: a\n\n')
})

test('the source runs within the request context, and receives Last-Event-ID', async () => {
  const app = make()
  app.beforeRequest(() => {
    g.name = 'Ann'
  })
  app.get('/', () =>
    eventStream(async function* ({ lastEventId }) {
      yield `${request.path} ${String(g.name)} ${lastEventId ?? 'none'}`
    }),
  )
  const client = app.testClient()
  expect(await (await client.get('/')).text()).toContain('data: / Ann none')
  const again = await client.get('/', { headers: { 'Last-Event-ID': '7' } })
  expect(await again.text()).toContain('data: / Ann 7')
})

test('throws outside of a request', () => {
  expect(() => eventStream([])).toThrow(/outside of any request context/)
})

describe('an error of the source', () => {
  test('before the first event is handled like an error of a view', async () => {
    const app = make({ config: { PROPAGATE_EXCEPTIONS: false } })
    app.get('/', () => eventStream(raise(new Error('no events'))))
    await using live = await serving(app)
    expect((await fetch(live.origin)).status).toBe(500)
  })

  test('after the first event aborts the response', async () => {
    const app = make()
    app.get('/', () =>
      eventStream(async function* () {
        yield 'one'
        yield { wrong: true } as never
      }),
    )
    await using live = await serving(app)
    const stream = await reading(live.origin)
    expect(await stream.next()).toBe('data: one')
    await expect(stream.next()).rejects.toThrow()
  })
})

test('the head is sent before the first event, and each event when it is yielded', async () => {
  const [first, second] = [deferred(), deferred()]
  const app = make()
  app.get('/', () =>
    eventStream(async function* () {
      await first.promise
      yield '1'
      await second.promise
      yield '2'
    }),
  )
  await using live = await serving(app)
  const stream = await reading(live.origin)
  expect(stream.response.status).toBe(200)
  expect(await stream.next()).toBe(':')
  first.resolve()
  expect(await stream.next()).toBe('data: 1')
  second.resolve()
  expect(await stream.next()).toBe('data: 2')
  expect(await stream.next()).toBeUndefined()
})

test('sends comments while the source is idle', async () => {
  const app = make()
  app.get('/', () => eventStream(() => ({ [Symbol.asyncIterator]: () => ({ next: () => never }) }), { heartbeat: 0.01 })) // prettier-ignore
  await using live = await serving(app)
  const stream = await reading(live.origin)
  for (let beats = 0; beats < 3; beats++) expect(await stream.next()).toBe(':')
  await stream.leave()
})

test('if the client disconnects, the signal fires and the generator’s finally runs', async () => {
  const ended = deferred<string>()
  const torn = deferred()
  const app = make()
  app.teardownRequest(() => torn.resolve())
  app.get('/', () =>
    eventStream(async function* ({ signal }) {
      try {
        yield 'one'
        await aborted(signal)
      } finally {
        ended.resolve(`${request.path} ${String(signal.aborted)}`)
      }
    }),
  )
  await using live = await serving(app)
  const stream = await reading(live.origin)
  expect(await stream.next()).toBe('data: one')
  await stream.leave()
  expect(await ended.promise).toBe('/ true')
  await torn.promise
})

test.each([
  ['listens to the signal', aborted],
  ['ignores it', (_: AbortSignal, released: Promise<void>) => released],
])('if the server stops, a stream whose source %s ends properly', async (_, wait) => {
  const [released, torn] = [deferred(), deferred()]
  const app = make()
  app.teardownRequest(() => torn.resolve())
  app.get('/', () =>
    eventStream(async function* ({ signal }) {
      yield { retry: 10, data: 'one' }
      await wait(signal, released.promise)
    }),
  )
  await using live = await serving(app)
  const stream = await reading(live.origin)
  expect(await stream.next()).toBe('retry: 10\ndata: one')
  const closed = live.close()
  expect(await stream.next()).toBeUndefined()
  await closed
  released.resolve()
  await torn.promise
}) // prettier-ignore

test('if a hook replaces the response, the source is closed', async () => {
  const ended: string[] = []
  const app = make()
  app.afterRequest(() => makeResponse('instead'))
  async function* source(): AsyncGenerator<string> {
    yield 'one'
  }
  app.get('/', () => {
    const events = source()
    const { return: end } = events
    events.return = (...args) => {
      ended.push('ended')
      return end.apply(events, args)
    }
    return eventStream(events)
  })
  expect(await (await app.testClient().get('/')).text()).toBe('instead')
  expect(ended).toEqual(['ended'])
})
