import { Response } from 'phial'
import { expect, test } from 'vitest'
import { asked } from './support.ts'

const sixth = new Date('1994-11-06T08:49:37Z')

test.each([
  'Sun, 06 Nov 1994 08:49:37 GMT',
  'Sunday, 06-Nov-94 08:49:37 GMT',
  'Sun Nov  6 08:49:37 1994',
  '  sun, 06 nov 1994 08:49:37 gmt ',
])('the three forms of RFC 9110 §5.6.7: %s', (text) => {
  const request = asked('Date', text, { 'If-Modified-Since': text, 'If-Unmodified-Since': text })
  expect(request.date).toEqual(sixth)
  expect(request.ifModifiedSince).toEqual(sixth)
  expect(request.ifUnmodifiedSince).toEqual(sixth)
})

test.each([
  '',
  '1994',
  '1994-11-06',
  'Sun, 99 Nov 1994 08:49:37 GMT',
  'Sun, 06 Nov 1994 08:49:37 +0100',
])('anything else is none: %j', (text) => {
  expect(asked('Date', text).date).toBeUndefined()
})

test('what is written is read again', () => {
  const response = new Response()
  response.lastModified = sixth
  expect(response.headers.get('Last-Modified')).toBe('Sun, 06 Nov 1994 08:49:37 GMT')
  expect(response.lastModified).toEqual(sixth)
  response.retryAfter = sixth
  expect(response.retryAfter).toEqual(sixth)
  response.retryAfter = 1.2
  expect(response.retryAfter).toBe(2)
  response.lastModified = undefined
  expect(response.lastModified).toBeUndefined()
  expect(() => {
    response.lastModified = new Date(Number.NaN)
  }).toThrow('Expected a valid Date for a header, received an invalid one')
})
