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
