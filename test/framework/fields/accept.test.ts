import type { Accept } from 'phial'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { requestWith } from './support.ts'

const accept = (value: string): Accept => requestWith('Accept', value).accept

describe('the Accept headers', () => {
  test.each<[string, string[]]>([
    ['text/html;q=0.5, application/json, */*;q=0.1', ['application/json', 'text/html', '*/*']],
    ['text/html;q=0, text/plain', ['text/plain']],
    ['', []],
    ['nonsense', []],
  ])('%j is sorted by quality', (value, sorted) => {
    expect([...accept(value)]).toEqual(sorted)
    expect(accept(value).values).toEqual(sorted)
  })

  test('best returns the preferred value, or undefined if none matches', () => {
    const types = ['text/html', 'application/json'] as const
    const best = accept('text/html;q=0.5, application/json').best(types)
    expect(best).toBe('application/json')
    expectTypeOf(best).toEqualTypeOf<'text/html' | 'application/json' | undefined>()
    expect(accept('image/png').best(types)).toBeUndefined()
    expect(accept('*/*').best(types)).toBe('text/html')
    expect(accept('text/*').has('text/html')).toBe(true)
    expect(accept('text/*').has('image/png')).toBe(false)
    expect(accept('text/html').best([])).toBeUndefined()
  })

  test('a missing header matches nothing', () => {
    const { accept: nothing, acceptLanguages } = requestWith('X-Other', '1')
    expect(nothing.best(['text/html'])).toBeUndefined()
    expect(acceptLanguages.values).toEqual([])
  })

  test('languages, encodings and charsets are parsed', () => {
    const request = requestWith('Accept-Language', 'de-AT, en;q=0.9', {
      'Accept-Encoding': 'gzip;q=0.5, br',
      'Accept-Charset': 'utf-8',
    })
    expect(request.acceptLanguages.best(['en', 'de'])).toBe('de')
    expect(request.acceptEncodings.best(['gzip', 'br'])).toBe('br')
    expect(request.acceptCharsets.best(['utf-8'])).toBe('utf-8')
  })

  test.each<[accept: string, available: string[], best: string | undefined]>([
    ['application/json; charset=utf-8', ['application/json'], 'application/json'],
    [
      'application/json;charset="a,b";q=0.5, text/html;q=0.4',
      ['text/html', 'application/json'],
      'application/json',
    ],
    ['text/html;level=1', ['text/html;level=2'], undefined],
    [
      'text/html;level=1, text/html;q=0.1',
      ['text/html;level=2', 'text/html;level=1'],
      'text/html;level=1',
    ],
    ['application/vnd.api+json', ['text/html', 'application/json'], 'application/json'],
    ['application/json', ['application/problem+json'], 'application/problem+json'],
    ['application/json', ['application/problem+json', 'application/json'], 'application/json'],
    ['application/vnd.a+json', ['application/vnd.b+json'], undefined],
    ['application/vnd.api+json;q=0, application/json', ['application/json'], 'application/json'],
    ['image/svg+xml', ['application/xml'], undefined],
    ['*/*, text/html;q=0', ['text/html', 'text/plain'], 'text/plain'],
    ['TEXT/HTML', ['text/html'], 'text/html'],
  ])('media types: for %s, the best of %j is %s', (header, available, best) => {
    expect(accept(header).best(available)).toBe(best)
  })

  test.each<[accept: string, available: string[], best: string | undefined]>([
    ['zh-Hant-TW', ['zh', 'zh-Hant'], 'zh-Hant'],
    ['zh-Hant-TW', ['zh-Hans', 'zh'], 'zh'],
    ['zh-Hant-TW', ['zh-Hans'], undefined],
    ['zh_Hant_TW', ['zh_Hant'], 'zh_Hant'],
    ['de', ['de-AT', 'en'], 'de-AT'],
    ['de-CH-1996', ['de-AT', 'de-CH', 'de'], 'de-CH'],
    ['en-US, en;q=0.9, de;q=0.8', ['de', 'en'], 'en'],
    ['en, de;q=0.5, *;q=0.1', ['fr'], 'fr'],
    ['de-AT;q=0, de', ['de-AT', 'de'], 'de'],
    ['de-AT;q=0', ['de'], undefined],
    ['den', ['de'], undefined],
    ['fr-CA-x-a', ['fr-CA', 'fr'], 'fr-CA'],
  ])('languages: for %s, the best of %j is %s', (header, available, best) => {
    expect(requestWith('Accept-Language', header).acceptLanguages.best(available)).toBe(best)
  })

  test.each<[accept: string, available: string[], best: string | undefined]>([
    ['gzip', ['br', 'identity'], 'identity'],
    ['gzip, identity;q=0', ['br', 'identity'], undefined],
    ['gzip, *;q=0', ['identity'], undefined],
    ['*', ['br'], 'br'],
  ])('encodings: for %s, the best of %j is %s', (header, available, best) => {
    expect(requestWith('Accept-Encoding', header).acceptEncodings.best(available)).toBe(best)
  })
})
