import { expect, test } from 'vitest'
import { didYouMean, nearest } from '../../packages/server/src/nearest.ts'

const names = ['app', 'createApp', 'helloWorld', 'application']

test.each([
  ['ap', 'app'],
  ['App', 'app'],
  ['create_app', 'createApp'],
  ['creatApp', 'createApp'],
  ['hello_world', 'helloWorld'],
  ['aplication', 'application'],
  ['x', undefined],
  ['something', undefined],
  ['', undefined],
])('the nearest name to %s is %s', (name, expected) => {
  expect(nearest(name, names)).toBe(expected)
})

test('didYouMean formats a guess', () => {
  expect(didYouMean('app')).toBe('; did you mean app?')
  expect(didYouMean(undefined)).toBe('')
})
