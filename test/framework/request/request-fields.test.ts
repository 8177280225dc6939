import fc from 'fast-check'
import { type Request, request } from 'phial'
import { expect, test } from 'vitest'
import { requestWith as asked } from '../fields/support.ts'
import { make } from '../support.ts'

test.each<[keyof Request, string, string, unknown]>([
  ['userAgent', 'User-Agent', 'curl/8', 'curl/8'],
  ['referrer', 'Referer', 'https://example.com/', 'https://example.com/'],
  ['origin', 'Origin', 'null', 'null'],
  ['maxForwards', 'Max-Forwards', '3', 3],
  ['maxForwards', 'Max-Forwards', '-3', undefined],
  ['secFetchSite', 'Sec-Fetch-Site', 'same-origin', 'same-origin'],
  ['secFetchMode', 'Sec-Fetch-Mode', 'navigate', 'navigate'],
  ['secFetchDest', 'Sec-Fetch-Dest', 'document', 'document'],
  ['secFetchUser', 'Sec-Fetch-User', '?1', true],
  ['secFetchUser', 'Sec-Fetch-User', '?0', false],
  ['mimetype', 'Content-Type', ' Text/HTML ; charset=x', 'text/html'],
  [
    'mimetypeParams',
    'Content-Type',
    'text/html; Charset="UTF-8"; a=b',
    { charset: 'UTF-8', a: 'b' },
  ],
  ['mimetypeParams', 'Content-Type', 'nonsense; a=b', {}],
  ['isJson', 'Content-Type', 'application/problem+json', true],
  ['isJson', 'Content-Type', 'text/json', false],
  ['contentLength', 'Content-Length', '12', 12],
  ['contentLength', 'Content-Length', '1e3', undefined],
])('reads %s from %s: %s', (property, name, value, expected) => {
  expect(asked(name, value)[property]).toEqual(expected)
})

test('returns undefined for a missing header', () => {
  const { authorization, range, ifMatch, ifRange, date, userAgent, mimetypeParams } = asked('X', '')
  const all = [authorization, range, ifMatch, ifRange, date, userAgent]
  expect(all.every((one) => one === undefined)).toBe(true)
  expect(mimetypeParams).toEqual({})
})

/** Returns everything that is read from headers. */
function everything(): unknown[] {
  const { accept, acceptLanguages, acceptEncodings, acceptCharsets } = request
  return [
    accept.values,
    accept.best(['text/html', 'application/json']),
    acceptLanguages.values,
    acceptLanguages.best(['en', 'de']),
    acceptEncodings.best(['gzip', 'br']),
    acceptCharsets.values,
    request.authorization,
    request.cookies,
    request.range?.within(1000),
    request.ifNoneMatch?.matches('"x"'),
    request.ifMatch?.matchesStrongly('"x"'),
    request.ifRange,
    request.ifModifiedSince,
    { ...request.cacheControl },
    request.mimetypeParams,
    request.maxForwards,
    request.accessRoute,
  ]
}

test('responds below 500 to any Accept, Range, Cookie, Authorization and other header', async () => {
  const app = make()
  app.get('/', everything)
  const client = app.testClient({ cookies: false })
  const words = fc.constantFrom(
    'text/html',
    '*/*',
    ';q=',
    '0.5',
    ',',
    ';',
    '=',
    '"',
    '\\',
    'bytes=',
    '0-',
    '-5',
    'W/',
    '"x"',
    'Basic ',
    'Bearer ',
    'Digest ',
    'QTpi',
    '%zz',
    'a',
    ' ',
    '*',
    '__proto__',
    'max-age',
    'é',
    '\t',
  )
  const loose = fc.string({ unit: 'binary', maxLength: 40 })
  const value = fc
    .oneof(
      fc.array(words, { maxLength: 12 }).map((parts) => parts.join('')),
      loose,
    )
    .map((text) => text.replaceAll(/[^\t -~\u0080-\u00ff]/g, '').trim())
  const names = [
    'Accept',
    'Accept-Language',
    'Accept-Encoding',
    'Accept-Charset',
    'Range',
    'Cookie',
  ]
  const more = ['Authorization', 'If-None-Match', 'If-Match', 'If-Range', 'Cache-Control', 'Date']
  const headers = fc.record(Object.fromEntries([...names, ...more].map((name) => [name, value])))
  await fc.assert(
    fc.asyncProperty(headers, async (sent) => {
      expect((await client.get('/', { headers: sent })).status).toBeLessThan(500)
    }),
    { numRuns: 300 },
  )
})
