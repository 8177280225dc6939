import fc from 'fast-check'
import type { LogRecord } from 'phial'
import { describe, expect, test } from 'vitest'
import { asJson, asLine, requestIdOf } from '../../../packages/framework/dist/logging/formats.js'
import { make } from '../support.ts'

const record = (message: string, fields: LogRecord['fields'] = {}): LogRecord => ({
  time: new Date(2026, 10, 22, 20, 55, 11),
  level: 'warning',
  message,
  fields,
  environ: undefined,
})

const environ = (entries: Record<string, unknown>) =>
  make().testRequestContext('/', { environ: entries }).request.environ

describe('a line for a person', () => {
  test('has time, level, message and fields', () => {
    const fields = { item: 'green tea', left: 3, path: '/a', nothing: undefined, list: [1] }
    expect(asLine(record('Stock is low', fields))).toBe(
      '20:55:11 WARNING Stock is low item="green tea" left=3 path=/a list=[ 1 ]',
    )
  })

  test('has the stack of an error beneath it', () => {
    expect(asLine(record('It failed', { error: new Error('no') }))).toMatch(
      /^20:55:11 WARNING It failed\nError: no\n +at /,
    )
    expect(asLine(record('It failed', { error: 'text' }))).toBe(
      '20:55:11 WARNING It failed\nUncaught text',
    )
  })

  test('says how an error of Phial’s own is explained', () => {
    const error = Object.assign(new Error('no'), { code: 'ERR_PHIAL_SETUP_LATE' })
    expect(asLine(record('It failed', { error }))).toMatch(
      /\n\(phial explain ERR_PHIAL_SETUP_LATE\)$/,
    )
  })

  test('cannot be made two by what is in it, and sets no colours', () => {
    const text = asLine(record('a\n20:55:12 ERROR b\r\nc\u001b[31m', { d: 'e\nf\u001b' }))
    expect(text).toBe(
      String.raw`20:55:11 WARNING a
    20:55:12 ERROR b
    c\u001b[31m d="e\nf\u001b"`,
    )
  })
})

describe('JSON', () => {
  test('has errors with their parts', () => {
    const error = Object.assign(new TypeError('no'), { code: 'E1' })
    expect(JSON.parse(asJson(record('It failed', { error })))).toMatchObject({
      error: { name: 'TypeError', message: 'no', code: 'E1', stack: expect.any(String) as unknown },
    })
  })

  test.each([
    [
      'a circle',
      () =>
        Object.assign(
          {},
          {
            get self() {
              return this
            },
          },
        ),
    ],
    [
      'a getter that fails',
      () => ({
        get a(): never {
          throw new Error('no')
        },
      }),
    ],
    ['a number that JSON has no way to write', () => ({ big: 10n })],
  ])('is written of %s too', (_, make) => {
    expect(JSON.parse(asJson(record('a', { value: make() })))).toMatchObject({ message: 'a' })
  })
})

test('whatever is said, it is one line of JSON that says it', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.dictionary(fc.string(), fc.anything()),
      (message, fields) => {
        const text = asJson(record(message, fields))
        expect(text).not.toContain('\n')
        JSON.parse(text)
        expect(asLine(record(message, fields))).not.toMatch(/[\u0000-\u0008\u001b]/)
      },
    ),
  )
})

describe('a request’s id', () => {
  test('is what the middleware set, else the header', () => {
    expect(requestIdOf(environ({ HTTP_X_REQUEST_ID: 'a' }))).toBe('a')
    const both = { HTTP_X_REQUEST_ID: 'a', 'phial.request_id': 'b' }
    expect(requestIdOf(environ(both))).toBe('b')
    expect(requestIdOf(environ({}))).toBeUndefined()
    expect(requestIdOf(undefined)).toBeUndefined()
  })

  test('is none that could not stand in a log', () => {
    expect(requestIdOf(environ({ HTTP_X_REQUEST_ID: 'a b\n' }))).toBeUndefined()
    expect(requestIdOf(environ({ HTTP_X_REQUEST_ID: 'a'.repeat(300) }))).toBeUndefined()
  })

  test('is in both forms', () => {
    const asked = { ...record('a'), environ: environ({ 'phial.request_id': 'r-1' }) }
    expect(asLine(asked)).toBe('20:55:11 WARNING a requestId=r-1')
    expect(JSON.parse(asJson(asked))).toMatchObject({ requestId: 'r-1', method: 'GET', path: '/' })
  })
})
