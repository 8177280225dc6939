import { makeEnviron, emptyInput, errorStream, type Application, type Environ } from '@phial/core'
import { expect, test } from 'vitest'
import { pipeline } from '../../packages/server/src/pipeline.ts'
import { deferred } from '../support/deferred.ts'

const environ = (target: string): Environ =>
  makeEnviron({
    method: 'GET',
    target,
    protocol: 'HTTP/1.1',
    headers: [],
    scheme: 'http',
    serverName: 'a',
    serverPort: '80',
    remoteAddr: '127.0.0.1',
    remotePort: '1',
    input: emptyInput(),
    errors: errorStream(() => undefined),
  })

const response = {
  began: performance.now(),
  writeHead: () => undefined,
  write: () => undefined,
  end: () => undefined,
  destroy: () => undefined,
}

test('inFlight() returns the in-flight requests, oldest first, until the application has finished', async () => {
  const go = deferred()
  const order: string[] = []
  const app: Application = async ({ PATH_INFO }, startResponse) => {
    order.push(`app ${PATH_INFO}`)
    await go.promise
    startResponse('200 OK', [])
    return []
  }
  const { handle, inFlight } = pipeline({
    app,
    before: ({ PATH_INFO }) => order.push(`before ${PATH_INFO}`),
    after: ({ PATH_INFO }) => order.push(`after ${PATH_INFO}`),
  })
  const [first, second] = [handle(environ('/a?b'), response), handle(environ('/c'), response)]
  expect(inFlight()).toMatchObject([
    { method: 'GET', target: '/a?b' },
    { method: 'GET', target: '/c' },
  ])
  go.resolve()
  await first
  await second
  expect(inFlight()).toEqual([])
  expect(order).toEqual(['before /a', 'app /a', 'before /c', 'app /c', 'after /a', 'after /c'])
})

test('a synchronous response returns no promise', () => {
  const app: Application = (_, startResponse) => {
    startResponse('200 OK', [])
    return []
  }
  const made = pipeline({ app })
  expect(made.handle(environ('/'), response)).toBeUndefined()
  expect(made.size).toBe(0)
})
