import { any, int, Router, type RuleOptions } from 'phial'
import { describe, expect, test } from 'vitest'
import { found, table } from './support.ts'

describe('a segment of texts and params', () => {
  const values = (pattern: string, path: string, options: RuleOptions = {}): unknown => {
    const router = new Router()
    router.add(pattern, undefined, options)
    const match = router.match('GET', path)
    return match.kind === 'found' ? match.values : undefined
  }

  test('matches each text at its first occurrence, and the last text at the end', () => {
    expect(values('/:a-:b', '/1-2-3')).toEqual({ a: '1', b: '2-3' })
    expect(values('/:a.tar.gz', '/x.tar.gz.tar.gz')).toEqual({ a: 'x.tar.gz' })
    expect(values('/:a-:b.x', '/-1-2.x.x')).toEqual({ a: '-1', b: '2.x' })
  })

  test('never matches an empty param', () => {
    for (const path of ['/-', '/1-', '/-2', '/--']) expect(values('/:a-:b', path)).toBeUndefined()
  })

  test('parses each param with its converter', () => {
    const params = { params: { y: int({ fixedDigits: 4 }), m: int, kind: any('log', 'txt') } }
    expect(values('/:y-:m.:kind', '/2026-07.log', params)).toEqual({ y: 2026, m: 7, kind: 'log' })
    expect(values('/:y-:m.:kind', '/26-07.log', params)).toBeUndefined()
    expect(values('/:y-:m.:kind', '/2026-07.pdf', params)).toBeUndefined()
  })

  test('is split without backtracking', () => {
    const router = new Router()
    router.add('/:a-:b-:c-:d-:e-x', undefined)
    expect(router.match('GET', `/${'-'.repeat(100_000)}`).kind).toBe('not-found')
    expect(router.match('GET', `/${'a-'.repeat(100_000)}`).kind).toBe('not-found')
  })
})

test('shares a step between equivalent segments: the rules differ in what follows', () => {
  const router = table([['/:user/posts'], ['/:name/photos'], ['/:id/x', { params: { id: int } }]])
  expect(found(router, '/7/posts')).toBe('/:user/posts')
  expect(found(router, '/7/photos')).toBe('/:name/photos')
  expect(found(router, '/7/x')).toBe('/:id/x')
  expect(found(router, '/a/x')).toBe('not-found')
})

test('tries the lower weights of converters first if the texts are equally long', () => {
  const router = table([['/:a-:b'], ['/:a-:b', { params: { b: int }, endpoint: 'int' }]])
  expect(router.match('GET', '/x-7')).toMatchObject({ rule: { endpoint: 'int' } })
  expect(router.match('GET', '/x-y')).toMatchObject({ rule: { endpoint: '/:a-:b' } })
})
