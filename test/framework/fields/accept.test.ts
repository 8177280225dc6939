import type { Accept } from 'phial'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { asked } from './support.ts'

const accept = (value: string): Accept => asked('Accept', value).accept

describe('Accept, -language, -encoding: quality sorted; best gives undefined with no match or no header', () => {
  test.each<[string, string[]]>([
    ['text/html;q=0.5, application/json, */*;q=0.1', ['application/json', 'text/html', '*/*']],
    ['text/html;q=0, text/plain', ['text/plain']],
    ['', []],
    ['nonsense', []],
  ])('%j', (value, sorted) => {
    expect([...accept(value)]).toEqual(sorted)
    expect(accept(value).values).toEqual(sorted)
  })

  test('best', () => {
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

  test('no header', () => {
    const { accept: nothing, acceptLanguages } = asked('X-Other', '1')
    expect(nothing.best(['text/html'])).toBeUndefined()
    expect(acceptLanguages.values).toEqual([])
  })

  test('languages, encodings and charsets', () => {
    const request = asked('Accept-Language', 'de-AT, en;q=0.9', {
      'Accept-Encoding': 'gzip;q=0.5, br',
      'Accept-Charset': 'utf-8',
    })
    expect(request.acceptLanguages.best(['en', 'de'])).toBe('de')
    expect(request.acceptEncodings.best(['gzip', 'br'])).toBe('br')
    expect(request.acceptCharsets.best(['utf-8'])).toBe('utf-8')
  })
})
