import fc from 'fast-check'
import { BuildError, int, Router } from 'phial'
import { describe, expect, test } from 'vitest'

const router = new Router()
router.add('/', undefined, { endpoint: 'index' })
router.add('/posts', undefined, { endpoint: 'posts' })
router.add('/posts/:id', undefined, { endpoint: 'posts', params: { id: int }, methods: ['PUT'] })
router.add('/hello/:name{/:mood}', undefined, { endpoint: 'hello' })
router.add('/files/*path', undefined, { endpoint: 'files' })
router.add('/*any', undefined, { endpoint: 'any' })
router.add('/café/x y', undefined, { endpoint: 'text' })

describe('build', () => {
  test.each([
    ['index', {}, '/'],
    ['posts', {}, '/posts'],
    ['posts', { id: 3 }, '/posts/3'],
    ['hello', { name: 'Ann' }, '/hello/Ann'],
    ['hello', { name: 'Ann', mood: 'glad' }, '/hello/Ann/glad'],
    ['hello', { name: 'Ann', mood: undefined }, '/hello/Ann'],
    ['files', { path: 'a/b c.txt' }, '/files/a/b%20c.txt'],
    ['text', {}, '/caf%C3%A9/x%20y'],
    [
      'index',
      { q: 'a b', tag: ['x', 'y'], none: null, gone: undefined, n: 0 },
      '/?q=a+b&tag=x&tag=y&n=0',
    ],
    ['index', { 'ö&': '=#' }, '/?%C3%B6%26=%3D%23'],
    ['hello', { name: "!$&'()*+,/:;=@-._~" }, "/hello/!$&'()*+,/:;=@-._~"],
    [
      'hello',
      { name: 'a?b#c%d"e<f>\\^`{|}[]é' },
      '/hello/a%3Fb%23c%25d%22e%3Cf%3E%5C%5E%60%7B%7C%7D%5B%5D%C3%A9',
    ],
    ['hello', { name: '\uD800' }, '/hello/%EF%BF%BD'],
  ])('returns the URL of %s with %j', (endpoint, values, url) => {
    expect(router.build(endpoint, values)).toBe(url)
  })

  test('never builds a URL of another host', () => {
    expect(router.build('any', { any: '/evil.com' })).toBe('/evil.com')
    expect(router.build('any', { any: '\\evil.com' })).toBe('/%5Cevil.com')
  })

  test('selects the rule by method', () => {
    expect(router.build('posts', { id: 3 }, { method: 'get' })).toBe('/posts?id=3')
    expect(() => router.build('posts', {}, { method: 'DELETE' })).toThrow(
      'it answers GET, PUT, not DELETE',
    )
  })
})

describe('the error of build', () => {
  test('names the nearest endpoint', () => {
    expect(() => router.build('helo')).toThrow(BuildError)
    expect(() => router.build('helo')).toThrow(
      'No route has the endpoint "helo". Did you mean "hello"?',
    )
  })

  test('names all endpoints if none is near', () => {
    expect(() => router.build('something')).toThrow('There are "any", "files", "hello"')
    expect(() => new Router().build('x')).toThrow('There are no endpoints yet.')
  })

  test('names the missing values', () => {
    expect(() => router.build('hello', { mood: 'glad' })).toThrow(
      'Could not build a URL for endpoint "hello" (/hello/:name{/:mood}): values are missing: name.',
    )
  })

  test('says why a value is rejected', () => {
    expect(() => router.build('posts', { id: 'x' })).toThrow('id: expected an integer from')
    expect(() => router.build('hello', { name: '' })).toThrow(
      'name: expected 1 to Infinity characters, received ""',
    )
  })
})

test('matches every URL that it builds, with the same value', () => {
  const value = fc.string({ unit: 'binary', minLength: 1 }).filter((text) => !text.includes('/'))
  fc.assert(
    fc.property(value, (name) => {
      const url = router.build('hello', { name })
      expect(url).toMatch(/^[\u0021-\u007E]+$/)
      expect(router.match('GET', decodeURIComponent(url))).toMatchObject({ values: { name } })
    }),
  )
})
