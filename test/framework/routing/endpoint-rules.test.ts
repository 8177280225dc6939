import fc from 'fast-check'
import { BuildError, int, Router, type RuleOptions } from 'phial'
import { describe, expect, test } from 'vitest'

type Routes = [pattern: string, options: RuleOptions][]

function table(routes: Routes): Router<string> {
  const router = new Router<string>({ hostMatching: 'host' })
  for (const [pattern, options] of routes) router.add(pattern, pattern, options)
  return router
}

function read(router: Router<string>, path: string, method = 'GET', host = ''): unknown {
  const match = router.match(method, path, host)
  if (match.kind === 'found') return [match.rule.target, match.values]
  return match.kind === 'redirect' ? `${match.host ?? ''}${match.path}` : match.kind
}

describe('several rules of a view with defaults', () => {
  const page = { endpoint: 'posts', params: { page: int } } as RuleOptions
  const router = table([
    ['/posts/', { endpoint: 'posts', defaults: { page: 1 } }],
    ['/posts/page/:page', page],
  ])

  test('redirects /posts/page/1 to /posts/ if 1 is the default', () => {
    expect(read(router, '/posts/page/1')).toBe('/posts/')
    expect(read(router, '/posts/page/1', 'HEAD')).toBe('/posts/')
    expect(read(router, '/posts/')).toEqual(['/posts/', { page: 1 }])
    expect(read(router, '/posts/page/2')).toEqual(['/posts/page/:page', { page: 2 }])
  })

  test('omits a default value when building a URL', () => {
    expect(router.build('posts')).toBe('/posts/')
    expect(router.build('posts', { page: 1, q: 'x' })).toBe('/posts/?q=x')
    expect(router.build('posts', { page: null })).toBe('/posts/')
    expect(router.build('posts', { page: 2 })).toBe('/posts/page/2')
  })

  test('supports defaults in one pattern with an optional group', () => {
    const one = table([['/list{/:page}', { ...page, endpoint: 'list', defaults: { page: 1 } }]])
    expect(read(one, '/list')).toEqual(['/list{/:page}', { page: 1 }])
    expect(read(one, '/list/1')).toBe('/list')
    expect(read(one, '/list/3')).toEqual(['/list{/:page}', { page: 3 }])
    expect(one.build('list', { page: 1 })).toBe('/list')
    expect(one.build('list', { page: 3 })).toBe('/list/3')
  })

  test('compares values deeply', () => {
    const list = {
      parse: (text: string) => text.split('+'),
      format: (value: readonly string[]) => value.join('+'),
    }
    const router = table([
      ['/all', { endpoint: 'tags', defaults: { tags: ['a', 'b'] } }],
      ['/tags/:tags', { endpoint: 'tags', params: { tags: list } }],
    ])
    expect(read(router, '/tags/a+b')).toBe('/all')
    expect(read(router, '/tags/a')).toEqual(['/tags/:tags', { tags: ['a'] }])
  })

  test('redirects only to a rule with the method', () => {
    const router = table([
      ['/posts/', { endpoint: 'posts', defaults: { page: 1 }, methods: ['POST'] }],
      ['/posts/page/:page', { ...page, methods: ['GET', 'POST'] }],
    ])
    expect(read(router, '/posts/page/1')).toEqual(['/posts/page/:page', { page: 1 }])
    expect(read(router, '/posts/page/1', 'POST')).toBe('/posts/')
  })

  test('does not redirect to a rule for other values', () => {
    const router = table([
      ['/', { endpoint: 'x', defaults: { a: 1, b: 2 } }],
      ['/:a', { endpoint: 'x', params: { a: int } }],
    ])
    expect(read(router, '/1')).toEqual(['/:a', { a: 1 }])
  })

  test('throws an error that names the values of a rule for other values', () => {
    const router = table([['/posts/', { endpoint: 'posts', defaults: { page: 1 } }]])
    expect(() => router.build('posts', { page: 2 })).toThrow('it is only for the values {"page":1}')
  })

  test('redirects to another host', () => {
    const router = table([
      ['/', { endpoint: 'home', host: 'example.com', defaults: { user: 'www' } }],
      ['/', { endpoint: 'home', host: ':user.example.com' }],
    ])
    expect(read(router, '/', 'GET', 'www.example.com')).toBe('example.com/')
    expect(read(router, '/', 'GET', 'bob.example.com')).toEqual(['/', { user: 'bob' }])
  })
})

describe('an alias', () => {
  const router = table([
    ['/old/:id', { endpoint: 'post', alias: true }],
    ['/posts/:id', { endpoint: 'post' }],
    ['/lonely', { endpoint: 'lonely', alias: true }],
    ['/cdn/lonely', { endpoint: 'lonely', buildOnly: true }],
  ])

  test('redirects to the canonical URL', () => {
    expect(read(router, '/old/a b')).toBe('/posts/a%20b')
    expect(read(router, '/posts/7')).toEqual(['/posts/:id', { id: '7' }])
  })

  test('is not built if there is another rule', () => {
    expect(router.build('post', { id: 7 })).toBe('/posts/7')
  })

  test('does not redirect endlessly to a URL of another rule', () => {
    const greedy = table([
      ['/:a/y', { endpoint: 'both' }],
      ['/*a', { endpoint: 'both', alias: true }],
    ])
    expect(read(greedy, '/z/x')).toEqual(['/*a', { a: 'z/x' }])
    expect(read(greedy, '/z')).toBe('/z/y')
  })

  test('responds itself if the endpoint has no other rule', () => {
    expect(read(router, '/lonely')).toEqual(['/lonely', {}])
  })
})

describe('a rule with buildOnly', () => {
  const router = table([['/cdn/:file', { endpoint: 'cdn', buildOnly: true }]])

  test('never matches a request', () => {
    expect(read(router, '/cdn/x')).toBe('not-found')
    expect(router.build('cdn', { file: 'x' })).toBe('/cdn/x')
  })
})

describe('converters of several rules', () => {
  const router = table([
    ['/by-id/:key', { endpoint: 'post', params: { key: int } }],
    ['/by-name/:key', { endpoint: 'post' }],
    ['/all', { endpoint: 'post' }],
  ])

  test('builds with another rule of the same params if a converter rejects the value', () => {
    expect(router.build('post', { key: 7 })).toBe('/by-id/7')
    expect(router.build('post', { key: 'x' })).toBe('/by-name/x')
  })

  test('does not build with a rule that lacks the value', () => {
    const error = (): string => router.build('post', { key: '' })
    expect(error).toThrow(BuildError)
    expect(error).toThrow('(/by-id/:key): key: expected an integer from ')
  })
})

test('matches every URL that it builds, with the same values', () => {
  const text = fc.string({ unit: 'binary', minLength: 1 }).filter((value) => !value.includes('/'))
  const label = fc.stringMatching(/^[a-z0-9-]{1,9}$/)
  const router = table([
    ['/', { endpoint: 'e', host: ':user.example.com', defaults: { id: 1, name: 'x' } }],
    [
      '/:id/',
      {
        endpoint: 'e',
        host: ':user.example.com',
        params: { id: int },
        defaults: { name: 'x' },
      },
    ],
    ['/:id/n-:name', { endpoint: 'e', host: ':user.example.com', params: { id: int } }],
  ])
  fc.assert(
    fc.property(label, fc.nat({ max: 3 }), fc.oneof(text, fc.constant('x')), (user, id, name) => {
      const { host = '', path } = router.address('e', { user, id, name })
      expect(path).toMatch(/^[\u0021-\u007E]+$/)
      const match = router.match('GET', decodeURIComponent(path), host)
      expect(match).toMatchObject({ kind: 'found', values: { user, id, name } })
      const leaves = Object.keys({
        ...(name === 'x' && { name }),
        ...(name === 'x' && id === 1 && { id }),
      })
      expect(path.split('/').filter((part) => part !== '')).toHaveLength(2 - leaves.length)
    }),
  )
})
