import { describe, expect, test } from 'vitest'
import { readField } from '../../../packages/server/src/engine/field.ts'

describe('a field line (RFC 9112 §5)', () => {
  test.each([
    ['Accept: */*', '', ['Accept', '*/*', 'HTTP_ACCEPT']],
    ['HOST:a', 'host', ['HOST', 'a', 'HTTP_HOST']],
    ['content-length: \t5 \t', 'content-length', ['content-length', '5', 'CONTENT_LENGTH']],
    ['X-Empty:', '', ['X-Empty', '', 'HTTP_X_EMPTY']],
    ['X-Latin: \xa0\xe9', '', ['X-Latin', '\xa0\xe9', 'HTTP_X_LATIN']],
    ['X_Under: 1', '', undefined],
    ['Proxy: 1', '', undefined],
  ])('%j', (line, kind, header) => {
    expect(readField(line)).toMatchObject({ line, kind, header })
    expect(readField(line)).toMatchObject({ line, kind, header }) // a name that is known by now
  })

  test.each([
    ['A : b', 'whitespace before the colon'],
    [' A: b', 'begins with whitespace'],
    ['\tb', 'begins with whitespace'],
    ['Abc', 'no colon'],
    [': b', 'not a token'],
    ['A(: b', 'not a token'],
    ['A: b\rc', 'control character'],
    ['A: b\x00c', 'control character'],
    ['A: \x0bb', 'control character'],
  ])('%j is rejected', (line, words) => {
    expect(() => readField(line)).toThrow(words)
  })
})

test('a value of nothing but space is looked at once', () => {
  expect(readField(`A:${' '.repeat(100_000)}b${' '.repeat(100_000)}`).value).toBe('b')
  expect(readField(`A:${' '.repeat(100_000)}`).value).toBe('')
})
