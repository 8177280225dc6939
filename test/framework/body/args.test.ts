import { type Args, int, request, uuid } from 'phial'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { make } from '../support.ts'

const args = (query: string): Args => make().testRequestContext(`/?${query}`).request.args

describe('args: first value, getAll, a converter with a fallback on bad conversion', () => {
  test('read', () => {
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

  test('Missing key: 400, not 500; names the key', async () => {
    expect(args('q=').require('q')).toBe('')
    const app = make()
    app.get('/', () => request.args.require('q<uery'))
    const response = await app.testClient().get('/', { headers: { Accept: 'application/json' } })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ detail: 'The request’s query has no "q<uery".' })
  })

  test('Immutability: they are read-only', () => {
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
