import { type Answer, redirect, Response, urlFor } from 'phial'
import { describe, expect, test } from 'vitest'
import { make } from '../support.ts'

async function asked(answer: Answer): Promise<globalThis.Response> {
  const app = make()
  app.get('/', () => answer)
  return app.testClient().get('/')
}

describe('redirect', () => {
  test('is a 303 to the given URL, with a page', async () => {
    const response = await asked(redirect('/a?x=1&y=<b>'))
    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toBe('/a?x=1&y=%3Cb%3E')
    expect(await response.text()).toContain('<a href="/a?x=1&amp;y=%3Cb%3E">')
  })

  test.each([
    ['https://example.com/', 'https://example.com/'],
    ['/é ü', '/%C3%A9%20%C3%BC'],
    ['/a%20b', '/a%20b'],
    ['/a\r\nSet-Cookie: a=b', '/a%0D%0ASet-Cookie:%20a=b'],
    ['\\\\evil.com', '%5C%5Cevil.com'],
    ['/\\evil.com', '/%5Cevil.com'],
    ['/\t/evil.com', '/%09/evil.com'],
  ])('encodes %j as %j', async (location, expected) => {
    expect(redirect(location).headers.get('Location')).toBe(expected)
  })

  test.each(['//evil.com', ' //evil.com', '\n//evil.com'])('rejects %j', (location) => {
    expect(() => redirect(location)).toThrow('would lead to another host')
  })

  test.each(['javascript:alert(1)', ' JavaScript:alert(1)', 'data:text/html,a', 'vbscript:a'])(
    'rejects %j, which is code and not an address',
    (location) => {
      expect(() => redirect(location)).toThrow('is code and not an address')
    },
  )

  test.each([200, 304, 404, Number.NaN])('throws for the status %s', (status) => {
    expect(() => redirect('/', status as 303)).toThrow(/expected the status 301.*received/)
  })

  test('accepts another status', () => {
    expect(redirect('/', 308).status).toBe(308)
  })

  test('accepts a URL of urlFor', async () => {
    const app = make()
    app.get('/', () => '')
    app.post('/login', () => redirect(urlFor('index')))
    const response = await app.testClient().post('/login', { environ: { SCRIPT_NAME: '/m' } })
    expect(response.headers.get('location')).toBe('/m/')
  })
})

describe('Response', () => {
  test('sets cookies with safe attributes by default', () => {
    const response = new Response()
    response.setCookie('a', 'x y;')
    response.setCookie('b', '1', { httpOnly: false, sameSite: 'strict', maxAge: 60, path: '/x' })
    response.deleteCookie('c')
    expect(response.headers.getAll('Set-Cookie')).toEqual([
      'a=x%20y%3B; Path=/; HttpOnly; SameSite=Lax',
      'b=1; Max-Age=60; Path=/x; SameSite=Strict',
      'c=; Max-Age=0; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax',
    ])
  })

  test.each([100, 199, 600, 99.5, 'x', '20', '200OK'])('rejects the status %j', (status) => {
    expect(() => new Response('', { status })).toThrow('Expected a status from 200 to 599')
  })

  test('rejects a value that JSON cannot represent', () => {
    expect(() => Response.json(undefined)).toThrow('JSON cannot represent undefined')
  })
})

test('adds Secure to a partitioned cookie', () => {
  const response = new Response()
  response.setCookie('a', '1', { partitioned: true, secure: false })
  expect(response.headers.get('Set-Cookie')).toContain('; Secure')
  expect(response.headers.get('Set-Cookie')).toContain('; Partitioned')
})

test('warns of a cookie longer than 4,093 bytes', async () => {
  const warned = new Promise<Error & { code?: string }>((resolve) => {
    process.once('warning', resolve)
  })
  const response = new Response()
  response.setCookie('fits', 'x'.repeat(4000))
  response.setCookie('long', 'x'.repeat(4080))
  const warning = await warned
  expect(warning.code).toBe('PHIAL_COOKIE_SIZE')
  expect(warning.message).toContain('The cookie "long" is 41')
})

test('writes the domain of a cookie without a leading dot', () => {
  const response = new Response()
  response.setCookie('a', 'b', { domain: '.example.com' })
  response.deleteCookie('a', { domain: '.example.com' })
  const domains = response.headers
    .getAll('Set-Cookie')
    .map((text) => /Domain=[^;]*/.exec(text)?.[0])
  expect(domains).toEqual(['Domain=example.com', 'Domain=example.com'])
})

describe('adds Secure to cookies that browsers accept only with it', () => {
  test.each<[string, string, object]>([
    ['SameSite=None', 'a', { sameSite: 'none' }],
    ['SameSite=None, told otherwise', 'a', { sameSite: 'none', secure: false }],
    ['__Secure-', '__Secure-a', {}],
    ['__Host-', '__Host-a', {}],
  ])('%s', (_, name, options) => {
    const response = new Response()
    response.setCookie(name, 'b', options)
    expect(response.headers.get('Set-Cookie')).toContain('Secure')
  })

  test.each([{ path: '/shop' }, { domain: 'example.com' }])(
    'a __Host- cookie with another path or a domain is refused: %o',
    (options) => {
      expect(() => new Response().setCookie('__Host-a', 'b', options)).toThrow(
        'only with Path=/ and without Domain',
      )
    },
  )
})

test('replaces a lone surrogate in a cookie with U+FFFD', () => {
  const response = new Response()
  response.setCookie('a', 'x\ud800')
  expect(response.headers.get('Set-Cookie')).toContain('a=x%EF%BF%BD')
})

test.each([
  ['/日本', '/%E6%97%A5%E6%9C%AC'],
  ['/ü', '/%C3%BC'],
  ['/a b', '/a%20b'],
  ['/a%20b?c=d#e', '/a%20b?c=d#e'],
  ['/\ud800', '/%EF%BF%BD'],
])('percent-encodes location: %s', (location, expected) => {
  const response = new Response()
  response.location = location
  expect(response.location).toBe(expected)
})

test('callOnClose runs all functions once the response was sent, even if one throws', async () => {
  const app = make()
  const calls: string[] = []
  app.get('/', () => {
    const response = new Response('x')
    response.callOnClose(() => void calls.push('first'))
    response.callOnClose(() => {
      throw new Error('in the second')
    })
    response.callOnClose(async () => void calls.push('third'))
    calls.push('view')
    return response
  })
  await app.testClient().get('/')
  expect(calls[0]).toBe('view')
  expect(calls.slice(1).toSorted()).toEqual(['first', 'third'])
})

test('reads and writes contentLength, date and expires as typed headers', () => {
  const response = new Response()
  response.contentLength = 7
  response.date = new Date(0)
  response.expires = new Date(1000)
  expect(response.headers.get('Content-Length')).toBe('7')
  expect(response.headers.get('Date')).toBe('Thu, 01 Jan 1970 00:00:00 GMT')
  expect([response.contentLength, response.date, response.expires]).toEqual([
    7,
    new Date(0),
    new Date(1000),
  ])
  response.expires = undefined
  expect(response.expires).toBeUndefined()
})

describe('the ETag of addEtag', () => {
  const tagged = (): Response => {
    const response = new Response('bytes')
    response.addEtag()
    return response
  }

  test('is removed if a hook sets another body, also after makeConditional', async () => {
    const app = make()
    app.get('/', (_params, { request }) => tagged().makeConditional(request))
    app.afterRequest((response) => {
      response.body = 'changed'
    })
    const answer = await app.testClient().get('/')
    expect([answer.headers.get('etag'), await answer.text()]).toEqual([null, 'changed'])
  })

  test('is kept for a range, and an ETag that the app sets is kept for any body', async () => {
    const app = make()
    const options = { acceptRanges: true }
    app.get('/', (_params, { request }) => tagged().makeConditional(request, options))
    const answer = await app.testClient().get('/', { headers: { Range: 'bytes=1-2' } })
    expect([answer.status, answer.headers.get('etag')]).toEqual([206, tagged().etag])
    const response = tagged()
    response.etag = 'v2'
    response.body = 'changed'
    expect(response.etag).toBe('"v2"')
  })
})
