import fc from 'fast-check'
import { int, Router, type RuleOptions } from 'phial'
import { describe, expect, test } from 'vitest'

const options = (host: string, more: RuleOptions = {}): RuleOptions => ({ host, ...more })

function found(router: Router<string>, host: string, path: string, method = 'GET'): unknown {
  const match = router.match(method, path, host)
  if (match.kind === 'found') return [match.rule.target, match.values]
  return match.kind === 'redirect' ? `to ${match.path}` : match.kind
}

describe('a router with rules for hosts', () => {
  const router = new Router<string>({ hostMatching: 'host' })
  router.add('/', 'any')
  router.add('/about', 'about')
  router.add('/', 'main', options('example.com'))
  router.add('/', 'user', options(':user.example.com'))
  router.add('/', 'admin', options('admin.example.com'))
  router.add('/:page', 'page', options(':user.Example.com'))
  router.add('/n', 'number', options('v:n.api.com', { params: { n: int } }))
  router.add('/g', 'group', options('{www.}group.com'))
  router.add('/dir/', 'dir', options('admin.example.com', { methods: ['POST'] }))

  test.each([
    ['example.com', '/', ['main', {}]],
    ['EXAMPLE.com:8000', '/', ['main', {}]],
    ['example.com.', '/', ['main', {}]],
    ['admin.example.com', '/', ['admin', {}]],
    ['bob.example.com', '/', ['user', { user: 'bob' }]],
    ['bob.example.com', '/x', ['page', { user: 'bob', page: 'x' }]],
    ['v2.api.com', '/n', ['number', { n: 2 }]],
    ['vx.api.com', '/n', 'not-found'],
    ['group.com', '/g', ['group', {}]],
    ['www.group.com', '/g', ['group', {}]],
    ['other.org', '/', ['any', {}]],
    ['a.b.example.com', '/', ['any', {}]],
    ['other.org', '/about', ['about', {}]],
    ['example.com', '/about', ['about', {}]],
    ['admin.example.com', '/dir', ['page', { user: 'admin', page: 'dir' }]],
    ['[::1]:8000', '/', ['any', {}]],
  ])('matches %s%s', (host, path, expected) => {
    expect(found(router, host, path)).toEqual(expected)
  })

  test('does not match a part of the path as a label of the host', () => {
    const strict = new Router<string>({ hostMatching: 'host' })
    strict.add('/x', 'bound', options(':a.:b'))
    for (const path of ['/x', '//x', '/2/a/b/x', '/1/a/x', '/b/x']) {
      expect(found(strict, 'a', path)).toBe('not-found')
      expect(found(strict, 'a/b', path)).toBe('not-found')
      expect(found(strict, '', path)).toBe('not-found')
    }
    expect(found(strict, 'a.b', '/x')).toEqual(['bound', { a: 'a', b: 'b' }])
  })

  test('does not fail for any text as the host', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (host) => {
        expect(['found', 'not-found']).toContain(router.match('GET', '/about', host).kind)
      }),
    )
  })

  test('unites the methods of rules with the host and rules for any host in Allow', () => {
    const table = new Router<string>({ hostMatching: 'host' })
    table.add('/', 'get')
    table.add('/', 'post', options('example.com', { methods: ['POST'] }))
    expect(table.match('PUT', '/', 'example.com')).toMatchObject({
      allow: ['GET', 'HEAD', 'OPTIONS', 'POST'],
    })
    expect(table.match('PUT', '/', 'other.org')).toMatchObject({
      allow: ['GET', 'HEAD', 'OPTIONS'],
    })
  })

  test('allows two rules for one path on two hosts, but not on one host', () => {
    const table = new Router<string>({ hostMatching: 'host' })
    table.add('/', 'one', options('one.com'))
    table.add('/', 'two', options('two.com'))
    expect(() => table.add('/', 'again', options('ONE.com'))).toThrow('conflicts with')
  })
})

describe('a router with rules for subdomains', () => {
  test('matches a rule without a subdomain only without a subdomain', () => {
    const router = new Router<string>({ hostMatching: 'subdomain' })
    router.add('/', 'main')
    router.add('/', 'user', { subdomain: ':user' })
    expect(found(router, '', '/')).toEqual(['main', {}])
    expect(found(router, 'bob', '/')).toEqual(['user', { user: 'bob' }])
    expect(found(router, 'a.bob', '/')).toBe('not-found')
    expect(found(router, '?', '/')).toBe('not-found')
  })
})

describe('rejects, with the reason,', () => {
  const add = (given: RuleOptions, hostMatching: 'none' | 'host' | 'subdomain' = 'host') =>
    new Router({ hostMatching }).add('/:id', undefined, given)

  test.each<[string, () => unknown, string]>([
    ['a host without the flag', () => add({ host: 'a.com' }, 'none'), 'hostMatching: true'],
    ['a subdomain without the flag', () => add({ subdomain: 'a' }), 'subdomainMatching: true'],
    ['a port', () => add({ host: 'a.com:80' }), 'Remove the slash, wildcard or port'],
    ['a slash', () => add({ host: 'a.com/x' }), 'Remove the slash, wildcard or port'],
    ['a wildcard', () => add({ host: '*all.com' }), 'Remove the slash, wildcard or port'],
    ['an empty label', () => add({ host: 'a..com' }), 'a label is empty'],
    ['a name twice', () => add({ host: ':id.com' }), 'uses the name "id" twice'],
    [
      'a converter for several segments',
      () =>
        add({
          host: ':all.com',
          params: {
            all: { multiSegment: true, parse: (text: string) => text, format: String },
          },
        }),
      'all is in the host',
    ],
  ])('%s', (_, work, message) => {
    expect(work).toThrow(message)
  })
})

test('builds URLs with the host of the rule', () => {
  const router = new Router({ hostMatching: 'host' })
  router.add('/:page', undefined, { host: ':user.example.com', endpoint: 'page' })
  router.add('/', undefined, { endpoint: 'any' })
  expect(router.address('page', { user: 'Bob', page: 'x', q: 1 })).toEqual({
    host: 'bob.example.com',
    path: '/x?q=1',
  })
  expect(router.address('any')).toEqual({ host: undefined, path: '/' })
  expect(() => router.address('page', { page: 'x' })).toThrow('values are missing: user')
  expect(() => router.address('page', { user: 'a.b', page: 'x' })).toThrow(
    `user: "a.b" cannot be a part of a host's name`,
  )
})
