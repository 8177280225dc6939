import fc from 'fast-check'
import { any, type Converter, float, int, path, Router, uuid } from 'phial'
import { describe, expect, test } from 'vitest'
import { found, type Routes, table } from './support.ts'

describe('specificity, in any order of registration', () => {
  const routes: Routes = [
    ['/x/*rest'],
    ['/x/:path', { params: { path } }],
    ['/x/:name'],
    ['/x/:float', { params: { float } }],
    ['/x/:int', { params: { int } }],
    ['/x/:uuid', { params: { uuid } }],
    ['/x/:any', { params: { any: any('a', 'b') } }],
    ['/x/:name.txt'],
    ['/x/file-:name'],
    ['/x/file-:name.txt'],
    ['/x/static'],
  ]
  const expected = {
    '/x/static': '/x/static',
    '/x/file-1.txt': '/x/file-:name.txt',
    '/x/file-1': '/x/file-:name',
    '/x/1.txt': '/x/:name.txt',
    '/x/a': '/x/:any',
    '/x/7': '/x/:int',
    '/x/7.5': '/x/:float',
    '/x/01234567-89ab-cdef-0123-456789abcdef': '/x/:uuid',
    '/x/other': '/x/:name',
    '/x/other/more': '/x/:path',
    '/x': 'not-found',
  }

  test('finds the rule of each path in every order', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(routes, { minLength: routes.length }), (shuffled) => {
        const router = table(shuffled)
        const actual = Object.keys(expected).map((url) => [url, found(router, url)])
        expect(Object.fromEntries(actual)).toEqual(expected)
      }),
    )
  })

  test('prefers path to a wildcard', () => {
    const router = table([['/*rest'], ['/:path', { params: { path } }]])
    expect(found(router, '/a/b')).toBe('/:path')
  })

  test('tries the next branch if a more specific one fails', () => {
    const router = table([['/a/:x/c'], ['/:y/b/d'], ['/*rest']])
    expect(found(router, '/a/b/c')).toBe('/a/:x/c')
    expect(found(router, '/a/b/d')).toBe('/:y/b/d')
    expect(found(router, '/a/b/e')).toBe('/*rest')
  })

  test('tries the next rule if an int is out of bounds', () => {
    const router = table([['/:n', { params: { n: int({ max: 9 }) } }], ['/:name']])
    expect(found(router, '/9')).toBe('/:n')
    expect(found(router, '/10')).toBe('/:name')
  })

  test('is case-sensitive', () => {
    expect(found(table([['/About']]), '/about')).toBe('not-found')
  })
})

test('finds each path without params and no other path, for any number of paths', () => {
  const path = fc.array(fc.stringMatching(/^[a-z]{1,3}$/), { maxLength: 3 })
  const paths = fc.uniqueArray(
    path.map((parts) => `/${parts.join('/')}`),
    { maxLength: 300 },
  )
  fc.assert(
    fc.property(paths, fc.array(path), (all, others) => {
      const router = new Router<string>()
      for (const one of all) router.add(one, one)
      for (const one of all) {
        expect(router.match('GET', one)).toMatchObject({ kind: 'found', rule: { target: one } })
      }
      for (const parts of others) {
        const other = `/${parts.join('/')}`
        expect(router.match('GET', other).kind).toBe(all.includes(other) ? 'found' : 'not-found')
      }
    }),
  )
})

describe('the work of a lookup', () => {
  /** A converter that counts its calls. */
  function counting(options: Partial<Converter> = {}): Converter & { calls: number } {
    const converter = {
      ...options,
      calls: 0,
      parse: (text: string) => {
        converter.calls += 1
        return text
      },
      format: (text: string) => text,
    }
    return converter
  }

  test('is linear in the length of the path, for any number of wildcards', () => {
    const work = (segments: number): number => {
      const x = counting()
      const router = new Router()
      const [a, b, c] = [{ x }, { y: x }, { z: x }]
      router.add('/*a/:x/*b/:y/*c/:z/end', undefined, { params: { ...a, ...b, ...c } })
      expect(router.match('GET', '/a'.repeat(segments)).kind).toBe('not-found')
      return x.calls
    }
    expect(work(100)).toBeLessThan(3 * 100)
    expect(work(1000)).toBeLessThan(3 * 1000)
    expect(work(10_000)).toBeLessThan(3 * 10_000)
  })

  test('calls a converter for several segments once', () => {
    const rest = counting({ multiSegment: true })
    const router = new Router()
    router.add('/*rest/a/:x/b', undefined, { params: { rest } })
    expect(router.match('GET', `${'/a'.repeat(2000)}/a/1/b`).kind).toBe('found')
    expect(rest.calls).toBe(1)
    expect(router.match('GET', '/a'.repeat(2000)).kind).toBe('not-found')
    expect(rest.calls).toBe(1)
  })

  test('does not grow with the number of routes', () => {
    const router = new Router()
    const x = counting()
    for (let index = 0; index < 2000; index += 1) {
      router.add(`/api/v1/thing${index}/:x/detail`, undefined, { params: { x } })
      router.add(`/api/v1/list${index}-:x`, undefined, { params: { x } })
    }
    expect(router.match('GET', '/api/v1/thing1999/7/detail').kind).toBe('found')
    expect(x.calls).toBe(1)
    router.match('GET', '/api/v1/list1999-7')
    expect(x.calls).toBeLessThanOrEqual(5)
  })

  test('does not overflow the stack for a path with very many segments', () => {
    const router = table([['/*a/x/*b/y'], ['/:a/:b']])
    expect(found(router, '/'.repeat(100_000))).toBe('not-found')
    expect(found(router, '/x'.repeat(100_000))).toBe('not-found')
  })
})
