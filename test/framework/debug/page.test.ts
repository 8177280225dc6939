import { debugPage } from 'phial/debug'
import { expect, test } from 'vitest'
import { ask, header } from './support.ts'

test.each([
  ['text/html,application/xhtml+xml,*/*;q=0.8', 'text/html; charset=utf-8'],
  ['*/*', 'text/plain; charset=utf-8'],
  ['text/plain', 'text/plain; charset=utf-8'],
  ['application/json', 'application/problem+json'],
  ['application/problem+json, text/html;q=0.5', 'application/problem+json'],
  ['image/png', 'text/plain; charset=utf-8'],
  [';;q', 'text/plain; charset=utf-8'],
])('responds to Accept: %s with %s', async (accept, type) => {
  const { answer } = await ask('/says', { Accept: accept })
  expect(header(answer, 'content-type')).toBe(type)
})

test('forbids caching, framing and loading resources', async () => {
  const { answer } = await ask('/says')
  expect(header(answer, 'cache-control')).toBe('no-store')
  expect(header(answer, 'content-security-policy')).toMatch(
    /default-src 'none';.*frame-ancestors 'none'/,
  )
  expect(header(answer, 'x-content-type-options')).toBe('nosniff')
})

test('is HTML without a request', async () => {
  const { headers, text } = await debugPage(new Error('It cannot be loaded'))
  expect(headers[0]).toEqual(['Content-Type', 'text/html; charset=utf-8'])
  expect(text).toContain('It cannot be loaded')
})
