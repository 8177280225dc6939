import { expect, test } from 'vitest'
import { headline, kindOf, masked, maskDetail, textOf } from '../../packages/xray/src/summary.ts'

test('kindOf describes the body that a layer returned', () => {
  class Page {
    *[Symbol.iterator](): Generator<Uint8Array> {}
  }
  const one = new Uint8Array(1)
  expect([[one], [one, one], [], new Page()].map(kindOf)).toEqual([
    'an array of one chunk',
    'an array of 2 chunks',
    'an array of 0 chunks',
    'chunks (Page)',
  ])
  expect(kindOf((async function* none() {})())).toBe('chunks as they become ready')
})

test('textOf returns the beginning of a chunk with secrets masked', () => {
  expect(textOf(new TextEncoder().encode('a token=abc'))).toBe('a token=•••(3)')
  expect(textOf(new Uint8Array(1000).fill(97))).toHaveLength(400)
})

test('maskDetail copies a note with secrets masked', () => {
  const detail = { user: 'ada', password: 'hunter2', list: [{ token: 'abc' }] }
  const kept = maskDetail(detail)
  detail.user = 'bob'
  expect(kept).toEqual({ user: 'ada', password: '•••(7)', list: [{ token: '•••(3)' }] })
  expect(maskDetail(undefined)).toBe('undefined')
  const round: { self?: unknown; secret: string } = { secret: 'abc' }
  round.self = round
  expect(maskDetail(round)).toMatch(/secret: '•••\(3\)'/)
})

test('masks secrets in headers and errors', () => {
  expect(masked([['Set-Cookie', 'a=b']])).toEqual([['Set-Cookie', 'a=•••(1)']])
  expect(headline(new TypeError('no such token=abc'))).toBe('TypeError: no such token=•••(3)')
  expect(headline('x')).toBe("'x' was thrown")
})
