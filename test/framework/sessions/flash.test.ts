import {
  flash,
  getFlashedMessages,
  messageFlashed,
  type Phial,
  redirect,
  renderTemplateString,
  streamTemplate,
} from 'phial'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { signedApp } from './support.ts'

function make(): Phial {
  const app = signedApp()
  app.get('/flash', () => {
    flash('saved')
    flash('broken <b>', 'error')
    flash('late', 'error')
    return redirect('/')
  })
  app.get('/', () => getFlashedMessages())
  app.get('/categories', () => getFlashedMessages({ withCategories: true }))
  app.get('/errors', () => [
    getFlashedMessages({ categoryFilter: ['error'] }),
    getFlashedMessages({ categoryFilter: ['error', 'message'], withCategories: true }),
    getFlashedMessages({ categoryFilter: [] }),
  ])
  app.get('/same', () => {
    const early = getFlashedMessages()
    flash('for the next')
    return [early, getFlashedMessages()]
  })
  app.get('/template', () =>
    renderTemplateString(
      '<% for (const text of getFlashedMessages()) { %><%= text %>;<% } %><%= session._flashes %>',
    ),
  )
  return app
}

const visit = async (path: string): Promise<[first: unknown, second: unknown]> => {
  const client = make().testClient()
  await client.get('/flash')
  const [first, second] = [await client.get(path), await client.get('/')]
  return [await first.json(), await second.json()]
}

describe('flash, getFlashedMessages', () => {
  test('messages are shown in one request', async () => {
    expect(await visit('/')).toEqual([['saved', 'broken <b>', 'late'], []])
  })

  test('the default category is message', async () => {
    expect((await visit('/categories'))[0]).toEqual([
      ['message', 'saved'],
      ['error', 'broken <b>'],
      ['error', 'late'],
    ])
  })

  test('a filter selects messages, but all are removed from the session', async () => {
    const all = ['saved', 'broken <b>', 'late']
    const [first, second] = await visit('/errors')
    expect(first).toEqual([
      ['broken <b>', 'late'],
      [
        ['message', 'saved'],
        ['error', 'broken <b>'],
        ['error', 'late'],
      ],
      all,
    ])
    expect(second).toEqual([])
  })

  test('repeated calls in a request return the same messages', async () => {
    const all = ['saved', 'broken <b>', 'late']
    expect(await visit('/same')).toEqual([[all, all], ['for the next']])
  })

  test('templates print them escaped', async () => {
    const client = make().testClient()
    await client.get('/flash')
    expect(await (await client.get('/template')).text()).toBe('saved;broken &lt;b&gt;;late;')
  })

  test('a streamed template prints them if its view has called getFlashedMessages', async () => {
    const app = make()
    app.get('/stream', () => {
      getFlashedMessages()
      return streamTemplate('flashed')
    })
    const client = app.testClient()
    await client.get('/flash')
    expect(await (await client.get('/stream')).text()).toBe('saved;broken &lt;b&gt;;late;')
    expect(await (await client.get('/')).json()).toEqual([])
  })

  test('reading without messages does not set a cookie', async () => {
    const response = await make().testClient().get('/')
    expect(response.headers.get('set-cookie')).toBeNull()
    expect(response.headers.get('vary')).toBe('Cookie')
  })

  test('messageFlashed is sent for each message', async () => {
    const app = make()
    const sent: unknown[] = []
    const disconnect = messageFlashed.connect((_, data) => void sent.push(data), app)
    await app.testClient().get('/flash')
    disconnect()
    expect(sent.slice(0, 2)).toEqual([
      { message: 'saved', category: 'message' },
      { message: 'broken <b>', category: 'error' },
    ])
  })

  test('throw outside of a request', () => {
    expect(() => flash('x')).toThrow('flash was used outside of any request context')
    expect(() => getFlashedMessages()).toThrow('getFlashedMessages was used outside')
  })

  test('the return type depends on withCategories', () => {
    const plain = () => getFlashedMessages()
    expectTypeOf(plain).returns.toEqualTypeOf<string[]>()
    const look = () => getFlashedMessages({ withCategories: true })
    expectTypeOf(look).returns.toEqualTypeOf<(readonly [category: string, message: string])[]>()
  })
})
