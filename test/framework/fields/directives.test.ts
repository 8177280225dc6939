import { Response } from 'phial'
import { describe, expect, test } from 'vitest'
import { requestWith } from './support.ts'

describe('Cache-Control as an object', () => {
  test('of a request is read-only', () => {
    const { cacheControl } = requestWith(
      'Cache-Control',
      'no-cache, max-stale, max-age=0, max-age=9',
    )
    expect(cacheControl).toEqual({ noCache: true, maxStale: true, maxAge: 0 })
    expect(cacheControl.noStore).toBeUndefined()
    expect('noCache' in cacheControl).toBe(true)
    expect(() => {
      cacheControl.noStore = true
    }).toThrow('the headers of a request are read-only')
  })

  test('of a response can be edited', () => {
    const response = new Response('', { headers: { 'Cache-Control': 'no-cache' } })
    response.cacheControl.maxAge = 60
    response.cacheControl.private = 'Set-Cookie'
    expect(response.headers.get('Cache-Control')).toBe('no-cache, max-age=60, private="Set-Cookie"')
    response.cacheControl.noCache = undefined
    response.cacheControl.private = false
    expect(response.headers.get('Cache-Control')).toBe('max-age=60')
    delete response.cacheControl.maxAge
    expect(response.headers.has('Cache-Control')).toBe(false)
  })

  test('of a response can be replaced', () => {
    const response = new Response('', { headers: { 'Cache-Control': 'no-cache' } })
    response.cacheControl = { public: true, sMaxage: 5, staleWhileRevalidate: 10 }
    expect(response.headers.get('Cache-Control')).toBe(
      'public, s-maxage=5, stale-while-revalidate=10',
    )
  })
})

test('Content-Security-Policy as an object can be read, edited and replaced', () => {
  const response = new Response('', {
    headers: { 'Content-Security-Policy': "default-src 'self'; upgrade-insecure-requests" },
  })
  expect(response.contentSecurityPolicy['defaultSrc']).toBe("'self'")
  response.contentSecurityPolicy['imgSrc'] = '* data:'
  response.contentSecurityPolicy['upgradeInsecureRequests'] = undefined
  expect(response.headers.get('Content-Security-Policy')).toBe(
    "default-src 'self'; img-src * data:",
  )
  response.contentSecurityPolicy = { 'default-src': "'none'", upgradeInsecureRequests: true }
  expect(response.headers.get('Content-Security-Policy')).toBe(
    "default-src 'none'; upgrade-insecure-requests",
  )
})
