import { errorStream, logError, setupTestingDefaults } from '@phial/core'
import { expect, test } from 'vitest'

function logged(error: unknown): string {
  const log: string[] = []
  const errors = errorStream((text) => log.push(text))
  logError(
    setupTestingDefaults({ 'wsgi.errors': { ...errors, flush: () => log.push('<flushed>') } }),
    error,
  )
  return log.join('')
}

test('an error stream hands on each text, and each line of a list', () => {
  const log: string[] = []
  const errors = errorStream((text) => log.push(text))
  errors.write('one\n')
  errors.writelines(new Set(['two\n', 'three\n']))
  errors.flush()
  expect(log).toEqual(['one\n', 'two\n', 'three\n'])
})

test('an error is written with its stack and its causes, and flushed', () => {
  const text = logged(new TypeError('outer', { cause: new Error('inner', { cause: 'text' }) }))
  expect(text).toMatch(
    /^TypeError: outer\n +at [^]*\nCaused by: Error: inner\n +at [^]*\nCaused by: Uncaught text\n<flushed>$/,
  )
})

test('an error without a stack is written by its name and message', () => {
  const error = new RangeError('out of it')
  Reflect.deleteProperty(error, 'stack')
  expect(logged(error)).toMatch(/^RangeError: out of it\n/)
})

test.each([
  ['text', 'Uncaught text'],
  [undefined, 'Uncaught undefined'],
  [Symbol('sign'), 'Uncaught Symbol(sign)'],
  [{ code: 1 }, 'Uncaught [object Object]'],
  [Object.create(null), 'Uncaught [object Object]'],
])('what is no error is written as well: %o', (value: unknown, text) => {
  expect(logged(value)).toBe(`${text}\n<flushed>`)
})

test('errors that cause each other are written once each', () => {
  const first = new Error('first')
  const second = new Error('second', { cause: first })
  first.cause = second
  const text = logged(first)
  expect(text.match(/Error: first\n/g)).toHaveLength(1)
  expect(text.match(/Error: second\n/g)).toHaveLength(1)
})
