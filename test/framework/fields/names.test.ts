import { Response } from 'phial'
import { expect, test } from 'vitest'

test('Vary and Allow can be edited as sets', () => {
  const response = new Response('', {
    headers: [
      ['Vary', 'Accept'],
      ['Vary', 'Cookie, ,'],
    ],
  })
  response.vary.add('cookie', 'Accept-Language')
  expect([...response.vary]).toEqual(['Accept', 'Cookie', 'Accept-Language'])
  expect(response.headers.getAll('Vary')).toEqual(['Accept, Cookie, Accept-Language'])
  expect(response.vary.has('ACCEPT')).toBe(true)
  expect(response.vary.delete('accept')).toBe(true)
  expect(response.vary.delete('accept')).toBe(false)
  expect(response.vary.size).toBe(2)
  response.vary = []
  expect(response.headers.has('Vary')).toBe(false)
  response.allow = ['GET', 'HEAD']
  expect(response.headers.get('Allow')).toBe('GET, HEAD')
  response.allow = response.allow.add('POST')
  expect(response.headers.get('Allow')).toBe('GET, HEAD, POST')
})
