import { g, redirect, requestStarted, TestClient } from 'phial'
import { describe, expect, test } from 'vitest'
import { make } from '../support.ts'

describe('the context of a response', () => {
  test('belongs to the request of that response', async () => {
    const app = make()
    app.get('/:name', async ({ name }) => {
      await Promise.resolve()
      g['name'] = name
      return name
    })
    const client = app.testClient()
    const answers = await Promise.all(['/a', '/b'].map((path) => client.get(path)))
    expect(answers.map(({ context }) => context?.g['name'])).toEqual(['a', 'b'])
    expect(answers[0]?.context?.request.viewArgs).toEqual({ name: 'a' })
    expect(requestStarted.hasReceivers).toBe(false)
  })

  test('is undefined for a gateway application without Phial', async () => {
    const client = new TestClient((_, startResponse) => {
      startResponse('204 No Content', [])
      return []
    })
    expect((await client.get('/')).context).toBeUndefined()
  })
})

test('a test response is the platform’s Response, with request, URL and history', async () => {
  const app = make()
  app.get('/old', () => redirect('/new?a=b'))
  app.get('/new', () => 'here')
  const answer = await app.testClient().get('/old', { followRedirects: true })
  expect(answer).toBeInstanceOf(Response)
  expect(answer).toMatchObject({ status: 200, statusText: 'OK', redirected: true })
  expect([answer.url, answer.request?.url]).toEqual(Array(2).fill('http://localhost/new?a=b'))
  expect(answer.history.map(({ url, request }) => [url, request?.path])).toEqual([
    ['http://localhost/old', '/old'],
  ])
})
