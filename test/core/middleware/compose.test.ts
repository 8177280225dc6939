import { call, compose, type Application, type Middleware } from '@phial/core'
import { expect, test } from 'vitest'
import { bytes } from '../support/bytes.ts'
import { ok } from '../support/drive.ts'

const app: Application = (environ, startResponse) => {
  ok(startResponse)
  return [bytes(String(environ['trace'] ?? ''))]
}

/** Returns middleware that records when it is built, and adds its name to the environ. */
const tracing =
  (name: string, built: string[] = []): Middleware =>
  (inner) => {
    built.push(name)
    const app = inner as Application
    return (environ, startResponse) => {
      environ['trace'] = `${String(environ['trace'] ?? '')}${name}`
      return app(environ, startResponse)
    }
  }

test('puts the first middleware outermost', async () => {
  expect((await call(compose(tracing('a'), tracing('b'), tracing('c'))(app))).text()).toBe('abc')
})

test('returns middleware that can be composed again', async () => {
  const ab = compose(tracing('a'), tracing('b'))
  expect((await call(compose(ab, tracing('c'), ab)(app))).text()).toBe('abcab')
})

test('returns the application itself without middleware', () => {
  expect(compose()(app)).toBe(app)
})

test('builds each layer once, from the inside out, and none at a request', async () => {
  const built: string[] = []
  const composed = compose(tracing('a', built), tracing('b', built))
  expect(built).toEqual([])
  const wrapped = composed(app)
  expect(built).toEqual(['b', 'a'])
  await call(wrapped)
  await call(wrapped)
  expect(built).toEqual(['b', 'a'])
})

test('passes a function to each middleware, even if the inner one returns an object', async () => {
  const object = { wsgiApp: app }
  const returnsAnObject = (() => object) as unknown as Middleware
  expect((await call(compose(tracing('a'))(object))).text()).toBe('a')
  expect((await call(compose(tracing('a'), returnsAnObject)(app))).text()).toBe('a')
})

test('throws immediately if the value is not an application', () => {
  expect(() => compose()(undefined as unknown as Application)).toThrow(
    /^Expected an application, which is a function/,
  )
})
