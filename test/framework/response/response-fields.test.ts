import { Response } from 'phial'
import { expect, test } from 'vitest'

test('reads and writes contentType and mimetype', () => {
  const response = new Response('')
  expect(response.contentType).toBe('text/html; charset=utf-8')
  expect(response.mimetype).toBe('text/html')
  response.mimetype = 'text/plain'
  expect(response.contentType).toBe('text/plain; charset=utf-8')
  response.mimetype = 'image/svg+xml'
  expect(response.contentType).toBe('image/svg+xml; charset=utf-8')
  response.mimetype = 'application/json'
  expect(response.contentType).toBe('application/json')
  response.contentType = undefined
  expect(response.mimetype).toBeUndefined()
})

test('reads and writes location and retryAfter', () => {
  const response = new Response('', { status: 201 })
  response.location = '/posts/1'
  expect(response.headers.get('Location')).toBe('/posts/1')
  response.location = undefined
  expect(response.location).toBeUndefined()
  expect(response.retryAfter).toBeUndefined()
  response.retryAfter = 120
  expect(response.headers.get('Retry-After')).toBe('120')
})
