import fc from 'fast-check'
import { Router, type RuleOptions } from 'phial'
import { describe, expect, test } from 'vitest'
import { found, table } from './support.ts'

describe('methods', () => {
  const router = table([
    ['/a', { methods: ['GET'] }],
    ['/a', { methods: ['post'] }],
    ['/:x', { methods: ['PUT', 'DELETE'] }],
    ['/*rest', { methods: ['PATCH'] }],
  ])

  test('finds the rule for each method of a path', () => {
    expect(found(router, '/a')).toBe('/a')
    expect(found(router, '/a', 'POST')).toBe('/a')
    expect(found(router, '/a', 'PUT')).toBe('/:x')
    expect(found(router, '/a', 'PATCH')).toBe('/*rest')
  })

  test('returns the union of the methods of all rules for a wrong method', () => {
    expect(router.match('LINK', '/a')).toEqual({
      kind: 'wrong-method',
      allow: ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'],
    })
    expect(router.match('GET', '/b')).toMatchObject({
      allow: ['DELETE', 'OPTIONS', 'PATCH', 'PUT'],
    })
  })

  test('returns not-found for an unknown method on an unknown path', () => {
    expect(table([['/a']]).match('ODD', '/b')).toEqual({ kind: 'not-found' })
  })

  test('matches HEAD with the rule of GET unless HEAD has its own', () => {
    const own = new Router<string>()
    own.add('/a', 'get')
    expect(found(own, '/a', 'HEAD')).toBe('get')
    own.add('/a', 'head', { methods: ['HEAD'] })
    expect(found(own, '/a', 'HEAD')).toBe('head')
    expect(found(own, '/a')).toBe('get')
  })

  test('omits OPTIONS from the allowed methods if provideAutomaticOptions is false', () => {
    const off = table([['/a', { provideAutomaticOptions: false }]])
    expect(off.match('OPTIONS', '/a')).toEqual({ kind: 'wrong-method', allow: ['GET', 'HEAD'] })
  })

  test.each(['GET', [], undefined].slice(0, 2))(
    'rejects methods that are not a non-empty array: %j',
    (methods) => {
      const options = { methods } as RuleOptions
      expect(() => new Router().add('/', undefined, options)).toThrow("such as ['GET', 'POST']")
    },
  )

  test('rejects two rules for one path and method, naming both', () => {
    const taken = table([['/:a', { endpoint: 'first' }]])
    expect(() => taken.add('/:b', '', { endpoint: 'second' })).toThrow(
      'GET /:b (endpoint "second") conflicts with /:a (endpoint "first"), which matches the same paths',
    )
  })
})

describe('slashes', () => {
  test('redirects to add a missing trailing slash, and finds no rule for an extra one, if strict', () => {
    const router = table([['/dir/'], ['/leaf'], ['/:x/sub/'], ['/café au lait/']])
    expect(found(router, '/dir')).toBe('to /dir/')
    expect(found(router, '/dir/')).toBe('/dir/')
    expect(found(router, '/leaf/')).toBe('not-found')
    expect(found(router, '/a/sub')).toBe('to /a/sub/')
    expect(found(router, '/café au lait')).toBe('to /caf%C3%A9%20au%20lait/')
  })

  test('redirects only for a method of the rule, if strict', () => {
    expect(found(table([['/dir/']]), '/dir', 'POST')).toBe('not-found')
  })

  test('matches with and without a trailing slash, if not strict', () => {
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

  test('prefers the rule with the exact path, if not strict', () => {
    const router = table([['/a/', { strictSlashes: false }], ['/a']])
    expect(found(router, '/a')).toBe('/a')
    expect(found(router, '/a/')).toBe('/a/')
  })

  test('redirects double slashes to the path with single slashes, if it exists', () => {
    const router = table([['/a/b'], ['/dir/'], ['/w/*rest'], ['/off', { mergeSlashes: false }]])
    expect(found(router, '//a///b')).toBe('to /a/b')
    expect(found(router, '//dir')).toBe('to /dir/')
    expect(found(router, '//x')).toBe('not-found')
    expect(found(router, '/w/a//b')).toBe('/w/*rest')
    expect(found(router, '//off')).toBe('not-found')
  })

  test('never redirects to another host', () => {
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

test('iterates over its rules', () => {
  expect([...table([['/a'], ['/b']])].map((rule) => rule.pattern)).toEqual(['/a', '/b'])
})

test('returns a match for any path and method', () => {
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
