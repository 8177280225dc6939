import { expect, test } from 'vitest'
import { mask, maskBody } from '../../packages/xray/src/mask.ts'

test.for([
  ['HTTP_COOKIE', 'a=secret; b=x', 'a=•••(6); b=•••(1)'],
  ['Set-Cookie', 'session=abc; Path=/', 'session=•••(3); Path=/'],
  ['HTTP_AUTHORIZATION', 'Bearer abcdef', 'Bearer •••(6)'],
  ['X-Api-Key', 'abc', '•••(3)'],
  ['Accept', 'text/html', 'text/html'],
] as const)('%s: %s', ([name, value, masked]) => {
  expect(mask(name, value)).toBe(masked)
})

test('fields of forms and of JSON', () => {
  expect(maskBody('name=Ada&password=hunter2')).toBe('name=Ada&password=•••(7)')
  expect(maskBody('{"name": "Ada", "token": "abc\\"d"}')).toBe('{"name": "Ada", "token": "•••(6)"}')
  expect(maskBody('1 + 1 = 2')).toBe('1 + 1 = 2')
})
