import { emptyInput, errorStream, makeEnviron, validator, call, type Environ } from '@phial/core'
import { expect, test } from 'vitest'
import { addSignal } from '../../packages/core/src/lazy-signal.ts'

let made = 0
const controller = new AbortController()
const source = {
  get signal(): AbortSignal {
    made++
    return controller.signal
  },
}

function environWithSignal(): Environ {
  made = 0
  const environ: Environ = Object.create(null)
  addSignal(environ, source)
  return environ
}

test('is asked for when it is read, not before', () => {
  const environ = environWithSignal()
  expect(Object.keys(environ)).toEqual(['phial.signal'])
  expect('phial.signal' in environ).toBe(true)
  expect(made).toBe(0)
  expect(environ['phial.signal']).toBe(controller.signal)
  expect(made).toBe(1)
})

test('is copied as a value', () => {
  const copy = { ...environWithSignal() }
  expect(Object.getOwnPropertyDescriptor(copy, 'phial.signal')).toEqual({
    value: controller.signal,
    writable: true,
    enumerable: true,
    configurable: true,
  })
})

test('may be changed and deleted', () => {
  const environ = environWithSignal()
  const other = new AbortController().signal
  environ['phial.signal'] = other
  expect(environ['phial.signal']).toBe(other)
  delete environ['phial.signal']
  expect('phial.signal' in environ).toBe(false)
  expect(made).toBe(0)
})

test('is seen by what inherits from an environ, and can be changed there alone', () => {
  const environ = environWithSignal()
  const below = Object.create(environ) as Environ
  expect(below['phial.signal']).toBe(controller.signal)
  const other = new AbortController().signal
  below['phial.signal'] = other
  expect([below['phial.signal'], environ['phial.signal']]).toEqual([other, controller.signal])
})

test('two environs do not mix theirs up', () => {
  const other = new AbortController()
  const [one, two] = [environWithSignal(), Object.create(null) as Environ]
  addSignal(two, other)
  expect(one['phial.signal']).toBe(controller.signal)
  expect(two['phial.signal']).toBe(other.signal)
})

test('passes the validator', async () => {
  const head = {
    method: 'GET',
    target: '/',
    protocol: 'HTTP/1.1',
    headers: [],
    scheme: 'http',
    serverName: 'localhost',
    serverPort: '80',
    remoteAddr: '',
    remotePort: '',
    input: emptyInput(),
    errors: errorStream(() => undefined),
    signal: controller.signal,
  } as const
  const app = validator((environ, startResponse) => {
    startResponse('200 OK', [['Content-Type', 'text/plain']])
    return [Buffer.from(String(environ['phial.signal'] === controller.signal))]
  })
  const answer = await call(app, { environ: makeEnviron(head) })
  expect(answer.text()).toBe('true')
})
