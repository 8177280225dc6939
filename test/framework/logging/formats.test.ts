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

describe('a record as text', () => {
  test('has the time, the level, the message and the fields', () => {
    const fields = { item: 'green tea', left: 3, path: '/a', nothing: undefined, list: [1] }
    expect(asLine(record('Stock is low', fields))).toBe(
      '20:55:11 WARNING Stock is low item="green tea" left=3 path=/a list=[ 1 ]',
    )
  })

  test('is followed by the stack of an error', () => {
    expect(asLine(record('It failed', { error: new Error('no') }))).toMatch(
      /^20:55:11 WARNING It failed\nError: no\n +at /,
    )
    expect(asLine(record('It failed', { error: 'text' }))).toBe(
      '20:55:11 WARNING It failed\nUncaught text',
    )
  })

  test('names the command that explains an error code of Phial', () => {
    const error = Object.assign(new Error('no'), { code: 'ERR_PHIAL_SETUP_LATE' })
    expect(asLine(record('It failed', { error }))).toMatch(
      /\n\(phial explain ERR_PHIAL_SETUP_LATE\)$/,
    )
  })

  test('indents further lines and escapes control characters, so that no line can be forged', () => {
    const text = asLine(record('a\n20:55:12 ERROR b\r\nc\u001b[31m', { d: 'e\nf\u001b' }))
    expect(text).toBe(
      String.raw`20:55:11 WARNING a
    20:55:12 ERROR b
    c\u001b[31m d="e\nf\u001b"`,
    )
  })
})

describe('a record as JSON', () => {
  test('has the name, message, code and stack of an error', () => {
    const error = Object.assign(new TypeError('no'), { code: 'E1' })
    expect(JSON.parse(asJson(record('It failed', { error })))).toMatchObject({
      error: { name: 'TypeError', message: 'no', code: 'E1', stack: expect.any(String) as unknown },
    })
  })

  test.each([
    [
      'a circular structure',
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
      'a getter that throws',
      () => ({
        get a(): never {
          throw new Error('no')
        },
      }),
    ],
    ['a bigint, which JSON does not support', () => ({ big: 10n })],
  ])('is written for %s, too', (_, make) => {
    expect(JSON.parse(asJson(record('a', { value: make() })))).toMatchObject({ message: 'a' })
  })
})

test('any message and fields are one line of JSON, and text without control characters', () => {
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

describe('the request id', () => {
  test('is the one that the middleware set, or else the header', () => {
    expect(requestIdOf(environ({ HTTP_X_REQUEST_ID: 'a' }))).toBe('a')
    const both = { HTTP_X_REQUEST_ID: 'a', 'phial.request_id': 'b' }
    expect(requestIdOf(environ(both))).toBe('b')
    expect(requestIdOf(environ({}))).toBeUndefined()
    expect(requestIdOf(undefined)).toBeUndefined()
  })

  test('is ignored if it is too long or has characters that a log does not allow', () => {
    expect(requestIdOf(environ({ HTTP_X_REQUEST_ID: 'a b\n' }))).toBeUndefined()
    expect(requestIdOf(environ({ HTTP_X_REQUEST_ID: 'a'.repeat(300) }))).toBeUndefined()
  })

  test('is in both formats', () => {
    const logged = { ...record('a'), environ: environ({ 'phial.request_id': 'r-1' }) }
    expect(asLine(logged)).toBe('20:55:11 WARNING a requestId=r-1')
    expect(JSON.parse(asJson(logged))).toMatchObject({ requestId: 'r-1', method: 'GET', path: '/' })
  })
})
