import { Response } from 'phial'
import { expect, test } from 'vitest'
import { requestWith } from './support.ts'

const sixth = new Date('1994-11-06T08:49:37Z')

test.each([
  'Sun, 06 Nov 1994 08:49:37 GMT',
  'Sunday, 06-Nov-94 08:49:37 GMT',
  'Sun Nov  6 08:49:37 1994',
  '  sun, 06 nov 1994 08:49:37 gmt ',
])('parses the formats of RFC 9110 §5.6.7: %s', (text) => {
  const request = requestWith('Date', text, {
    'If-Modified-Since': text,
    'If-Unmodified-Since': text,
  })
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
])('ignores any other text: %j', (text) => {
  expect(requestWith('Date', text).date).toBeUndefined()
})

test('a date that is set can be read again', () => {
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
