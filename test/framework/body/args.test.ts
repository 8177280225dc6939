import { any, type Args, bigint, float, int, request, string, uuid } from 'phial'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { make } from '../support.ts'

const args = (query: string): Args => make().testRequestContext(`/?${query}`).request.args

describe('request.args', () => {
  test('read converts the first value, or returns the fallback', () => {
    expect(args('page=2&page=3').read('page', int, 1)).toBe(2)
    expect(args('page=x').read('page', int, 1)).toBe(1)
    expect(args('').read('page', int, 1)).toBe(1)
    expect(args('').read('page', int)).toBeUndefined()
    expect(args('page=2').getAll('page')).toEqual(['2'])
    expectTypeOf(args('').read('page', int, 1)).toEqualTypeOf<number>()
    expectTypeOf(args('').read('page', int, null)).toEqualTypeOf<number | null>()
    expectTypeOf(args('').read('id', uuid)).toEqualTypeOf<string | undefined>()
    const upper = { parse: (text: string) => text.toUpperCase() }
    expect(args('a=b').read('a', upper)).toBe('B')
  })

  test.each([
    [float, '5', 5],
    [float, '0', 0],
    [float, '-1.5', -1.5],
    [float, '.5', 0.5],
    [float, '5.', 5],
    [float, '+5', 5],
    [float, ' 5 ', 5],
    [float, '1e3', 1000],
    [float, '1e999', 'fallback'],
    [float, 'Infinity', 'fallback'],
    [float, '0x10', 'fallback'],
    [float, '1,5', 'fallback'],
    [float, '', 'fallback'],
    [float({ min: 0 }), '-1', 'fallback'],
    [float({ signed: false }), '-1', 'fallback'],
    [float({ max: 3 }), '4', 'fallback'],
    [int, '-5', -5],
    [int, '+5', 5],
    [int, ' 5 ', 5],
    [int, '-0', 0],
    [int, '1.0', 'fallback'],
    [int, '1e3', 'fallback'],
    [int, '9007199254740993', 'fallback'],
    [int({ min: 1 }), '0', 'fallback'],
    [bigint, ' +1797231234567890123 ', 1797231234567890123n],
    [bigint, '', 'fallback'],
    [string, '', ''],
    [string({ minLength: 1 }), '', 'fallback'],
    [uuid, ' 01234567-89AB-CDEF-0123-456789ABCDEF ', '01234567-89ab-cdef-0123-456789abcdef'],
    [any('a', 'b'), 'b', 'b'],
  ])('read parses text as a person types it: %# %j is %j', (reader, text, value) => {
    expect(args(new URLSearchParams({ it: text }).toString()).read('it', reader as typeof string, 'fallback')).toBe(value) // prettier-ignore
  })

  test('read returns the fallback for a very long number, in linear time', () => {
    expect(args(`it=${'9'.repeat(100_000)}`).read('it', bigint, 0n)).toBe(0n)
  })

  test('keeps a question mark at the start of the query', () => {
    expect([...args('?a=1')]).toEqual([['?a', '1']])
  })

  test('throws a 400 that names a missing key', async () => {
    expect(args('q=').require('q')).toBe('')
    const app = make()
    app.get('/', () => request.args.require('q<uery'))
    const response = await app.testClient().get('/', { headers: { Accept: 'application/json' } })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ detail: 'The request’s query has no "q<uery".' })
  })

  test('is read-only', () => {
    const given = args('a=1')
    for (const change of ['append', 'set', 'delete', 'sort'] as const) {
      expect(() => (given[change] as (...values: string[]) => void)('a', '2')).toThrow(TypeError)
    }
    expect(() => given.delete()).toThrow('new URLSearchParams(request.args)')
    const copy = new URLSearchParams(given)
    copy.append('a', '2')
    expect(copy.getAll('a')).toEqual(['1', '2'])
    expect(given.toString()).toBe('a=1')
  })
})
