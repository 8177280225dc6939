import { DuplicateRuleError, int, Router } from 'phial'
import { describe, expect, test } from 'vitest'

describe('the iterator of a router', () => {
  test('yields rules with everything that a list of routes shows', () => {
    const router = new Router<string>({ hostMatching: 'host' })
    router.add('/posts/:id', 'view', {
      endpoint: 'post',
      methods: ['get', 'PUT'],
      params: { id: int },
      host: 'example.com',
      defaults: { page: 1 },
      alias: true,
    })
    router.add('/cdn', 'none', { buildOnly: true, redirectTo: '/', provideAutomaticOptions: false })
    const [first, second] = router
    expect(first).toMatchObject({
      pattern: '/posts/:id',
      endpoint: 'post',
      methods: ['GET', 'PUT'],
      allMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT'],
      host: 'example.com',
      subdomain: undefined,
      defaults: { page: 1 },
      alias: true,
      buildOnly: false,
      redirectTo: undefined,
      strictSlashes: true,
      mergeSlashes: true,
      target: 'view',
    })
    expect(first?.converters.get('id')).toBe(int)
    expect(second).toMatchObject({
      endpoint: '/cdn',
      methods: ['GET'],
      allMethods: ['GET', 'HEAD'],
      host: undefined,
      buildOnly: true,
      redirectTo: '/',
    })
  })
})

describe('mergeSlashes', () => {
  test('does not redirect double slashes if mergeSlashes is false, even if the trailing slash is missing', () => {
    const router = new Router()
    router.add('/dir/', undefined, { mergeSlashes: false })
    expect(router.match('GET', '//dir').kind).toBe('not-found')
    expect(router.match('GET', '/dir').kind).toBe('redirect')
  })
})

describe('DuplicateRuleError', () => {
  test('is thrown if a group, a missing slash or another name results in the same path', () => {
    const add = (...patterns: string[]) => {
      const router = new Router()
      for (const pattern of patterns) router.add(pattern, undefined)
    }
    expect(() => add('/a', '/a')).toThrow(DuplicateRuleError)
    expect(() => add('/a{/:b}', '/a')).toThrow(DuplicateRuleError)
    expect(() => add('/:a', '/:b')).toThrow(DuplicateRuleError)
    expect(() => add('/a', '/a/', '/:b{/}')).not.toThrow()
  })
})
