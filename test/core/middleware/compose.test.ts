import { call, compose, type Application, type Middleware } from '@phial/core'
import { expect, test } from 'vitest'
import { bytes } from '../support/bytes.ts'
import { ok } from '../support/drive.ts'

const app: Application = (environ, startResponse) => {
  ok(startResponse)
  return [bytes(String(environ['trace'] ?? ''))]
}

/** Notes that it was built, and leaves a trace in the environ. */
const tracing =
  (name: string, built: string[] = []): Middleware =>
  (inner) => {
    built.push(name)
    const within = inner as Application
    return (environ, startResponse) => {
      environ['trace'] = `${String(environ['trace'] ?? '')}${name}`
      return within(environ, startResponse)
    }
  }

test('the first middleware stands outermost', async () => {
  expect((await call(compose(tracing('a'), tracing('b'), tracing('c'))(app))).text()).toBe('abc')
})

test('composed middleware is middleware, and can be composed', async () => {
  const ab = compose(tracing('a'), tracing('b'))
  expect((await call(compose(ab, tracing('c'), ab)(app))).text()).toBe('abcab')
})

test('no middleware at all is the application itself', () => {
  expect(compose()(app)).toBe(app)
})

test('everything is built once, from the inside out, and nothing at a request', async () => {
  const built: string[] = []
  const composed = compose(tracing('a', built), tracing('b', built))
  expect(built).toEqual([])
  const wrapped = composed(app)
  expect(built).toEqual(['b', 'a'])
  await call(wrapped)
  await call(wrapped)
  expect(built).toEqual(['b', 'a'])
})

test('each middleware gets a function, whatever the one within it returns', async () => {
  const object = { wsgiApp: app }
  const returnsAnObject = (() => object) as unknown as Middleware
  expect((await call(compose(tracing('a'))(object))).text()).toBe('a')
  expect((await call(compose(tracing('a'), returnsAnObject)(app))).text()).toBe('a')
})

test('what is no application is refused where it is composed', () => {
  expect(() => compose()(undefined as unknown as Application)).toThrow(
    /^Expected an application, which is a function/,
  )
})
