import { errorStream, logError, setupTestingDefaults } from '@phial/core'
import { expect, test } from 'vitest'

const AT = 'Exception on "/" [GET]\n'

function logged(error: unknown, environ: Record<string, unknown> = {}): string {
  const log: string[] = []
  const errors = errorStream((text) => log.push(text))
  logError(
    setupTestingDefaults({
      'wsgi.errors': { ...errors, flush: () => log.push('<flushed>') },
      ...environ,
    }),
    error,
  )
  return log.join('')
}

test('writes the stack and the causes of an error, and flushes', () => {
  const text = logged(new TypeError('outer', { cause: new Error('inner', { cause: 'text' }) }))
  expect(text).toMatch(
    /^Exception on "\/" \[GET\]\nTypeError: outer\n +at [^]*\nCaused by: Error: inner\n +at [^]*\nCaused by: Uncaught text\n<flushed>$/,
  )
})

test('names the request, even with unusual values in the environ', () => {
  const label = (environ: Record<string, unknown>): string | undefined =>
    logged(new Error('x'), environ).split('\n')[0]
  expect(
    label({
      REQUEST_METHOD: 'POST',
      SCRIPT_NAME: '/site',
      PATH_INFO: '/caf\xc3\xa9\n\x1b',
      HTTP_X_REQUEST_ID: 'r"1',
    }),
  ).toBe('Exception on "/site/café\\n\\u001b" [POST] (request "r\\"1")')
  expect(label({ PATH_INFO: 1 })).toBe('Exception on "1" [GET]')
})

test('writes the name and message of an error without a stack', () => {
  const error = new RangeError('out of it')
  Reflect.deleteProperty(error, 'stack')
  expect(logged(error)).toMatch(/\nRangeError: out of it\n/)
})

test.each([
  ['text', 'Uncaught text'],
  [undefined, 'Uncaught undefined'],
  [Symbol('sign'), 'Uncaught Symbol(sign)'],
  [{ code: 1 }, 'Uncaught [object Object]'],
  [Object.create(null), 'Uncaught [object Object]'],
])('writes a value that is not an Error: %o', (value: unknown, text) => {
  expect(logged(value)).toBe(`${AT}${text}\n<flushed>`)
})

test('writes circular causes once each', () => {
  const first = new Error('first')
  const second = new Error('second', { cause: first })
  first.cause = second
  const text = logged(first)
  expect(text.match(/Error: first\n/g)).toHaveLength(1)
  expect(text.match(/Error: second\n/g)).toHaveLength(1)
})
