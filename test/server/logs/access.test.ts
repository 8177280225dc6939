import type { HeaderList } from '@phial/core'
import { describe, expect, test } from 'vitest'
import { accessLine, combined, formatFault } from '../../../packages/server/src/logs/access.ts'
import { record } from '../support/record.ts'

const headers: HeaderList = [
  ['Host', 'a'],
  ['User-Agent', 'test/1'],
  ['Referer', 'http://b/'],
  ['Authorization', `Basic ${Buffer.from('ann:secret').toString('base64')}`],
  ['Content-Type', 'text/plain'],
  ['X-In', 'i'],
]

describe('atoms', () => {
  test.each([
    ['h', '192.0.2.7'],
    ['l', '-'],
    ['u', 'ann'],
    ['r', 'POST /caf%C3%A9?q=1 HTTP/1.1'],
    ['s', '201'],
    ['m', 'POST'],
    ['U', '/caf\\xc3\\xa9'],
    ['q', 'q=1'],
    ['H', 'HTTP/1.1'],
    ['B', '12'],
    ['b', '12'],
    ['f', 'http://b/'],
    ['a', 'test/1'],
    ['T', '1'],
    ['M', '1234'],
    ['D', '1234567'],
    ['L', '1.234568'],
    ['p', `<${process.pid}>`],
    ['{X-In}i', 'i'],
    ['{content-type}i', 'text/plain'],
    ['{x-out}o', 'o'],
    ['{Set-Cookie}o', 'a=1, b=2'],
    ['{SERVER_NAME}e', 'a'],
    ['{wsgi.version}e', '[ 1, 0 ]'],
    ['{nope}i', '-'],
    ['{nope}o', '-'],
    ['{nope}e', '-'],
  ])('%s is formatted', (atom, text) => {
    expect(accessLine(`<%(${atom})s>`)(record(headers))).toBe(`<${text}>`)
  })

  test('t is the time with its zone', () => {
    expect(accessLine('%(t)s')(record())).toMatch(/^\[05\/Nov\/2026:06:07:08 [+-]\d{4}\]$/)
  })

  test('missing values are -', () => {
    const line = accessLine('%(u)s %(f)s %(a)s %(q)s %(b)s %(B)s %(s)s %(h)s')
    const bare = record([['Authorization', 'Bearer x']], { bytes: 0, status: '' })
    Object.assign(bare.environ, { QUERY_STRING: '', REMOTE_ADDR: '' })
    expect(line(bare)).toBe('- - - - - 0 - -')
  })

  test.each(['%(z)s', '%({x}y)s', '%()s', '%(constructor)s'])(
    'an unknown atom is a StartError: %s',
    (format) => {
      expect(() => accessLine(format)).toThrow(
        expect.objectContaining({
          exitCode: 1,
          message: expect.stringContaining(`unknown atom ${format}`),
        }),
      )
    },
  )
})

test('formats the combined log format', () => {
  const line = accessLine(combined)(record(headers)).replace(/\[.*?\]/, '[T]')
  expect(line).toBe(
    '192.0.2.7 - ann [T] "POST /caf%C3%A9?q=1 HTTP/1.1" 201 12 "http://b/" "test/1"',
  )
})

test('escapes a value, so that it cannot leave its quotes or its line', () => {
  const agent = 'a"b\\c\r\nd\x1b[31me\x7f\xe9\u2028'
  expect(accessLine('"%(a)s"')(record([['User-Agent', agent]]))).toBe(
    '"a\\"b\\\\c\\x0d\\x0ad\\x1b[31me\\x7f\\xe9\\u2028"',
  )
})

test('formatFault returns a message for an unknown atom', () => {
  expect(formatFault(combined)).toBeUndefined()
  expect(formatFault('%(h)s %(zz)s %(y)s')).toBe(
    'unknown atom %(zz)s; the atoms are h l u t r s m U q H b B f a T M D L p {x}i {x}o {x}e',
  )
})

test('keeps text between atoms, including percent signs', () => {
  expect(accessLine('100% %s %(m)s %%')(record())).toBe('100% %s POST %%')
})
