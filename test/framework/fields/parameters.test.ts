import { expect, test } from 'vitest'
import { requestWith } from './support.ts'

const read = (value: string): Record<string, unknown> => ({
  ...requestWith('Cache-Control', value).cacheControl,
})

test.each<[string, Record<string, unknown>]>([
  ['max-age=60, private', { maxAge: 60, private: true }],
  ['Private="a, b", X', { private: 'a, b', x: true }],
  ['a="x\\"y", b', { a: 'x"y', b: true }],
  [' , ,a = 1;b', { a: 1, b: true }],
  ['@@@, a', { a: true }],
  ['a="never closed, b', { a: '', b: true }],
  ['', {}],
])('parses %j', (value, expected) => {
  expect(read(value)).toEqual(expected)
})

test('parses many unclosed quotes in linear time', () => {
  /** Returns the shortest of several times, to ignore pauses of the machine. */
  const time = (length: number): number => {
    const value = 'a="\\",'.repeat(length)
    const times = Array.from({ length: 5 }, () => {
      const start = performance.now()
      read(value)
      return performance.now() - start
    })
    return Math.min(...times)
  }
  const control = time(1000)
  expect(time(40_000)).toBeLessThan(400 * control) // 40 times if linear, 1,600 if quadratic
})
