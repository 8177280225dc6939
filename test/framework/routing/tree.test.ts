import fc from 'fast-check'
import { any, type Converter, float, int, path, Router, type RuleOptions, uuid } from 'phial'
import { describe, expect, test } from 'vitest'

type Routes = [pattern: string, options?: RuleOptions][]

/** A table in which each rule leads to its own pattern. */
function table(routes: Routes): Router<string> {
  const router = new Router<string>()
  for (const [pattern, options] of routes) router.add(pattern, pattern, options)
  return router
}

function found(router: Router<string>, url: string, method = 'GET'): unknown {
  const match = router.match(method, url)
  if (match.kind === 'found') return match.rule.target
  return match.kind === 'redirect' ? `to ${match.path}` : match.kind
}

describe('specificity, whatever the order of registration', () => {
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

  test('each path finds its rule in every order', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(routes, { minLength: routes.length }), (shuffled) => {
        const router = table(shuffled)
        const actual = Object.keys(expected).map((url) => [url, found(router, url)])
        expect(Object.fromEntries(actual)).toEqual(expected)
      }),
    )
  })

  test('a wildcard comes after path', () => {
    const router = table([['/*rest'], ['/:path', { params: { path } }]])
    expect(found(router, '/a/b')).toBe('/:path')
  })

  test('a more specific start that leads nowhere is left again', () => {
    const router = table([['/a/:x/c'], ['/:y/b/d'], ['/*rest']])
    expect(found(router, '/a/b/c')).toBe('/a/:x/c')
    expect(found(router, '/a/b/d')).toBe('/:y/b/d')
    expect(found(router, '/a/b/e')).toBe('/*rest')
  })

  test('an int that does not fit leaves the path to the next rule', () => {
    const router = table([['/:n', { params: { n: int({ max: 9 }) } }], ['/:name']])
    expect(found(router, '/9')).toBe('/:n')
    expect(found(router, '/10')).toBe('/:name')
  })

  test('case counts', () => {
    expect(found(table([['/About']]), '/about')).toBe('not-found')
  })
})

describe('methods', () => {
  const router = table([
    ['/a', { methods: ['GET'] }],
    ['/a', { methods: ['post'] }],
    ['/:x', { methods: ['PUT', 'DELETE'] }],
    ['/*rest', { methods: ['PATCH'] }],
  ])

  test('several rules share a path', () => {
    expect(found(router, '/a')).toBe('/a')
    expect(found(router, '/a', 'POST')).toBe('/a')
    expect(found(router, '/a', 'PUT')).toBe('/:x')
    expect(found(router, '/a', 'PATCH')).toBe('/*rest')
  })

  test('a wrong one is told the union over all rules of the path', () => {
    expect(router.match('LINK', '/a')).toEqual({
      kind: 'wrong-method',
      allow: ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'],
    })
    expect(router.match('GET', '/b')).toMatchObject({
      allow: ['DELETE', 'OPTIONS', 'PATCH', 'PUT'],
    })
  })

  test('an odd one on an unknown path is not found', () => {
    expect(table([['/a']]).match('ODD', '/b')).toEqual({ kind: 'not-found' })
  })

  test('HEAD is GET’s unless it has a rule of its own', () => {
    const own = new Router<string>()
    own.add('/a', 'get')
    expect(found(own, '/a', 'HEAD')).toBe('get')
    own.add('/a', 'head', { methods: ['HEAD'] })
    expect(found(own, '/a', 'HEAD')).toBe('head')
    expect(found(own, '/a')).toBe('get')
  })

  test('OPTIONS can be kept out of the methods allowed', () => {
    const off = table([['/a', { provideAutomaticOptions: false }]])
    expect(off.match('OPTIONS', '/a')).toEqual({ kind: 'wrong-method', allow: ['GET', 'HEAD'] })
  })

  test.each(['GET', [], undefined].slice(0, 2))('have to be a list: %j', (methods) => {
    const options = { methods } as RuleOptions
    expect(() => new Router().add('/', undefined, options)).toThrow("such as ['GET', 'POST']")
  })

  test('two rules for one path and method are refused, naming both', () => {
    const taken = table([['/:a', { endpoint: 'first' }]])
    expect(() => taken.add('/:b', '', { endpoint: 'second' })).toThrow(
      'GET /:b (endpoint "second") is taken: /:a (endpoint "first") matches the same paths',
    )
  })
})

describe('slashes', () => {
  test('strict: a missing one is added, one too many is not found', () => {
    const router = table([['/dir/'], ['/leaf'], ['/:x/sub/'], ['/café au lait/']])
    expect(found(router, '/dir')).toBe('to /dir/')
    expect(found(router, '/dir/')).toBe('/dir/')
    expect(found(router, '/leaf/')).toBe('not-found')
    expect(found(router, '/a/sub')).toBe('to /a/sub/')
    expect(found(router, '/café au lait')).toBe('to /caf%C3%A9%20au%20lait/')
  })

  test('strict: only for a method that the rule answers', () => {
    expect(found(table([['/dir/']]), '/dir', 'POST')).toBe('not-found')
  })

  test('not strict: with and without', () => {
    const options = { strictSlashes: false }
    const router = table([
      ['/dir/', options],
      ['/leaf', options],
      ['/f/*rest', options],
    ])
    for (const url of ['/dir', '/dir/', '/leaf', '/leaf/', '/f/a', '/f/a/']) {
      expect(router.match('GET', url).kind).toBe('found')
    }
  })

  test('not strict: a rule that has the path exactly comes first', () => {
    const router = table([['/a/', { strictSlashes: false }], ['/a']])
    expect(found(router, '/a')).toBe('/a')
    expect(found(router, '/a/')).toBe('/a/')
  })

  test('doubled ones lead to the path with single ones, if there is one', () => {
    const router = table([['/a/b'], ['/dir/'], ['/w/*rest'], ['/off', { mergeSlashes: false }]])
    expect(found(router, '//a///b')).toBe('to /a/b')
    expect(found(router, '//dir')).toBe('to /dir/')
    expect(found(router, '//x')).toBe('not-found')
    expect(found(router, '/w/a//b')).toBe('/w/*rest')
    expect(found(router, '//off')).toBe('not-found')
  })

  test('a redirect never leads to another host', () => {
    const router = table([['/:a/'], ['/:a/:b/']])
    for (const url of [
      '//evil.com',
      '///evil.com',
      '//evil.com//x',
      '/\\evil.com',
      '/\\/evil.com',
    ]) {
      const match = router.match('GET', url)
      expect(match.kind === 'redirect' ? match.path : '/').toMatch(/^\/(?![/\\])/)
    }
  })
})

describe('the work is bounded', () => {
  /** A converter that counts how often it is asked. */
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

  test('linear in the path, with any number of wildcards in a pattern', () => {
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

  test('a converter for several segments is asked once', () => {
    const rest = counting({ multiSegment: true })
    const router = new Router()
    router.add('/*rest/a/:x/b', undefined, { params: { rest } })
    expect(router.match('GET', `${'/a'.repeat(2000)}/a/1/b`).kind).toBe('found')
    expect(rest.calls).toBe(1)
    expect(router.match('GET', '/a'.repeat(2000)).kind).toBe('not-found')
    expect(rest.calls).toBe(1)
  })

  test('flat in the number of routes', () => {
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

  test('a segment is split without going back', () => {
    const router = new Router()
    router.add('/:a-:b-:c-:d-:e-x', undefined)
    expect(router.match('GET', `/${'-'.repeat(100_000)}`).kind).toBe('not-found')
    expect(router.match('GET', `/${'a-'.repeat(100_000)}`).kind).toBe('not-found')
  })

  test('a path of very many segments overflows no stack', () => {
    const router = table([['/*a/x/*b/y'], ['/:a/:b']])
    expect(found(router, '/'.repeat(100_000))).toBe('not-found')
    expect(found(router, '/x'.repeat(100_000))).toBe('not-found')
  })
})

test('a table can be walked through', () => {
  expect([...table([['/a'], ['/b']])].map((rule) => rule.pattern)).toEqual(['/a', '/b'])
})

test('any path and method find an answer', () => {
  const router = table([['/'], ['/:a'], ['/:a/:b/'], ['/x/*c'], ['/f-:d.e', { methods: ['POST'] }]])
  const url = fc.array(
    fc.constantFrom('/', 'x', 'f-', '.e', '%', '\u0000', '🙂', '..', 'constructor'),
  )
  fc.assert(
    fc.property(url, fc.constantFrom('GET', 'POST', 'x'), (parts, method) => {
      const kinds = ['found', 'redirect', 'wrong-method', 'not-found']
      expect(kinds).toContain(router.match(method, `/${parts.join('')}`).kind)
    }),
  )
})
