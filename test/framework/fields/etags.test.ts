import { type ETags, Response } from 'phial'
import { describe, expect, test } from 'vitest'
import { requestWith } from './support.ts'

const tags = (value: string): ETags | undefined => requestWith('If-None-Match', value).ifNoneMatch

describe('entity tags', () => {
  test('support weak and strong comparison, RFC 9110 §8.8.3.2', () => {
    const weak = tags('W/"1"')
    const strong = tags('"1", "a,b"')
    expect(weak?.matches('"1"')).toBe(true)
    expect(weak?.matches('W/"1"')).toBe(true)
    expect(weak?.matchesStrongly('"1"')).toBe(false)
    expect(weak?.matchesStrongly('W/"1"')).toBe(false)
    expect(strong?.matchesStrongly('"1"')).toBe(true)
    expect(strong?.matches('"a,b"')).toBe(true)
    expect(strong?.matches('"2"')).toBe(false)
    expect(strong?.tags).toEqual(['"1"', '"a,b"'])
  })

  test('match any tag for *', () => {
    expect(tags('*')?.any).toBe(true)
    expect(tags('*')?.matches('"x"')).toBe(true)
    expect(requestWith('If-Match', '"x"').ifMatch?.any).toBe(false)
    expect(requestWith('X-Other', '"x"').ifMatch).toBeUndefined()
  })

  test('and dates are parsed from If-Range', () => {
    expect(requestWith('If-Range', '"x"').ifRange).toEqual({ etag: '"x"' })
    const date = new Date('1994-11-06T08:49:37Z')
    expect(requestWith('If-Range', date.toUTCString()).ifRange).toEqual({ date })
    expect(requestWith('If-Range', 'x').ifRange).toBeUndefined()
  })
})

test('the ETag of a response is quoted, and invalid characters are rejected', () => {
  const response = new Response()
  response.etag = 'abc'
  expect(response.etag).toBe('"abc"')
  response.etag = 'W/"abc"'
  expect(response.headers.getAll('ETag')).toEqual(['W/"abc"'])
  for (const bad of ['a b', 'a"b', 'a\r\nSet-Cookie: x']) {
    expect(() => {
      response.etag = bad
    }).toThrow('cannot be an ETag')
  }
  response.etag = undefined
  expect(response.etag).toBeUndefined()
})
